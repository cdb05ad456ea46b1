"""The history of imports: who brought which file when, how it is to be understood, and what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, Access, write
from models.base import Base, Json, now
from models.errors import N_, NotFound
from models.importing.profile import Profile, parse_profile
from models.importing.report import Report, report_from_json
from models.queue import Queued, waiting_index
from models.session import Session
from models.user import User

STATUSES = {
    "received": N_("received"),
    "checked": N_("checked"),
    "refused": N_("refused"),
    "loaded": N_("loaded"),
    "waiting": N_("at work"),
    "failed": N_("failed"),
}
_KEPT = ("received", "checked", "refused", "loaded")


class ImportRun(Queued):
    """One file that somebody brought. While `ended_at` is empty a job checks or loads it, as `step` says."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(f"status in {_KEPT}", name="status"),
        CheckConstraint("step in ('check', 'load')", name="step"),
        waiting_index("ix_import_run_waiting", "ended_at"),
        Index("ix_import_run_requested", "requested_at"),
        Index("ix_import_run_sha256", "sha256"),
    )
    __audited__ = False  # it is a history itself, and its reports are large
    __access__ = Access(hq=write(ALL))
    DONE: ClassVar[str] = "ended_at"
    MOST_ATTEMPTS: ClassVar[int] = 2

    kind: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    mapping: Mapped[Json]
    step: Mapped[str] = mapped_column(default="check", server_default="check")
    accept: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    status: Mapped[str] = mapped_column(default="received", server_default="received")
    ended_at: Mapped[datetime | None]
    loaded_at: Mapped[datetime | None]
    added: Mapped[int | None]
    changed: Mapped[int | None]
    unchanged: Mapped[int | None]
    report: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    user: Mapped[User | None] = relationship()
    progress: Mapped[ImportProgress | None] = relationship(passive_deletes="all")

    @property
    def state(self) -> str:
        """A key of `STATUSES`."""
        if self.failed_at:
            return "failed"
        return self.status if self.ended_at else "waiting"

    @property
    def profile(self) -> Profile:
        """How the file is to be understood."""
        return parse_profile(self.mapping["name"], {key: self.mapping[key] for key in self.mapping if key != "name"})

    def choose(self, profile: Profile) -> None:
        """Understand the file in this way from now on."""
        self.mapping = {"name": profile.name, **profile.content()}

    def request(self, step: str, accept: tuple[str, ...] = ()) -> None:
        """Have the file checked or loaded by the job."""
        self.step, self.accept = step, list(accept)
        self.ended_at = self.failed_at = self.error = None
        self.attempts, self.next_attempt_at = 0, now()
        self.progress = self.progress or ImportProgress()
        self.progress.phase, self.progress.done, self.progress.total = "", 0, 0

    def note(self, report: Report) -> None:
        """Keep what a look at the file, or its loading, has found."""
        tallies = report.tallies.values()
        self.report = report.to_json()
        self.added = sum(tally.added for tally in tallies)
        self.changed = sum(tally.changed for tally in tallies)
        self.unchanged = sum(tally.unchanged for tally in tallies)
        self.status = "loaded" if report.loaded else "refused" if report.problems else "checked"
        self.ended_at = now()
        self.loaded_at = now() if report.loaded else None

    def last_report(self) -> Report | None:
        """What the last look at the file has found."""
        return report_from_json(self.report) if self.report else None


class ImportProgress(Base):
    """How far the job is with a file. A row of its own, because the job keeps the run itself locked."""

    __tablename__ = "import_progress"
    __audited__ = False  # it says nothing once the work is done
    __access__ = Access(hq=write(ALL))

    id: Mapped[UUID] = mapped_column(ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True)
    phase: Mapped[str]
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)


def note_progress(db: Session, run_id: UUID, phase: str, done: int, total: int) -> None:
    """Say how far the work on a file is, while another transaction holds the run itself."""
    # Never an insert: its foreign key would wait for the run that this very job keeps locked.
    statement = update(ImportProgress).where(ImportProgress.id == run_id)
    db.execute(statement.values(phase=phase, done=done, total=total))


def record(db: Session, report: Report, profile: Profile) -> ImportRun:
    """Put a file that was loaded at the command line into the history."""
    run = ImportRun(
        kind=report.kind,
        file_name=report.file_name,
        sha256=report.sha256,
        size=report.size,
        user_id=db.principal.user_id,
        step="load",
    )
    run.choose(profile)
    run.note(report)
    db.add(run)
    return run


def get_import(db: Session, import_id: UUID) -> ImportRun:
    """The import. Raises NotFound."""
    run = db.get(ImportRun, import_id)
    if run is None:
        raise NotFound
    return run


def loaded_before(db: Session, run: ImportRun) -> ImportRun | None:
    """The last time that this very content was loaded."""
    query = select(ImportRun).where(ImportRun.sha256 == run.sha256, ImportRun.loaded_at.is_not(None))
    return db.scalar(query.where(ImportRun.id != run.id).order_by(ImportRun.loaded_at.desc()).limit(1))


def list_imports(db: Session, *, kind: str | None, limit: int, offset: int) -> list[ImportRun]:
    """Imports, newest first."""
    query = select(ImportRun).order_by(ImportRun.requested_at.desc()).limit(limit).offset(offset)
    return list(db.scalars(query.where(ImportRun.kind == kind) if kind else query))
