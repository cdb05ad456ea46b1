"""What the scheduled jobs did: one row a run, and the requests of head office for a run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    and_,
    delete,
    exists,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as insert_into
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.access import ALL, Access, insert, read
from models.base import Base, Created, Json, Key, new_id, now
from models.errors import N_
from models.session import Session
from models.user import User

STATUSES = {
    "requested": N_("requested"),
    "running": N_("running"),
    "succeeded": N_("succeeded"),
    "failed": N_("failed"),
    "interrupted": N_("interrupted"),
}
TRIGGERS = {
    "schedule": N_("on schedule"),
    "catch_up": N_("caught up"),
    "demand": N_("something waited"),
    "request": N_("by head office"),
    "command": N_("at the command line"),
}
LONGEST_ERROR = 4000


class JobRun(Base):
    """One run of a job. Head office asks for a run by adding a row that is `requested`.

    `due_at` is the moment of the schedule that the run serves: the database lets a job run once for each. A run whose
    process was killed stays `running` until the next one marks it `interrupted`, after which it no longer counts.
    """

    __tablename__ = "job_run"
    __table_args__ = (
        Index("ix_job_run_name_requested", "name", "requested_at"),
        Index("ix_job_run_requested", text("requested_at desc"), text("id desc")),
        Index("uq_job_run_due", "name", "due_at", unique=True, postgresql_where=text("status <> 'interrupted'")),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        CheckConstraint(f"trigger in {tuple(TRIGGERS)}", name="trigger"),
    )
    __audited__ = False  # it is itself the record of what happened
    __access__ = Access(
        hq=read(ALL) + insert("status = 'requested' and requested_by = (select portal_id('portal.user_id'))")
    )

    id: Mapped[Key]
    name: Mapped[str]
    status: Mapped[str]
    trigger: Mapped[str]
    due_at: Mapped[datetime | None]
    requested_at: Mapped[Created]
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    process: Mapped[str | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    counts: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    error: Mapped[str | None]

    requester: Mapped[User | None] = relationship()

    @property
    def seconds(self) -> float | None:
        """How long it ran, None while it does."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at and self.started_at else None


def request_run(db: Session, name: str) -> None:
    """Ask for a run of the job on behalf of the session's user; once while one is asked for already."""
    asked = select(exists().where(JobRun.name == name, JobRun.status == "requested"))
    if not db.scalar(asked):
        db.add(JobRun(name=name, status="requested", trigger="request", requested_by=db.principal.user_id))


def begin_run(db: Session, name: str, trigger: str, process: str, due_at: datetime | None = None) -> UUID | None:
    """Note that a run begins, and return its id; None if the job has run for `due_at` already."""
    values = {"id": new_id(), "name": name, "status": "running", "trigger": trigger, "process": process}
    values |= {"due_at": due_at, "requested_at": now(), "started_at": now(), "counts": {}}
    return db.scalar(insert_into(JobRun).values(values).on_conflict_do_nothing().returning(JobRun.id))


def begin_requested(db: Session, name: str, process: str) -> UUID | None:
    """Take up the oldest request for the job, and return the run's id; None if there is none."""
    oldest = select(JobRun.id).where(JobRun.name == name, JobRun.status == "requested").order_by(JobRun.requested_at)
    claimed = oldest.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    values = {"status": "running", "process": process, "started_at": now()}
    return db.scalar(update(JobRun).where(JobRun.id == claimed).values(values).returning(JobRun.id))


def requested_jobs(db: Session) -> set[str]:
    """The names of the jobs that somebody asked to run."""
    return set(db.scalars(select(JobRun.name).where(JobRun.status == "requested").distinct()))


def note_progress(db: Session, run_id: UUID, counts: Mapping[str, int]) -> None:
    """Show how far a run is."""
    db.execute(update(JobRun).where(JobRun.id == run_id).values(counts=dict(counts)))


def end_run(db: Session, run_id: UUID, status: str, counts: Mapping[str, int], error: str | None = None) -> None:
    """Note how a run ended."""
    told = error[:LONGEST_ERROR] if error else None
    values = {"status": status, "ended_at": now(), "counts": dict(counts), "error": told}
    db.execute(update(JobRun).where(JobRun.id == run_id).values(values))


def interrupt_runs(db: Session, name: str) -> int:
    """Mark the job's `running` rows as interrupted: for whoever holds the job's lock, which their process has lost."""
    left = and_(JobRun.name == name, JobRun.status == "running")
    values = {"status": "interrupted", "ended_at": now(), "error": "The process ended while the job ran."}
    return db.connection().execute(update(JobRun).where(left).values(values)).rowcount


def list_runs(
    db: Session, *, name: str | None = None, status: str | None = None, limit: int, offset: int = 0
) -> list[JobRun]:
    """Runs, newest first."""
    query = select(JobRun).options(selectinload(JobRun.requester)).limit(limit).offset(offset)
    query = query.order_by(JobRun.requested_at.desc(), JobRun.id.desc())
    if name:
        query = query.where(JobRun.name == name)
    if status:
        query = query.where(JobRun.status == status)
    return list(db.scalars(query))


def latest_runs(db: Session) -> dict[str, JobRun]:
    """The newest run of each job that has one."""
    newest = (
        select(JobRun).ext(distinct_on(JobRun.name)).order_by(JobRun.name, JobRun.requested_at.desc(), JobRun.id.desc())
    )
    return {run.name: run for run in db.scalars(newest)}


def forget_runs(db: Session, *, idle_before: datetime, before: datetime) -> int:
    """Remove old runs, those that found nothing to do earlier, but never a job's newest ones. Returns how many."""
    idle = and_(JobRun.status == "succeeded", JobRun.counts == {}, JobRun.requested_at < idle_before)
    kind = (JobRun.name, JobRun.due_at.is_(None))
    kept = select(JobRun.id).ext(distinct_on(*kind)).order_by(*kind, JobRun.requested_at.desc())
    old = and_(or_(idle, JobRun.requested_at < before), JobRun.status.not_in(("requested", "running")))
    return db.connection().execute(delete(JobRun).where(old, JobRun.id.not_in(kept))).rowcount
