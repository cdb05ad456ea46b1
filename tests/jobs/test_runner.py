"""One run: its row, its lock, what it leaves when it breaks, loses its connection or is told to end."""

import threading
from collections.abc import Callable
from types import ModuleType

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from models.job_run import JobRun, begin_run, forget_runs, list_runs
from models.locks import LEADER, Locks, is_held
from models.session import Database
from models.sync.audit import current_epoch, notice_restore
from portal.config import Config
from portal.ending import Ending
from portal.jobs.job import Job, Work
from portal.jobs.runner import Runner
from portal.jobs.worker import Worker
from tests.jobs.conftest import SYSTEM, wait_until
from tests.world import NOON, days


def job(function: Callable[[Work], None], schedule: str = "* * * * *") -> Job:
    return Job("probe", schedule, function, "Probes.")


@pytest.fixture
def runner(system_database: Database, config: Config, locks: Locks) -> Runner:
    return Runner(system_database, config, locks, Ending())


def rows(database: Database) -> list[JobRun]:
    with database.open(SYSTEM) as db:
        return list_runs(db, name="probe", limit=50)[::-1]


def test_a_run_leaves_its_row(runner: Runner, system_database: Database) -> None:
    outcome = runner.run_now(job(lambda work: work.count("things", 3)))
    assert outcome is not None
    assert outcome.counts == {"things": 3}
    (row,) = rows(system_database)
    assert (row.status, row.trigger, row.counts, row.error) == ("succeeded", "command", {"things": 3}, None)
    assert row.process == runner.process
    assert row.started_at is not None
    assert row.ended_at is not None
    assert row.ended_at >= row.started_at


def test_a_job_that_breaks_is_recorded_with_what_it_had_done(runner: Runner, system_database: Database) -> None:
    def breaks(work: Work) -> None:
        work.count("things")
        raise ValueError("no\nsuch thing")

    outcome = runner.run_now(job(breaks))
    assert outcome is not None
    assert outcome.status == "failed"
    (row,) = rows(system_database)
    assert (row.counts, row.error) == ({"things": 1}, "ValueError: no such thing")


def test_what_is_due_is_run_once_whoever_comes(runner: Runner, system_database: Database, config: Config) -> None:
    ran: list[str] = []
    nightly = job(lambda work: ran.append(work.job), "0 0 1 1 *")
    other = Locks(system_database)
    second = Runner(system_database, config, other, Ending())
    threads = [threading.Thread(target=each.run_due, args=(nightly,)) for each in (runner, second, runner, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert ran == ["probe"]
    assert [row.trigger for row in rows(system_database)] == ["catch_up"]


def test_a_run_whose_process_is_gone_is_marked_and_repaired(runner: Runner, system_database: Database) -> None:
    ran: list[int] = []
    nightly = job(lambda _work: ran.append(1), "0 0 1 1 *")
    runner.run_due(nightly)
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("update job_run set status = 'running', ended_at = null, process = 'gone:1'"))
    runner.run_due(nightly)
    runner.run_due(nightly)
    assert len(ran) == 2
    assert [(row.status, row.process) for row in rows(system_database)] == [
        ("interrupted", "gone:1"),
        ("succeeded", runner.process),
    ]


def test_a_job_under_way_elsewhere_is_not_disturbed(runner: Runner, system_database: Database) -> None:
    other = Locks(system_database)
    assert other.take("probe")
    with system_database.transaction(SYSTEM) as db:
        begin_run(db, "probe", "command", "other:1")
    assert runner.run_wanted(job(lambda _work: None)) is None
    assert [row.status for row in rows(system_database)] == ["running"]
    waiting = threading.Thread(target=runner.run_now, args=(job(lambda _work: None),))
    waiting.start()
    other.close()
    waiting.join(10)
    assert [row.status for row in rows(system_database)] == ["interrupted", "succeeded"]


def test_a_run_ends_between_items_when_its_connection_is_lost(
    runner: Runner, system_database: Database, admin_url: str
) -> None:
    def endless(work: Work) -> None:
        while True:
            work.check()
            work.count("rounds")
            if work.counts["rounds"] == 3:
                lose(system_database, admin_url)

    outcome = runner.run_now(job(endless))
    assert outcome is not None
    assert (outcome.status, outcome.counts) == ("interrupted", {"rounds": 3})


def lose(database: Database, admin_url: str) -> None:
    """End the server's side of the connection that holds the probe's lock."""
    with create_engine(admin_url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"))


def test_a_run_told_to_end_ends_between_items(runner: Runner, system_database: Database) -> None:
    def endless(work: Work) -> None:
        while True:
            work.check()

    thread = threading.Thread(target=runner.run_now, args=(job(endless),))
    thread.start()
    wait_until(lambda: [row.status for row in rows(system_database)] == ["running"], 10)
    runner.ending.set()
    thread.join(10)
    assert [row.status for row in rows(system_database)] == ["interrupted"]


def test_a_lock_lives_as_long_as_its_connection(system_database: Database, admin_url: str, locks: Locks) -> None:
    assert locks.take(LEADER)
    other = Locks(system_database)
    assert not other.take(LEADER)
    with system_database.open(SYSTEM) as db:
        assert is_held(db, LEADER)
        assert not is_held(db, "probe")
    lose(system_database, admin_url)
    assert not locks.alive()
    assert other.take(LEADER)
    other.close()
    with system_database.open(SYSTEM) as db:
        assert not is_held(db, LEADER)


def test_old_runs_are_forgotten_but_not_the_newest(system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("delete from job_run"))
        for age, counts in ((100, {"made": 1}), (50, {"made": 2}), (3, {}), (1, {}), (0, {})):
            moments = {"requested_at": NOON - days(age), "due_at": NOON - days(age)}
            db.add(JobRun(name="probe", status="succeeded", trigger="schedule", counts=counts, **moments))
        db.flush()
        assert forget_runs(db, idle_before=NOON - days(2), before=NOON - days(90)) == 2
        assert forget_runs(db, idle_before=NOON - days(2), before=NOON - days(90)) == 0
        kept = [row.counts for row in list_runs(db, name="probe", limit=9)]
        assert kept == [{}, {}, {"made": 2}]


def test_whoever_begins_to_lead_notices_that_the_database_was_restored(
    system_database: Database, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    with system_database.open(SYSTEM) as db:
        before = current_epoch(db)
    leader = Worker(system_database, config, (job(lambda work: work.count("things")),))
    leader.scheduler.start(paused=True)
    try:
        leader.tick()
    finally:
        leader.scheduler.shutdown()
        leader.locks.close()
    assert leader.leading
    assert "was restored" in caplog.text, "a test's database is a copy, made elsewhere"
    with system_database.open(SYSTEM) as db:
        assert current_epoch(db) != before
        assert not notice_restore(db)
