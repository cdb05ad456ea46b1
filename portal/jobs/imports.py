"""Checks and loads the files that are too large to do so while a browser waits."""

import time
from uuid import UUID

from models.access import Principal, Role
from models.errors import Refused
from models.importing.history import ImportRun, note_progress
from models.importing.running import Progress
from models.importing.upload import perform
from models.queue import is_due
from models.session import Session
from portal.jobs.job import Hopeless, Work

PAUSE = 0.5
"""Seconds between two notes of how far a file is."""


def waiting_imports(db: Session) -> bool:
    """Whether a file is to be checked or loaded now."""
    return is_due(db, ImportRun)


def do_imports(work: Work) -> None:
    """Do each file on behalf of whoever brought it, in one transaction: a kill leaves nothing, and it is redone."""

    def act(db: Session, run: ImportRun) -> str:
        user = run.user
        if user is None or not user.active or user.role != Role.HQ:
            raise Hopeless("Whoever brought the file may no longer import.")
        db.enter(Principal.of(Role.HQ, user.id), db.connection())
        try:
            perform(db, run, _noting(work, run.id))
        except Refused as refusal:
            raise Hopeless(str(refusal)) from refusal
        return run.status

    work.each(ImportRun, act)


def _noting(work: Work, run_id: UUID) -> Progress:
    """Writes now and then how far the file is, in transactions of its own that others can read."""
    noted = 0.0

    def advance(phase: str, done: int, total: int) -> None:
        nonlocal noted
        if time.monotonic() - noted >= PAUSE:
            noted = time.monotonic()
            with work.transaction() as db:
                note_progress(db, run_id, phase, done, total)

    return advance
