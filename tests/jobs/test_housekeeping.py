"""What runs out, and what is removed; twice, the second time with nothing left to do."""

import os
from collections.abc import Callable
from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import update

from models.base import now
from models.importing.history import ImportRun
from models.importing.upload import ImportPiece, forget_previews
from models.market.consolidate import consolidate
from models.market.run import MarketShare, MarketShareEvidence, MarketShareRun, thin_runs
from models.quote import Quote
from models.session import Database
from models.user.session import SignInAttempt, UserSession
from models.user.sign_in import Invitation
from portal.config import Config
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.jobs.conftest import SYSTEM
from tests.world import NOON, days, ident

UNFINISHED = ("under way", "young")


@pytest.fixture
def job() -> Job:
    found = find_job("housekeeping")
    assert found is not None
    return found


def test_what_is_over_is_removed_and_the_rest_stays(
    work: Callable[[Job], Work], job: Job, system_database: Database, world: ModuleType
) -> None:
    today = now().date()
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Quote).values(valid_until=today + days(5)))
        db.execute(update(Quote).where(Quote.id == ident("quote.gemi")).values(valid_until=today - days(3)))
        db.execute(update(SignInAttempt).values(tried_at=now() - days(31)))
        db.execute(update(UserSession).values(expires_at=now() - days(31)))
        db.execute(update(Invitation).values(expires_at=now() - days(29)))
    first = work(job).counts
    assert first["quotes expired"] == 1
    assert first["sessions removed"] == 1
    assert first["sign-in attempts removed"] == 1
    assert "invitations removed" not in first
    assert work(job).counts == {}
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Quote, ident("quote.gemi")).status == "expired"
        assert db.get_one(Quote, ident("quote.vinc")).status == "issued"
        assert db.query(Invitation).count() == 1


def test_old_market_share_runs_are_thinned_to_one_a_month_each_whole(
    system_database: Database, world: ModuleType
) -> None:
    ends = [date(2026, month, day) for month, day in ((4, 10), (4, 30), (5, 3), (5, 4), (6, 1), (6, 2), (4, 30))]
    with system_database.transaction(SYSTEM) as db:
        db.query(MarketShareRun).delete()
        runs = [consolidate(db, date(2025, 6, 1), end, at=NOON + days(place)).id for place, end in enumerate(ends)]
        assert thin_runs(db, date(2026, 6, 1)) == 3
        assert thin_runs(db, date(2026, 6, 1)) == 0
        left = {run.id: run.usages for run in db.query(MarketShareRun)}
        again, may, both_of_june = runs[6], runs[3], runs[4:6]
        assert set(left) == {again, may, *both_of_june}, "of two runs for one day the later one"
        for run_id, usages in left.items():
            assert db.query(MarketShareEvidence).filter_by(run_id=run_id).count() == usages > 0
            assert db.query(MarketShare).filter_by(run_id=run_id).count() > 0
        assert db.query(MarketShareEvidence).count() == sum(left.values())


def test_imports_that_nobody_loaded_are_removed_and_the_history_stays(system_database: Database) -> None:
    whats = {
        "loaded": "loaded",
        "looked at": "checked",
        "refused": "refused",
        "under way": "checked",
        "young": "checked",
    }
    with system_database.transaction(SYSTEM) as db:
        for name, status in whats.items():
            run = ImportRun(kind="orders", file_name=name, sha256="", size=1, mapping={}, status=status)
            run.requested_at = now() - days(1 if name == "young" else 91)
            run.ended_at = None if name == "under way" else now()
            db.add(run)
            db.flush()
            db.add(ImportPiece(import_run_id=run.id, position=0, content=b"x"))
    with system_database.transaction(SYSTEM) as db:
        assert forget_previews(db, now() - days(90)) == 2
        assert {run.file_name for run in db.query(ImportRun)} == {"loaded", *UNFINISHED}
        assert db.query(ImportPiece).count() == 3


def test_mails_written_as_files_go_with_their_bodies(
    work: Callable[[Job], Work], job: Job, config: Config, system_database: Database
) -> None:
    folder = config.data_dir / "mail"
    folder.mkdir()
    for name, age in (("old.eml", 91), ("young.eml", 89), ("note.txt", 91)):
        (folder / name).write_text("x")
        moment = (now() - days(age)).timestamp()
        os.utime(folder / name, (moment, moment))
    assert work(job).counts == {"mail files removed": 1}
    assert {file.name for file in folder.iterdir()} == {"young.eml", "note.txt"}
    assert work(job).counts == {}
