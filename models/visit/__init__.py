"""Visits and calls: who was there, what was said, what comes next, and the comments on them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import (
    ALL,
    OWN_REGION,
    OWN_TERRITORIES,
    OWN_USER,
    Access,
    change,
    delete,
    insert,
    read,
    update,
    write,
)
from models.account import Account, Contact
from models.base import Base, Created, Key, Synced
from models.dealer import Dealer
from models.errors import N_, Refused
from models.session import Session
from models.sync.feed import REP, TERRITORY, Feed
from models.user import User

KINDS = {"visit": N_("Visit"), "call": N_("Call")}
STATUSES = {"planned": N_("planned"), "completed": N_("completed"), "cancelled": N_("cancelled")}
FIELD = Access(rep=change(OWN_TERRITORIES), manager=change(OWN_REGION), hq=write(ALL))
"""What is written in the field: the rep of the territory, the manager of the region, head office; never a dealer."""


def fact(moments: str) -> Access:
    """The same for what somebody saw or did at an account: a rep may still add what he did there while he held it.

    `moments` is SQL for the moments that count.
    """
    held = f"{OWN_USER} and sync_held_account(account_id, array[{moments}])"
    late = insert(f"{OWN_TERRITORIES} or ({held})")
    return Access(rep=read(OWN_TERRITORIES) + late + update(OWN_TERRITORIES), manager=change(OWN_REGION), hq=write(ALL))


class Visit(Synced, Base):
    """A visit in person or a call, planned or actual, to an account or to a dealer."""

    __tablename__ = "visit"
    __feed__ = Feed("visit", TERRITORY, "territory_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "territory_id", "region_id"],
            ["account.id", "account.territory_id", "account.region_id"],
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["dealer_id", "territory_id", "region_id"],
            ["dealer.id", "dealer.territory_id", "dealer.region_id"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("id", "territory_id", "region_id"),
        CheckConstraint("num_nonnulls(account_id, dealer_id) = 1", name="place"),
        CheckConstraint(f"kind in {tuple(KINDS)}", name="kind"),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        CheckConstraint("(status = 'completed') <= (happened_at is not null)", name="happened_at"),
        CheckConstraint("(status = 'planned') <= (planned_on is not null)", name="planned_on"),
        CheckConstraint("place_in_day > 0", name="place_in_day"),
        Index("ix_visit_territory_happened", "territory_id", "happened_at"),
        Index("ix_visit_region_happened", "region_id", "happened_at"),
        Index("ix_visit_happened", "happened_at"),
        Index("ix_visit_planned", "planned_on", postgresql_where=text("status = 'planned'")),
        Index("ix_visit_account_happened", "account_id", "happened_at"),
        Index("ix_visit_dealer_happened", "dealer_id", "happened_at"),
        Index("ix_visit_user_happened", "user_id", "happened_at"),
    )
    __access__ = fact("happened_at")

    id: Mapped[Key]
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    dealer_id: Mapped[UUID | None]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    kind: Mapped[str]
    status: Mapped[str]
    planned_on: Mapped[date | None]
    place_in_day: Mapped[int | None]
    """Which stop of its day it is; None where nobody put the day in order."""
    locked_time: Mapped[time | None]
    """When somebody is expected, by the clock on the wall: the route keeps it."""
    happened_at: Mapped[datetime | None]
    summary: Mapped[str | None]
    next_steps: Mapped[str | None]
    next_step_on: Mapped[date | None]
    created_at: Mapped[Created]

    account: Mapped[Account | None] = relationship(primaryjoin="foreign(Visit.account_id) == Account.id")
    dealer: Mapped[Dealer | None] = relationship(primaryjoin="foreign(Visit.dealer_id) == Dealer.id")
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    participants: Mapped[list[VisitParticipant]] = relationship(back_populates="visit")
    comments: Mapped[list[Comment]] = relationship(back_populates="visit", order_by="Comment.created_at, Comment.id")

    @property
    def place(self) -> Account | Dealer | None:
        """Who was visited; None when the reader may not see them."""
        return self.account or self.dealer


class VisitParticipant(Base):
    """A contact who took part in a visit."""

    __tablename__ = "visit_participant"
    __feed__ = Feed("visit", TERRITORY, "territory_id", parent="visit", via="visit_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["visit_id", "territory_id", "region_id"],
            ["visit.id", "visit.territory_id", "visit.region_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        UniqueConstraint("visit_id", "contact_id"),
    )
    __access__ = Access(
        rep=read(OWN_TERRITORIES)
        + insert(f"{OWN_TERRITORIES} or sync_wrote_visit(visit_id)")
        + update(OWN_TERRITORIES)
        + delete(OWN_TERRITORIES),
        manager=write(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    visit_id: Mapped[UUID]
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contact.id"), index=True)
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID]

    visit: Mapped[Visit] = relationship(back_populates="participants")
    contact: Mapped[Contact] = relationship()


class Comment(Synced, Base):
    """What somebody wrote under a visit. It reaches the rep's laptop like any record of the territory."""

    __tablename__ = "comment"
    __feed__ = Feed("comment", TERRITORY, "territory_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["visit_id", "territory_id", "region_id"],
            ["visit.id", "visit.territory_id", "visit.region_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint("text <> ''", name="text"),
        Index("ix_comment_territory_created", "territory_id", "created_at"),
        Index("ix_comment_region_created", "region_id", "created_at"),
    )
    __access__ = FIELD

    id: Mapped[Key]
    visit_id: Mapped[UUID] = mapped_column(index=True)
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str]
    created_at: Mapped[Created]

    visit: Mapped[Visit] = relationship(back_populates="comments")
    user: Mapped[User] = relationship()


