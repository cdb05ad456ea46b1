"""What the scheduled jobs did: one row a run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, insert, read
from models.base import Base, Created, Json, Key


class JobRun(Base):
    """One run of a job. Head office asks for a run by adding a row that is `requested`."""

    __tablename__ = "job_run"
    __table_args__ = (Index("ix_job_run_name_started", "name", "started_at"),)
    __audited__ = False
    __access__ = Access(hq=read(ALL) + insert("status = 'requested'"))

    id: Mapped[Key]
    name: Mapped[str]
    status: Mapped[str]
    trigger: Mapped[str]
    requested_at: Mapped[Created]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    counts: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    error: Mapped[str | None]
