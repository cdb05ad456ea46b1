"""What an operation found changed under it: before-images of what it replaced, and conflicts for people to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.access import ALL, OWN_REGION, OWN_USER, Access, change, read
from models.access import insert as may_insert
from models.base import Base, Created, Json, Key, Synced
from models.errors import NotFound
from models.session import Session
from models.sync.feed import REP, Feed
from models.user import User


class RowHistory(Base):
    """What a synced record held before an operation changed it."""

    __tablename__ = "row_history"
    __access__ = Access(
        rep=read(OWN_USER) + may_insert(OWN_USER),
        manager=read(OWN_REGION) + may_insert(OWN_REGION),
        hq=read(ALL) + may_insert(ALL),
    )
    __audited__ = False
    __table_args__ = (Index("ix_row_history_row", "kind", "row_id", "at"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(30))
    row_id: Mapped[UUID]
    op_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"))
    at: Mapped[Created]
    before: Mapped[Json]


class ConflictStatus(StrEnum):
    """Undecided, or which side was kept."""

    OPEN = "open"
    KEPT_THEIRS = "kept_theirs"
    KEPT_MINE = "kept_mine"


class Conflict(Synced, Base):
    """One field of one record that two people changed: the server's value stands until somebody decides.

    `base` is what the rep had seen, `theirs` what the server held, `mine` what the rep wrote. A field named `*` stands
    for a record that was deleted meanwhile.
    """

    __tablename__ = "conflict"
    __access__ = Access(rep=change(OWN_USER), manager=change(OWN_REGION), hq=change(ALL))
    __feed__ = Feed("conflict", REP, "user_id")
    __table_args__ = (
        CheckConstraint("status in ('open', 'kept_theirs', 'kept_mine')", name="status"),
        Index("ix_conflict_row", "row_kind", "row_id"),
    )

    id: Mapped[Key]
    row_kind: Mapped[str] = mapped_column(String(30))
    row_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(String(60))
    base: Mapped[Any] = mapped_column(JSONB)
    theirs: Mapped[Any] = mapped_column(JSONB)
    mine: Mapped[Any] = mapped_column(JSONB)
    op_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    status: Mapped[str] = mapped_column(String(20), default=ConflictStatus.OPEN, server_default="open")
    opened_at: Mapped[Created]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    decider: Mapped[User | None] = relationship(foreign_keys=[decided_by])


def add_all(
    db: Session, cls: type[RowHistory] | type[Conflict], rows: Sequence[Mapping[str, Any]], region_id: UUID | None
) -> None:
    """Keep before-images or open conflicts, in one statement. Whoever acts from no region names the work's region."""
    if rows:
        region = db.principal.region_id or region_id
        db.execute(insert(cls), [{"user_id": db.principal.user_id, **row, "region_id": region} for row in rows])


def list_conflicts(db: Session, *, limit: int = 100, offset: int = 0) -> list[Conflict]:
    """Open conflicts with whose work it was, oldest first."""
    query = select(Conflict).where(Conflict.status == ConflictStatus.OPEN).options(joinedload(Conflict.user))
    return list(db.scalars(query.order_by(Conflict.opened_at, Conflict.id).limit(limit).offset(offset)))


def get_conflict(db: Session, conflict_id: UUID) -> Conflict:
    """The conflict, open or decided. Raises NotFound."""
    options = (joinedload(Conflict.user), joinedload(Conflict.decider))
    found = db.scalar(select(Conflict).where(Conflict.id == conflict_id).options(*options))
    if found is None:
        raise NotFound
    return found
