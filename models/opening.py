"""Opening hours by weekday, in the notation that maps use: `Mo 09:00-12:30,13:30-18:00; Su off`.

A weekday that is not named is not known, and keeps nobody away. Moments are minutes of the local day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from models.errors import N_, Refused

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
A_DAY = 24 * 60
CLOSED = "off"
NOT_HOURS = N_("This must be opening hours such as 09:00-12:30,13:30-18:00.")

Windows = tuple[tuple[int, int], ...]
"""From and until, in minutes of the day, one after the other."""

_CLAUSE = re.compile(rf"({'|'.join(DAYS)})(?:-({'|'.join(DAYS)}))?\s+(\S.*)")
_SPAN = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")


def canonical(text: str) -> str | None:
    """The same hours weekday by weekday, from Monday on; None for none. Raises Refused for what is no opening hours."""
    found: dict[str, str] = {}
    for clause in filter(None, (part.strip() for part in text.split(";"))):
        match = _CLAUSE.fullmatch(clause)
        if match is None:
            raise Refused(NOT_HOURS)
        first, last, spans = match.groups()
        said = CLOSED if spans == CLOSED else ",".join(f"{clock(start)}-{clock(end)}" for start, end in _spans(spans))
        found |= dict.fromkeys(_days(first, last or first), said)
    return "; ".join(f"{day} {found[day]}" for day in DAYS if day in found) or None


def windows(hours: str | None, on: date) -> Windows | None:
    """When somebody is there on a day, by canonical hours: none where it is closed, None where nobody knows."""
    day = DAYS[on.weekday()]
    for clause in (hours or "").split("; "):
        name, _, spans = clause.partition(" ")
        if name == day:
            return () if spans == CLOSED else tuple(_spans(spans))
    return None


def _spans(text: str) -> Iterator[tuple[int, int]]:
    until = 0
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise Refused(NOT_HOURS)
        hours = [int(each) for each in match.groups()]
        start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if not until <= start < end <= A_DAY or hours[1] > 59 or hours[3] > 59:
            raise Refused(NOT_HOURS)
        until = end
        yield start, end


def _days(first: str, last: str) -> Iterator[str]:
    """From one weekday to another, over the end of the week if need be."""
    start = DAYS.index(first)
    for step in range((DAYS.index(last) - start) % len(DAYS) + 1):
        yield DAYS[(start + step) % len(DAYS)]


def clock(minute: int) -> str:
    """A minute of the day as a clock shows it."""
    return f"{minute // 60:02}:{minute % 60:02}"
