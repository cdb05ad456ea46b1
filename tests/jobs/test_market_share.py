"""The nightly consolidation: what is logged today counts tonight, and a second run finds the same."""

from collections.abc import Callable
from decimal import Decimal
from types import ModuleType

import pytest
from sqlalchemy import select, text

from models.base import now
from models.market.run import MarketShare, MarketShareRun
from models.session import Database
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.jobs.conftest import SYSTEM

Cell = tuple[object, ...]


@pytest.fixture
def job() -> Job:
    found = find_job("market_share")
    assert found is not None
    return found


def cells(database: Database) -> list[set[Cell]]:
    """What each run found for the groups themselves, without those above them; the oldest run first."""
    with database.open(SYSTEM) as db:
        runs = db.scalars(select(MarketShareRun.id).order_by(MarketShareRun.consolidated_at, MarketShareRun.id))
        columns = (MarketShare.product_group_id, MarketShare.region_id, MarketShare.brand_id, MarketShare.quantity)
        own = select(*columns).where(~MarketShare.rolled_up)
        return [{tuple(row) for row in db.execute(own.where(MarketShare.run_id == run))} for run in runs]


def test_two_runs_find_the_same_and_leave_the_older_alone(
    work: Callable[[Job], Work], job: Job, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("delete from market_share_run"))
        db.execute(text("update brand_usage set observed_on = :today"), {"today": now().date()})
    first = work(job).counts
    assert first["accounts"] > 0
    assert work(job).counts == first
    one, other = cells(system_database)
    assert one == other
    assert one


def test_a_usage_logged_later_moves_the_next_run_by_exactly_that(
    work: Callable[[Job], Work], job: Job, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("delete from market_share_run"))
        db.execute(text("update brand_usage set observed_on = :today"), {"today": now().date()})
    work(job)
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("update brand_usage set quantity = quantity + 100"))
        logged: int = db.scalars(text("select count(*) from brand_usage")).one()
    work(job)
    before, after = cells(system_database)
    assert {cell[:3] for cell in before} == {cell[:3] for cell in after}
    assert total(after) - total(before) == 100 * logged


def total(found: set[Cell]) -> Decimal:
    """What all cells hold together."""
    return sum((Decimal(str(cell[3])) for cell in found), Decimal(0))
