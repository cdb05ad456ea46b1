"""Large files, checked and loaded by the job on behalf of whoever brought them."""

import io
import threading
from collections.abc import Callable
from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import update

from models.importing import upload
from models.importing.fields import Kind
from models.importing.history import ImportProgress, ImportRun
from models.session import Database
from models.user import User
from portal.jobs import imports
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.jobs.conftest import SYSTEM
from tests.models.import_files import count
from tests.world import ident, principals

RunJob = Callable[[Job], Work]
FILE = "Product code,Warehouse,Quantity,As of\n" + "E7018-325,gebze,{},2026-09-18\n" * 2000


@pytest.fixture
def job() -> Job:
    found = find_job("imports")
    assert found is not None
    return found


@pytest.fixture
def brought(database: Database, world: ModuleType, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A file that waits to be checked."""
    monkeypatch.setattr(upload, "AT_ONCE", 0)
    content = FILE.replace("{}", "7").encode()
    with database.transaction(principals()["hale"]) as db:
        run = upload.receive(db, Kind.STOCK, "stock.csv", io.BytesIO(content), "UTC")
        upload.look_at(db, run)
        return run.id


def state(database: Database, run_id: UUID) -> tuple[str, str]:
    with database.open(SYSTEM) as db:
        run = db.get_one(ImportRun, run_id)
        return run.step, run.state


def test_a_file_is_checked_then_loaded_and_nothing_is_left_to_do(
    work: RunJob, job: Job, brought: UUID, database: Database, system_database: Database
) -> None:
    assert work(job).counts == {"checked": 1}
    assert state(system_database, brought) == ("check", "checked")
    assert count(system_database, "select quantity from stock_level") == 84
    with database.transaction(principals()["hale"]) as db:
        upload.load(db, upload.hold_import(db, brought), ())
    assert work(job).counts == {"loaded": 1}
    assert state(system_database, brought) == ("load", "loaded")
    assert count(system_database, "select quantity from stock_level") == 7
    query = "select actor_id from event where kind = 'stock_level' and action = 'changed'"
    assert count(system_database, query) == ident("user.hale")
    assert work(job).counts == {}


def test_how_far_it_is_can_be_read_while_it_works(
    work: RunJob, job: Job, brought: UUID, system_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "PAUSE", 0)
    seen: set[str] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            with system_database.open(SYSTEM) as db:
                seen.add(db.get_one(ImportProgress, brought).phase)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work(job)
    finally:
        done.set()
        watcher.join()
    assert seen & {"reading", "taking in", "checking"}


def test_a_file_of_somebody_who_may_no_longer_import_is_left_alone(
    work: RunJob, job: Job, brought: UUID, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(User).where(User.id == ident("user.hale")).values(active=False))
    assert work(job).counts == {"failed": 1}
    assert state(system_database, brought) == ("check", "failed")
    assert count(system_database, "select quantity from stock_level") == 84


def test_a_file_whose_content_is_gone_says_so(work: RunJob, job: Job, brought: UUID, system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(ImportRun).where(ImportRun.id == brought).values(requested_at="2001-01-01"))
    housekeeping = find_job("housekeeping")
    assert housekeeping is not None
    assert work(housekeeping).counts["imported files emptied"] == 1
    work(job)
    with system_database.open(SYSTEM) as db:
        assert "no longer kept" in str(db.get_one(ImportRun, brought).error)
