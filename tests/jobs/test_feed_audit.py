"""The nightly audit of the change feed: it finds what passed the triggers by, says so, and leaves it for people."""

from collections.abc import Callable
from types import ModuleType

import pytest
from sqlalchemy import create_engine, text

from models.session import Database
from models.sync.audit import audit_feed
from portal.jobs.feed_audit import FeedDiffers
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.jobs.conftest import SYSTEM
from tests.world import ident

BYPASSES = {
    "a row changed its territory": (
        "update account set territory_id = :there where id = :account",
        {"missing": 1, "extra": 1},
    ),
    "a row came": (
        "insert into account (id, name, kind, territory_id, region_id)"
        " select gen_random_uuid(), 'By hand', 'prospect', territory_id, region_id from account where id = :account",
        {"missing": 1},
    ),
    "a row went": ("delete from comment where id = :comment", {"extra": 1}),
    "a bucket lost count": ("update bucket set row_count = row_count + 1 where name = 'catalogue'", {"count": 1}),
    "a sum went wrong": ("update bucket set digest = digest + 1 where name = 'catalogue'", {"digest": 1}),
    "a head fell back": ("update bucket set head = 0 where name = 'catalogue'", {"head": 1}),
}


@pytest.fixture
def job() -> Job:
    found = find_job("feed_audit")
    assert found is not None
    return found


def test_feed_that_is_right_has_nothing_to_tell(work: Callable[[Job], Work], job: Job, world: ModuleType) -> None:
    assert work(job).counts == {}
    assert work(job).counts == {}


@pytest.mark.parametrize("what", BYPASSES)
def test_change_past_the_triggers_is_reported_and_not_mended(
    work: Callable[[Job], Work], job: Job, world: ModuleType, admin_url: str, system_database: Database, what: str
) -> None:
    statement, problems = BYPASSES[what]
    ids = {"account": ident("account.gemi"), "there": ident("territory.manisa"), "comment": ident("comment.gemi")}
    engine = create_engine(admin_url)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(statement), {name: value for name, value in ids.items() if f":{name}" in statement})
    engine.dispose()
    for _ in range(2):
        with pytest.raises(FeedDiffers, match=f"^{sum(problems.values())} differences") as told:
            work(job)
        assert all(problem in str(told.value) for problem in problems)
    with system_database.open(SYSTEM) as db:
        assert sorted(finding.problem for finding in audit_feed(db)) == sorted(problems)
