"""Leads: unqualified interest, offered to a dealer, who learns the contact only by accepting."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_DEALER, OWN_REGION, OWN_TERRITORIES, Access, read, update, write
from models.base import Base, Created, Currency, Degrees, Json, Key, Money, Quantity
from models.dealer import Dealer
from models.errors import N_
from models.product import ProductGroup
from models.region import Province

STATUSES = {
    "received": N_("received"),
    "offered": N_("offered"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "expired": N_("expired"),
}
DECLINE_REASONS = {
    "too_far": N_("Too far away"),
    "no_capacity": N_("No capacity at the moment"),
    "not_our_product": N_("Not a product we carry"),
    "known_bad_debt": N_("Known as a bad payer"),
    "other": N_("Another reason"),
}
_ACCEPTED = "exists (select 1 from lead where lead.id = lead_contact.id and lead.status = 'accepted')"
"""The sub-select runs under the dealer's own policy on leads, so it finds only those offered to him."""


class Lead(Base):
    """Somebody's interest. What stands here is the teaser; who it is stands in `LeadContact`."""

    __tablename__ = "lead"
    __table_args__ = (
        ForeignKeyConstraint(
            ["territory_id", "region_id"], ["territory.id", "territory.region_id"], onupdate="CASCADE"
        ),
        UniqueConstraint("id", "dealer_id"),
        UniqueConstraint("id", "territory_id", "region_id"),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        CheckConstraint("(status in ('offered', 'accepted')) <= (dealer_id is not null)", name="dealer"),
        Index("ix_lead_dealer_received", "dealer_id", "received_at"),
        Index("ix_lead_territory_received", "territory_id", "received_at"),
        Index("ix_lead_region_received", "region_id", "received_at"),
        Index("ix_lead_received", "received_at"),
    )
    __access__ = Access(
        dealer=read(OWN_DEALER) + update(OWN_DEALER),
        rep=read(OWN_TERRITORIES),
        manager=read(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(unique=True)
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    dealer_id: Mapped[UUID | None] = mapped_column(ForeignKey("dealer.id"))
    status: Mapped[str]
    received_at: Mapped[Created]
    source: Mapped[str]
    town: Mapped[str | None]
    province_id: Mapped[UUID | None] = mapped_column(ForeignKey("province.id"))
    latitude: Mapped[Degrees | None]
    longitude: Mapped[Degrees | None]
    product_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("product_group.id"))
    wanted: Mapped[str]
    quantity: Mapped[Quantity | None]
    unit: Mapped[str | None]
    offered_at: Mapped[datetime | None]
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    next_step: Mapped[str | None]
    next_step_on: Mapped[date | None]
    expected_amount: Mapped[Money | None]
    expected_currency: Mapped[Currency | None]

    dealer: Mapped[Dealer | None] = relationship(foreign_keys=[dealer_id])
    province: Mapped[Province | None] = relationship()
    product_group: Mapped[ProductGroup | None] = relationship()
    contact: Mapped[LeadContact | None] = relationship(
        back_populates="lead", primaryjoin="foreign(LeadContact.id) == Lead.id"
    )
    offers: Mapped[list[LeadOffer]] = relationship(
        back_populates="lead", foreign_keys="LeadOffer.lead_id", order_by="LeadOffer.offered_at"
    )


class LeadContact(Base):
    """Who asked. The dealer reads it only once the lead is accepted. Its id is the lead's."""

    __tablename__ = "lead_contact"
    __table_args__ = (
        ForeignKeyConstraint(
            ["id", "territory_id", "region_id"],
            ["lead.id", "lead.territory_id", "lead.region_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
    )
    __access__ = Access(dealer=read(_ACCEPTED), rep=read(OWN_TERRITORIES), manager=read(OWN_REGION), hq=write(ALL))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    company: Mapped[str]
    person: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]

    lead: Mapped[Lead] = relationship(back_populates="contact", primaryjoin="foreign(LeadContact.id) == Lead.id")


class LeadOffer(Base):
    """One hand-over of a lead to a dealer: why this one, and what came of it."""

    __tablename__ = "lead_offer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["lead_id", "territory_id", "region_id"],
            ["lead.id", "lead.territory_id", "lead.region_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        UniqueConstraint("lead_id", "dealer_id", "offered_at"),
    )
    __access__ = Access(
        dealer=read(OWN_DEALER) + update(OWN_DEALER),
        rep=read(OWN_TERRITORIES),
        manager=read(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    lead_id: Mapped[UUID]
    dealer_id: Mapped[UUID] = mapped_column(ForeignKey("dealer.id"), index=True)
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    status: Mapped[str]
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reason: Mapped[Json]
    decline_reason: Mapped[str | None]
    decline_note: Mapped[str | None]

    lead: Mapped[Lead] = relationship(back_populates="offers", foreign_keys="LeadOffer.lead_id")
    dealer: Mapped[Dealer] = relationship()
