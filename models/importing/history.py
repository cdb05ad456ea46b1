"""The history of imports: who loaded which file when, how it was understood, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, Access, write
from models.base import Base, Created, Json, Key, now
from models.errors import N_, NotFound
from models.importing.report import Report, report_from_json
from models.session import Session
from models.user import User

STATUSES = {
    "received": N_("received"),
    "checked": N_("checked"),
    "loaded": N_("loaded"),
    "refused": N_("refused"),
    "failed": N_("failed"),
}


class ImportRun(Base):
    """One file that somebody brought. `mapping` is how to read it, `report` what the last look at it found."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        Index("ix_import_run_received", "received_at"),
    )
    __audited__ = False  # it is a history itself, and its reports are large
    __access__ = Access(hq=write(ALL))

    id: Mapped[Key]
    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    received_at: Mapped[Created]
    loaded_at: Mapped[datetime | None]
    added: Mapped[int | None]
    changed: Mapped[int | None]
    unchanged: Mapped[int | None]
    mapping: Mapped[Json]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    user: Mapped[User | None] = relationship()

    def note(self, report: Report) -> None:
        """Keep what a look at the file, or its loading, has found."""
        tallies = report.tallies.values()
        self.report = report.to_json()
        self.added = sum(tally.added for tally in tallies)
        self.changed = sum(tally.changed for tally in tallies)
        self.unchanged = sum(tally.unchanged for tally in tallies)
        self.status = "loaded" if report.loaded else "refused" if report.refused else "checked"
        self.loaded_at = now() if report.loaded else None

    def last_report(self) -> Report | None:
        """What the last look at the file has found."""
        return report_from_json(self.report) if self.report else None


def record(db: Session, report: Report) -> ImportRun:
    """Put a file that was loaded at the command line into the history."""
    run = ImportRun(
        kind=report.kind,
        file_name=report.file_name,
        sha256=report.sha256,
        size=report.size,
        user_id=db.principal.user_id,
        mapping={"name": report.mapping},
    )
    run.note(report)
    db.add(run)
    return run


def get_import(db: Session, import_id: UUID) -> ImportRun:
    """The import. Raises NotFound."""
    run = db.get(ImportRun, import_id)
    if run is None:
        raise NotFound
    return run


def list_imports(db: Session, *, kind: str | None, status: str | None, limit: int, offset: int) -> list[ImportRun]:
    """Imports, newest first."""
    query = select(ImportRun).order_by(ImportRun.received_at.desc()).limit(limit).offset(offset)
    if kind:
        query = query.where(ImportRun.kind == kind)
    if status:
        query = query.where(ImportRun.status == status)
    return list(db.scalars(query))
