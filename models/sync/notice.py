"""Notices to a rep that travel to his laptop: an account or a territory came or left, an operation was handed over."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, OWN_REGION, OWN_USER, Access, insert, read, update
from models.base import Base, Created, Key, Synced
from models.session import Session
from models.sync.feed import REP, Feed


class What(StrEnum):
    """What a notice tells; the client has the words."""

    OPERATION_HANDED = "operation_handed"
    ACCOUNT_LEFT = "account_left"
    ACCOUNT_CAME = "account_came"
    TERRITORY_LEFT = "territory_left"
    TERRITORY_CAME = "territory_came"


class Notice(Synced, Base):
    """One thing that a rep must know: `about` names it, `person` is the other one concerned, `record_id` the record."""

    __tablename__ = "notice"
    __feed__ = Feed("notice", REP, "user_id")
    __audited__ = False  # it tells of something that leaves its own event
    __access__ = Access(
        rep=read(OWN_USER) + update(OWN_USER),
        manager=read(OWN_REGION) + insert(ALL),
        hq=read(ALL) + insert(ALL),
    )
    __table_args__ = (Index("ix_notice_user", "user_id", "created_at"),)

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    what: Mapped[str] = mapped_column(String(30))
    record_id: Mapped[UUID]
    about: Mapped[str] = mapped_column(String(300))
    person: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[Created]
    read_at: Mapped[datetime | None]


def tell(
    db: Session,
    user_id: UUID,
    region_id: UUID | None,
    what: What,
    record_id: UUID,
    about: str,
    person: str | None = None,
) -> Notice:
    """Leave a notice for a rep."""
    notice = Notice(user_id=user_id, region_id=region_id, what=what, record_id=record_id, about=about[:300])
    notice.person = person
    db.add(notice)
    return notice
