"""Visits and calls: who was there, what was said, what comes next, and the comments on them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_REGION, OWN_TERRITORIES, OWN_USER, Access, change, write
from models.account import Account, Contact
from models.base import Base, Created, Key, Synced
from models.dealer import Dealer
from models.errors import N_
from models.sync.feed import TERRITORY, Feed
from models.user import User

KINDS = {"visit": N_("Visit"), "call": N_("Call")}
STATUSES = {"planned": N_("planned"), "completed": N_("completed"), "cancelled": N_("cancelled")}
FIELD = Access(rep=change(OWN_TERRITORIES), manager=change(OWN_REGION), hq=write(ALL))
"""What is written in the field: the rep of the territory, the manager of the region, head office; never a dealer."""


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
        Index("ix_visit_territory_happened", "territory_id", "happened_at"),
        Index("ix_visit_region_happened", "region_id", "happened_at"),
        Index("ix_visit_happened", "happened_at"),
        Index("ix_visit_account_happened", "account_id", "happened_at"),
        Index("ix_visit_dealer_happened", "dealer_id", "happened_at"),
    )
    __access__ = FIELD

    id: Mapped[Key]
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    dealer_id: Mapped[UUID | None]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    kind: Mapped[str]
    status: Mapped[str]
    planned_on: Mapped[date | None]
    happened_at: Mapped[datetime | None]
    summary: Mapped[str | None]
    next_steps: Mapped[str | None]
    next_step_on: Mapped[date | None]
    created_at: Mapped[Created]

    account: Mapped[Account | None] = relationship(primaryjoin="foreign(Visit.account_id) == Account.id", viewonly=True)
    dealer: Mapped[Dealer | None] = relationship(primaryjoin="foreign(Visit.dealer_id) == Dealer.id", viewonly=True)
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    participants: Mapped[list[VisitParticipant]] = relationship(back_populates="visit")
    comments: Mapped[list[Comment]] = relationship(back_populates="visit", order_by="Comment.created_at")


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
    __access__ = Access(rep=write(OWN_TERRITORIES), manager=write(OWN_REGION), hq=write(ALL))

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
    )
    __access__ = FIELD

    id: Mapped[Key]
    visit_id: Mapped[UUID] = mapped_column(index=True)
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str]
    created_at: Mapped[Created]

    visit: Mapped[Visit] = relationship(back_populates="comments")
    user: Mapped[User] = relationship()


class VisitRead(Base):
    """That a user has read a visit: a mark, not a business fact."""

    __tablename__ = "visit_read"
    __table_args__ = (UniqueConstraint("user_id", "visit_id"),)
    __audited__ = False
    __access__ = Access(rep=change(OWN_USER), manager=change(OWN_USER), hq=change(OWN_USER))

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"))
    read_at: Mapped[Created]
