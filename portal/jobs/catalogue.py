"""Packs the catalogue, so that a laptop that starts reads one file instead of many pages."""

from fieldsync.snapshot import make_snapshot
from models.errors import N_
from models.session import Session
from models.sync.snapshot import is_behind
from portal.jobs.job import Work


def snapshot_catalogue(work: Work) -> None:
    """Each night, and whenever the newest one is missing or far behind."""
    work.check()
    with work.transaction() as db:
        work.count(N_("records packed"), make_snapshot(db))


def catalogue_is_behind(db: Session) -> bool:
    """Whether there is none, or one that is far behind."""
    return is_behind(db)
