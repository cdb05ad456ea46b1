"""What is said of a laptop: each threshold from both sides."""

from datetime import timedelta
from typing import Any

import pytest

from models.base import new_id
from models.sync.device import Device
from models.sync.health import Level, Schemas, Trouble, judge, level_of
from tests.world import NOON

SCHEMAS = Schemas(newest=3, lowest=2)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def device(**values: Any) -> Device:
    """A laptop that is well."""
    well = {"status": "active", "schema": 3, "storage": {"kept": True, "quota": 1000, "usage": 10}, "waiting": 0}
    moments = {"registered_at": NOON - 30 * DAY, "last_seen_at": NOON, "last_pulled_at": NOON}
    return Device(id=new_id(), agent="Chrome", app="1", **{**well, **moments, **values})


def test_laptop_that_should_be_encrypted_and_is_not_stands_out() -> None:
    assert [each.trouble for each in judge(device(), NOON, SCHEMAS, encrypted=True)] == [Trouble.NOT_ENCRYPTED]
    assert judge(device(storage={"sealed": True}), NOON, SCHEMAS, encrypted=True) == []


def test_laptop_that_is_well_has_nothing() -> None:
    assert judge(device(), NOON, SCHEMAS) == []
    assert level_of([]) is Level.GOOD


@pytest.mark.parametrize(
    ("values", "trouble", "level"),
    [
        ({"waiting": 2, "oldest_waiting_at": NOON - 23 * HOUR}, Trouble.UNSENT, Level.GOOD),
        ({"waiting": 2, "oldest_waiting_at": NOON - 24 * HOUR}, Trouble.UNSENT, Level.SOON),
        ({"waiting": 2, "oldest_waiting_at": NOON - 71 * HOUR}, Trouble.UNSENT, Level.SOON),
        ({"waiting": 2, "oldest_waiting_at": NOON - 72 * HOUR}, Trouble.UNSENT, Level.LATE),
        (
            {"waiting": 2, "oldest_waiting_at": NOON + 3650 * DAY, "last_seen_at": NOON - 2 * DAY},
            Trouble.UNSENT,
            Level.SOON,
        ),
        ({"waiting": 2, "last_seen_at": NOON - 4 * DAY}, Trouble.UNSENT, Level.LATE),
        ({"last_pulled_at": NOON - 2 * DAY}, Trouble.SILENT, Level.SOON),
        ({"last_pulled_at": NOON - 7 * DAY}, Trouble.SILENT, Level.LATE),
        ({"last_pulled_at": None, "registered_at": NOON - 3 * DAY}, Trouble.NEVER_PULLED, Level.SOON),
        ({"schema": 2}, Trouble.OLD, Level.SOON),
        ({"schema": 1}, Trouble.TOO_OLD, Level.LATE),
        ({"storage": {"kept": False}}, Trouble.NOT_KEPT, Level.SOON),
        ({"storage": {"kept": True, "quota": 1000, "usage": 860}}, Trouble.FULL, Level.SOON),
        ({"storage": {"kept": True, "quota": 1000, "usage": 960}}, Trouble.FULL, Level.LATE),
        ({"storage": {"kept": True, "quota": 1000, "usage": 5000}}, Trouble.FULL, Level.LATE),
        ({"status": "frozen"}, Trouble.FROZEN, Level.SOON),
        ({"status": "lost"}, Trouble.LOST, Level.LATE),
        ({"status": "wipe"}, Trouble.WIPE, Level.LATE),
        ({"mismatched_at": NOON - DAY}, Trouble.MISMATCH, Level.LATE),
        ({"status": "wipe", "wiped_at": NOON, "last_pulled_at": NOON - 90 * DAY}, Trouble.WIPED, Level.GOOD),
    ],
)
def test_each_trouble_has_its_level(values: dict[str, Any], trouble: Trouble, level: Level) -> None:
    (finding,) = judge(device(**values), NOON, SCHEMAS)
    assert (finding.trouble, finding.level) == (trouble, level)


@pytest.mark.parametrize(
    "values",
    [
        {"last_pulled_at": NOON - 47 * HOUR},
        {"storage": {}},
        {"storage": {"quota": 0, "usage": 0}},
        {"mismatched_at": NOON - 8 * DAY},
        {"last_pulled_at": None, "registered_at": NOON},
    ],
)
def test_what_is_not_known_or_long_past_is_no_trouble(values: dict[str, Any]) -> None:
    assert judge(device(**values), NOON, SCHEMAS) == []


def test_worst_comes_first() -> None:
    found = judge(device(waiting=1, schema=2, last_pulled_at=NOON - 8 * DAY), NOON, SCHEMAS)
    assert [finding.level for finding in found] == [Level.LATE, Level.SOON, Level.GOOD]
    assert level_of(found) is Level.LATE
