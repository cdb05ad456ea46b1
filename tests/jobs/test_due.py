"""Reading schedules: the last and the next moment, also where clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.jobs.due import last_due, next_due
from portal.jobs.schedule import JOBS

ISTANBUL = "Europe/Istanbul"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "last", "upcoming"),
    [
        ("* * * * *", "2026-03-02 12:00:30", "2026-03-02 12:00", "2026-03-02 12:01"),
        ("* * * * *", "2026-03-02 12:00:00", "2026-03-02 12:00", "2026-03-02 12:01"),
        ("15 2 * * *", "2026-03-02 12:00", "2026-03-01 23:15", "2026-03-02 23:15"),
        ("0 9 1 * *", "2026-03-31 12:00", "2026-03-01 06:00", "2026-04-01 06:00"),
        ("0 9 1 1 *", "2026-03-31 12:00", "2026-01-01 06:00", "2027-01-01 06:00"),
    ],
)
def test_last_and_next(schedule: str, now: str, last: str, upcoming: str) -> None:
    assert last_due(schedule, ISTANBUL, at(now)) == at(last)
    assert next_due(schedule, ISTANBUL, at(now)) == at(upcoming)


def test_the_hour_that_summer_time_takes_away_and_gives_back() -> None:
    assert last_due("30 2 * * *", "Europe/Rome", at("2026-03-30 12:00")) == at("2026-03-30 00:30")
    assert last_due("30 2 * * *", "Europe/Rome", at("2026-10-26 12:00")) == at("2026-10-26 01:30")


def test_every_job_of_the_schedule_was_due_and_will_be() -> None:
    now = at("2026-03-02 12:00")
    for job in JOBS:
        last, upcoming = last_due(job.schedule, ISTANBUL, now), next_due(job.schedule, ISTANBUL, now)
        assert last is not None
        assert upcoming is not None
        assert last <= now < upcoming
        assert job.why.endswith(".")
    assert len({job.name for job in JOBS}) == len(JOBS)


@given(st.integers(0, 10 * 366 * 86_400), st.sampled_from(["* * * * *", "15 2 * * *", "5 4 * * 0"]))
def test_nothing_is_due_between_the_last_moment_and_the_next(seconds: int, schedule: str) -> None:
    now = at("2020-01-01") + timedelta(seconds=seconds)
    last, upcoming = last_due(schedule, ISTANBUL, now), next_due(schedule, ISTANBUL, now)
    assert last is not None
    assert last <= now < (upcoming or now)
    assert next_due(schedule, ISTANBUL, last) == upcoming
    assert last_due(schedule, ISTANBUL, last) == last
    assert now - last < timedelta(days=8)
