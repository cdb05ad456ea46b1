"""How well a laptop's sync does, judged from what it last said of itself. Knows no database.

The thresholds follow a rep's week: a day without network is normal, a working day that is not here the day after is
worth asking about, and a week is trouble.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from models.sync.device import Device, DeviceStatus

DAY = timedelta(days=1)
UNSENT_SOON, UNSENT_LATE = DAY, 3 * DAY
SILENT_SOON, SILENT_LATE = 2 * DAY, 7 * DAY
SPACE_SOON, SPACE_LATE = 0.15, 0.05
"""The part of what the browser grants that is still free."""
MISMATCH_RECENT = 7 * DAY


class Level(IntEnum):
    """How bad."""

    GOOD = 0
    SOON = 1
    LATE = 2


class Trouble(StrEnum):
    """What may be wrong."""

    FROZEN = "frozen"
    LOST = "lost"
    WIPE = "wipe"
    WIPED = "wiped"
    UNSENT = "unsent"
    SILENT = "silent"
    NEVER_PULLED = "never_pulled"
    OLD = "old"
    TOO_OLD = "too_old"
    NOT_KEPT = "not_kept"
    NOT_ENCRYPTED = "not_encrypted"
    FULL = "full"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be, how bad, and the moment or share it is about."""

    trouble: Trouble
    level: Level
    at: datetime | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Schemas:
    """The versions of records that the server speaks: the newest, and the oldest that may still pull."""

    newest: int
    lowest: int


def judge(device: Device, at: datetime, schemas: Schemas, *, encrypted: bool = False) -> list[Finding]:
    """Everything that is wrong with a device, the worst first; empty if all is well.

    `encrypted` says whether the company asks laptops to encrypt what they keep.
    """
    if device.wiped_at is not None:
        return [Finding(Trouble.WIPED, Level.GOOD, device.wiped_at)]
    found = [
        *_ordered(device),
        *_unsent(device, at),
        *_pulled(device, at),
        *_version(device, schemas),
        *_storage(device),
    ]
    if encrypted and device.last_pulled_at and not device.storage.get("sealed"):
        found.append(Finding(Trouble.NOT_ENCRYPTED, Level.SOON))
    if device.mismatched_at and at - device.mismatched_at < MISMATCH_RECENT:
        found.append(Finding(Trouble.MISMATCH, Level.LATE, device.mismatched_at))
    return sorted(found, key=lambda finding: -finding.level)


def level_of(findings: Iterable[Finding]) -> Level:
    """The worst of them."""
    return max((finding.level for finding in findings), default=Level.GOOD)


def _ordered(device: Device) -> Iterable[Finding]:
    """A device that is told to stop stands out until that is over."""
    if device.status != DeviceStatus.ACTIVE:
        level = Level.SOON if device.status == DeviceStatus.FROZEN else Level.LATE
        yield Finding(Trouble(device.status), level)


def _unsent(device: Device, at: datetime) -> Iterable[Finding]:
    """Work that waits, since when. A clock that runs ahead cannot make it younger than the last contact."""
    if not device.waiting:
        return
    since = min(device.oldest_waiting_at or device.last_seen_at, device.last_seen_at)
    level = _by_age(at - since, UNSENT_SOON, UNSENT_LATE)
    yield Finding(Trouble.UNSENT, level, since, {"count": device.waiting})


def _pulled(device: Device, at: datetime) -> Iterable[Finding]:
    pulled = device.last_pulled_at
    age = at - (pulled or device.registered_at)
    if (level := _by_age(age, SILENT_SOON, SILENT_LATE)) is not Level.GOOD:
        yield Finding(Trouble.SILENT if pulled else Trouble.NEVER_PULLED, level, pulled or device.registered_at)


def _version(device: Device, schemas: Schemas) -> Iterable[Finding]:
    if device.schema < schemas.lowest:
        yield Finding(Trouble.TOO_OLD, Level.LATE)
    elif device.schema < schemas.newest:
        yield Finding(Trouble.OLD, Level.SOON)


def _storage(device: Device) -> Iterable[Finding]:
    """Whether the browser promised to keep the data, and how much room it leaves."""
    if device.storage.get("kept") is False:
        yield Finding(Trouble.NOT_KEPT, Level.SOON)
    quota, usage = device.storage.get("quota"), device.storage.get("usage")
    if isinstance(quota, int | float) and isinstance(usage, int | float) and quota > 0:
        free = max(0.0, 1 - usage / quota)
        if free < SPACE_SOON:
            yield Finding(Trouble.FULL, Level.LATE if free < SPACE_LATE else Level.SOON, params={"free": free})


def _by_age(age: timedelta, soon: timedelta, late: timedelta) -> Level:
    return Level.LATE if age >= late else Level.SOON if age >= soon else Level.GOOD
