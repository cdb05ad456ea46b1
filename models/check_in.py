"""Check-ins at visits: when, and, only with the rep's consent, roughly where.

A position is taken at check-in and at no other time, rounded to about a hundred metres before it is kept, and forgotten
when the rep withdraws the consent, or after `KEPT`. Neither the audit nor the inbox of operations ever holds one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, OWN_REGION, OWN_TERRITORIES, OWN_USER, Access, change, insert, read, write
from models.access import update as may_update
from models.base import Base, Degrees, Key
from models.session import Session
from models.sync.feed import REP, Feed
from models.visit import Visit

PLACES = 3
"""Decimal places of a degree that are kept: about a hundred metres."""
KEPT = timedelta(days=90)


class PositionConsent(Base):
    """That a rep agreed to his position being taken at check-in, from when until when."""

    __tablename__ = "position_consent"
    __feed__ = Feed("position_consent", REP, "user_id")
    __table_args__ = (
        Index("uq_position_consent_open", "user_id", unique=True, postgresql_where=text("withdrawn_at is null")),
    )
    __access__ = Access(rep=change(OWN_USER), hq=read(ALL))

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class CheckIn(Base):
    """When a rep arrived at a visit; a position only where he had agreed to it."""

    __tablename__ = "check_in"
    __feed__ = Feed("check_in", REP, "user_id")
    __redacted__ = frozenset({"latitude", "longitude", "accuracy_m"})
    __table_args__ = (
        ForeignKeyConstraint(
            ["visit_id", "territory_id", "region_id"],
            ["visit.id", "visit.territory_id", "visit.region_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        UniqueConstraint("visit_id", "user_id"),
        CheckConstraint("(latitude is null) = (longitude is null)", name="position"),
        Index("ix_check_in_user", "user_id", "checked_in_at"),
    )
    __access__ = Access(
        rep=read(OWN_USER) + insert(f"{OWN_USER} and {OWN_TERRITORIES}") + may_update(OWN_USER),
        manager=read(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    visit_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    checked_in_at: Mapped[datetime]
    latitude: Mapped[Degrees | None]
    longitude: Mapped[Degrees | None]
    accuracy_m: Mapped[int | None]


def has_consent(db: Session, user_id: UUID | None) -> bool:
    """Whether the rep agrees to it now."""
    given = select(PositionConsent.id).where(PositionConsent.user_id == user_id, PositionConsent.withdrawn_at.is_(None))
    return db.scalar(given) is not None


def give_consent(db: Session, consent_id: UUID, user_id: UUID, given_at: datetime) -> None:
    """Note that the rep agrees; one who does already agrees no more for saying so twice."""
    if not has_consent(db, user_id):
        db.add(PositionConsent(id=consent_id, user_id=user_id, given_at=given_at))
        db.flush()


def withdraw_consent(db: Session, user_id: UUID, withdrawn_at: datetime) -> None:
    """Note that the rep agrees no more, and forget every position of his."""
    open_ones = update(PositionConsent).where(
        PositionConsent.user_id == user_id, PositionConsent.withdrawn_at.is_(None)
    )
    db.execute(open_ones.values(withdrawn_at=withdrawn_at))
    _forget(db, CheckIn.user_id == user_id)


def check_in(db: Session, check_in_id: UUID, visit: Visit, user_id: UUID | None, at: datetime, **where: Any) -> None:
    """Note an arrival. What is said of the position is rounded, and left out without consent."""
    known = where if has_consent(db, user_id) else {}
    rounded = {name: round(known[name], PLACES) for name in ("latitude", "longitude") if known.get(name) is not None}
    position = {**rounded, "accuracy_m": known.get("accuracy_m")} if len(rounded) == 2 else {}
    place = {"territory_id": visit.territory_id, "region_id": visit.region_id}
    made = {"id": check_in_id, "visit_id": visit.id, "user_id": user_id, "checked_in_at": at, **place, **position}
    db.add(CheckIn(**made))
    db.flush()


def check_in_of(db: Session, visit: Visit) -> CheckIn | None:
    """The arrival at a visit, of whoever made it."""
    query = select(CheckIn).where(CheckIn.visit_id == visit.id, CheckIn.user_id == visit.user_id)
    return db.scalar(query)


def forget_positions(db: Session, before: datetime) -> int:
    """Forget the positions of check-ins that are older; returns of how many."""
    return _forget(db, CheckIn.checked_in_at < before)


def _forget(db: Session, which: Any) -> int:
    with_position = update(CheckIn).where(which, CheckIn.latitude.is_not(None))
    return db.connection().execute(with_position.values(latitude=None, longitude=None, accuracy_m=None)).rowcount
