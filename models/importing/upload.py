"""The content of uploaded files: kept in the database in pieces, so that any machine's job can read it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, delete, insert, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, write
from models.base import Base, Key, new_id, now
from models.errors import N_, Refused
from models.importing.fields import Kind
from models.importing.history import ImportRun, get_import
from models.importing.loading import import_file
from models.importing.proposal import propose
from models.importing.running import Progress
from models.session import Session

LARGEST = 128 * 1024 * 1024
"""Bytes that one upload may have; larger files go through the command line."""

AT_ONCE = 1024 * 1024
"""Bytes up to which a file is checked and loaded while the browser waits, a second or two."""

_PIECE = 256 * 1024
_WORKBOOK = b"PK"


class ImportPiece(Base):
    """A piece of an uploaded file."""

    __tablename__ = "import_piece"
    __table_args__ = (UniqueConstraint("import_run_id", "position"),)
    __audited__ = False  # the history keeps the whole file's hash
    __access__ = Access(hq=write(ALL))

    id: Mapped[Key]
    import_run_id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"))
    position: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


def receive(db: Session, kind: Kind, name: str, stream: IO[bytes], timezone: str) -> ImportRun:
    """Keep an uploaded file and propose how to understand it. Raises Refused for what is no such file, or too large."""
    run = ImportRun(
        id=new_id(), kind=str(kind), file_name=name, sha256="", size=0, user_id=db.principal.user_id, mapping={}
    )
    run.ended_at = now()
    db.add(run)
    db.flush()
    digest, position = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        run.size += len(piece)
        if run.size > LARGEST:
            raise Refused(N_("The file is larger than %(megabytes)s MB."), megabytes=LARGEST >> 20)
        digest.update(piece)
        db.execute(insert(ImportPiece).values(id=new_id(), import_run_id=run.id, position=position, content=piece))
        position += 1
    run.sha256 = digest.hexdigest()
    with head_file(db, run) as path:
        run.choose(propose(db, kind, path).in_zone(timezone))
    return run


@contextmanager
def content_file(db: Session, run: ImportRun) -> Iterator[Path]:
    """The uploaded file, on disk for as long as the block runs. Raises Refused once its content is forgotten."""
    query = select(ImportPiece.content).where(ImportPiece.import_run_id == run.id).order_by(ImportPiece.position)
    with _on_disk(db.scalars(query.execution_options(yield_per=4))) as path:
        yield path


@contextmanager
def head_file(db: Session, run: ImportRun) -> Iterator[Path]:
    """Its beginning, up to the last whole line; all of what cannot be read in part, such as a workbook."""
    first = db.scalar(select(ImportPiece.content).where(ImportPiece.import_run_id == run.id, ImportPiece.position == 0))
    if first is None or len(first) == run.size or first.startswith(_WORKBOOK) or b"\0" in first or b"\n" not in first:
        with content_file(db, run) as path:
            yield path
    else:
        with _on_disk([first[: first.rfind(b"\n") + 1]]) as path:
            yield path


@contextmanager
def _on_disk(pieces: Iterable[bytes]) -> Iterator[Path]:
    with tempfile.NamedTemporaryFile(prefix="import-") as file:
        file.writelines(pieces)
        file.flush()
        if not file.tell():
            raise Refused(N_("The file is empty, or its content is no longer kept: upload it again."))
        yield Path(file.name)


def hold_import(db: Session, import_id: UUID) -> ImportRun:
    """The import, locked until the transaction ends. Raises NotFound, and Refused while the job is at it."""
    query = select(ImportRun).where(ImportRun.id == import_id, ImportRun.status != "loaded").with_for_update()
    run = db.scalar(query.execution_options(populate_existing=True)) or get_import(db, import_id)
    if run.state in ("waiting", "loaded"):
        raise Refused(N_("This file is being worked on, or is loaded already."))
    return run


def look_at(db: Session, run: ImportRun) -> None:
    """Check the file against what is known: at once if it is small, else by the job."""
    _do(db, run, "check", ())


def load(db: Session, run: ImportRun, accept: tuple[str, ...]) -> None:
    """Load the file in spite of the doubts named: at once if it is small, else by the job."""
    _do(db, run, "load", accept)


def _do(db: Session, run: ImportRun, step: str, accept: tuple[str, ...]) -> None:
    run.request(step, accept)
    if run.size <= AT_ONCE:
        perform(db, run)


def forget_import(db: Session, run: ImportRun) -> None:
    """Remove a file that was not loaded, with its content."""
    db.delete(run)


def perform(db: Session, run: ImportRun, progress: Progress = lambda _phase, _done, _total: None) -> None:
    """Check or load the file, as `run.step` says, and note what was found."""
    with content_file(db, run) as path:
        report = import_file(
            db,
            path,
            run.profile,
            name=run.file_name,
            dry_run=run.step != "load",
            accept=frozenset(run.accept),
            progress=progress,
        )
    run.note(report)


def forget_contents(db: Session, before: datetime) -> int:
    """Remove the content of files brought before a moment; returns of how many."""
    old = select(ImportRun.id).where(ImportRun.requested_at < before)
    gone = db.scalars(
        delete(ImportPiece).where(ImportPiece.import_run_id.in_(old)).returning(ImportPiece.import_run_id)
    )
    return len(set(gone))


def forget_previews(db: Session, before: datetime) -> int:
    """Remove the imports brought before a moment that were looked at and never loaded; returns how many.

    What was loaded stays in the history, and what a job is still to do stays until it has done it.
    """
    idle = or_(ImportRun.ended_at.is_not(None), ImportRun.failed_at.is_not(None))
    old = delete(ImportRun).where(ImportRun.requested_at < before, ImportRun.status != "loaded", idle)
    return db.connection().execute(old).rowcount