class VisitRead(Base):
    """That a user has read a visit: a mark, not a business fact."""

    __tablename__ = "visit_read"
    __feed__ = Feed("visit_read", REP, "user_id")
    __table_args__ = (UniqueConstraint("user_id", "visit_id"),)
    __audited__ = False
    __access__ = Access(rep=change(OWN_USER), manager=change(OWN_USER), hq=change(OWN_USER))

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    read_at: Mapped[Created]


def comment(db: Session, visit: Visit, text: str) -> Comment:
    """Write under a visit as whoever `db` acts for. Refused when there is nothing to read in it."""
    if not text.strip():
        raise Refused(N_("Write something first."))
    written = Comment(
        visit=visit,
        territory_id=visit.territory_id,
        region_id=visit.region_id,
        user_id=db.principal.user_id,
        text=text.strip(),
    )
    db.add(written)
    db.flush()
    return written


def log_visit(
    db: Session,
    place: Account | Dealer,
    user: User,
    happened_at: datetime,
    *,
    kind: str = "visit",
    summary: str | None = None,
    next_steps: str | None = None,
    next_step_on: date | None = None,
    participants: Sequence[Contact] = (),
) -> Visit:
    """Record a visit or call that took place. Refused when a participant belongs elsewhere."""
    visit = _at(place, user, kind=kind, status="completed", happened_at=happened_at)
    visit.summary, visit.next_steps, visit.next_step_on = summary, next_steps, next_step_on
    for contact in participants:
        if place.id not in (contact.account_id, contact.dealer_id):
            raise Refused(N_("%(name)s does not belong to %(place)s."), name=contact.name, place=place.name)
        visit.participants.append(
            VisitParticipant(contact=contact, territory_id=place.territory_id, region_id=place.region_id)
        )
    db.add(visit)
    return visit


def plan_visit(db: Session, place: Account | Dealer, user: User, planned_on: date, *, kind: str = "visit") -> Visit:
    """Put a visit or call on the rep's plan."""
    visit = _at(place, user, kind=kind, status="planned", planned_on=planned_on)
    db.add(visit)
    return visit


def _at(place: Account | Dealer, user: User, **values: object) -> Visit:
    visit = Visit(territory_id=place.territory_id, region_id=place.region_id, user=user, **values)
    if isinstance(place, Account):
        visit.account = place
    else:
        visit.dealer = place
    return visit
