"""The nightly market share run, as the job runner calls it."""

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import func, select

from models.access import Principal
from models.account import Account
from models.market.run import MarketShareRun, newest_run
from models.session import Database
from portal.jobs.job import Work
from portal.jobs.market_share import consolidate_market
from portal.jobs.schedule import find_job
from tests.factories_field import add_usage
from tests.portal.conftest import CONFIG
from tests.world import TODAY, days, ident

pytestmark = pytest.mark.usefixtures("world")

SYSTEM = Principal.system("test")
NIGHT = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
"""Half past one in the morning of the cast's day, in the portal's time zone."""


def run(database: Database) -> dict[str, int]:
    """One run of the job; returns what it counted."""
    work = Work("market_share", database, CONFIG)
    with time_machine.travel(NIGHT, tick=False):
        consolidate_market(work)
    return dict(work.counts)


def test_job_is_scheduled_once_a_night() -> None:
    job = find_job("market_share")
    assert job is not None
    assert job.function is consolidate_market
    assert job.schedule.split()[2:] == ["*", "*", "*"]


def test_job_counts_what_was_told_until_today_where_the_portal_is(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        gemi = db.get_one(Account, ident("account.gemi"))
        add_usage(db, gemi, 10, "other", on=TODAY)
        add_usage(db, gemi, 99, "other", on=TODAY + days(1))
    assert run(system_database) == {"observations": 7, "accounts": 3}
    with system_database.open(SYSTEM) as db:
        newest = newest_run(db)
        assert newest is not None
        assert (newest.period_until, (newest.period_until - newest.period_from).days) == (TODAY, 365)


def test_job_run_twice_leaves_two_runs_with_the_same_counts(system_database: Database) -> None:
    with system_database.open(SYSTEM) as db:
        before = db.scalar(select(func.count(MarketShareRun.id)))
    assert run(system_database) == run(system_database)
    with system_database.open(SYSTEM) as db:
        assert db.scalar(select(func.count(MarketShareRun.id))) == (before or 0) + 2
