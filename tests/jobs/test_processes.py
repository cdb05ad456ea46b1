"""The jobs from the command line, and real processes: two at once, one killed half-way, one told to end."""

import os
import signal
from collections import Counter
from types import ModuleType

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from models.job_run import JobRun, list_runs, request_run
from models.locks import LEADER, is_held
from models.quote.document import QuoteDocument
from models.session import Database
from portal.cli import main
from portal.jobs.schedule import JOBS
from tests.jobs.conftest import SYSTEM, Start, wait_until
from tests.jobs.test_quote_pdfs import ask_for_more


def made(database: Database) -> int:
    with database.open(SYSTEM) as db:
        return db.query(QuoteDocument).filter(QuoteDocument.made_at.is_not(None)).count()


def runs(database: Database, **having: str) -> list[JobRun]:
    with database.open(SYSTEM) as db:
        return [run for run in list_runs(db, limit=100) if all(getattr(run, k) == v for k, v in having.items())]


def leads(database: Database) -> bool:
    with database.open(SYSTEM) as db:
        return is_held(db, LEADER)


def test_two_processes_started_together_run_each_job_once(
    start: Start, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("delete from job_run"))
    processes = [start("jobs", "work") for _ in range(2)]
    wait_until(lambda: {run.name for run in runs(system_database, status="succeeded")} >= {job.name for job in JOBS})
    wait_until(lambda: made(system_database) == 3)
    first = {job.name: min(run.due_at for run in runs(system_database, name=job.name) if run.due_at) for job in JOBS}
    each = Counter((run.name, run.due_at) for run in runs(system_database) if run.due_at)
    assert set(each.values()) == {1}
    assert set(first.items()) <= set(each)
    assert len({run.process for run in runs(system_database)}) == 1, "one leads, the other stands by"
    (leader,) = {run.process for run in runs(system_database)}
    fallen = next(process for process in processes if str(leader).endswith(f":{process.pid}"))
    other = next(process for process in processes if process is not fallen)

    fallen.kill()
    with system_database.transaction(SYSTEM) as db:
        ask_for_more(db, 2)
    wait_until(lambda: made(system_database) == 5)
    assert any(str(run.process).endswith(f":{other.pid}") for run in runs(system_database, name="quote_pdfs"))

    other.send_signal(signal.SIGTERM)
    assert other.wait(30) == 0
    assert not leads(system_database)


def test_a_job_killed_half_way_is_repaired_by_the_next_run(
    start: Start, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        ask_for_more(db, 60, lines=60)
    killed = start("jobs", "run", "quote_pdfs")
    wait_until(lambda: made(system_database) >= 5)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    before = made(system_database)
    assert 5 <= before < 63, "it was to be killed half-way"
    (left,) = runs(system_database, name="quote_pdfs")
    assert left.status == "running"

    repaired = start("jobs", "run", "quote_pdfs")
    output, _ = repaired.communicate(timeout=120)
    assert repaired.returncode == 0, output
    assert f"{63 - before} made" in output
    assert made(system_database) == 63
    assert [run.status for run in reversed(runs(system_database, name="quote_pdfs"))] == ["interrupted", "succeeded"]
    with system_database.open(SYSTEM) as db:
        attempts = Counter(db.scalars(text("select attempts from quote_document")))
        assert attempts[1] >= 62
        assert attempts[1] + attempts[2] == 63, "at most the one under way was begun twice"


def test_what_was_interrupted_is_run_again_for_its_own_time(
    start: Start, system_database: Database, world: ModuleType
) -> None:
    worker = start("jobs", "work")
    wait_until(lambda: runs(system_database, name="housekeeping", status="succeeded", trigger="catch_up"))
    worker.kill()
    worker.wait()
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("update job_run set status = 'running', ended_at = null where name = 'housekeeping'"))
    again = start("jobs", "work")
    wait_until(lambda: len(runs(system_database, name="housekeeping", status="succeeded")) == 1)
    assert len(runs(system_database, name="housekeeping", status="interrupted")) >= 1
    again.terminate()
    assert again.wait(30) == 0


def test_head_office_asks_for_a_run(
    start: Start, database: Database, system_database: Database, world: ModuleType
) -> None:
    for _ in range(2):
        with database.transaction(world.principals()["hale"]) as db:
            request_run(db, "housekeeping")
    assert len(runs(system_database, name="housekeeping", trigger="request")) == 1
    worker = start("jobs", "work")
    wait_until(lambda: runs(system_database, name="housekeeping", trigger="request", status="succeeded"))
    worker.terminate()
    assert worker.wait(30) == 0


def test_command_line_lists_and_refuses(environment: dict[str, str], world: ModuleType) -> None:
    listed = CliRunner().invoke(main, ["jobs", "list"], env=environment)
    assert listed.exit_code == 0
    assert all(job.name in listed.output for job in JOBS)
    assert "next: " in listed.output
    unknown = CliRunner().invoke(main, ["jobs", "run", "nothing"], env=environment)
    assert unknown.exit_code == 1
    assert "There is no job nothing." in unknown.output


@pytest.mark.parametrize("job", [job.name for job in JOBS])
def test_every_job_runs_twice(environment: dict[str, str], world: ModuleType, job: str) -> None:
    for _ in range(2):
        ran = CliRunner().invoke(main, ["jobs", "run", job], env=environment)
        assert ran.exit_code == 0, ran.output
        assert f"{job} succeeded" in ran.output
