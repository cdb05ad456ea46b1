"""Leads: unqualified interest, offered to a dealer, who learns the contact only by accepting."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import (
    ALL,
    OWN_DEALER,
    OWN_REGION,
    OWN_TERRITORIES,
    OWN_USER,
    Access,
    insert,
    read,
    through,
    update,
    write,
)
from models.base import Base, Created, Currency, Degrees, Json, Key, Money, Quantity, now
from models.dealer import Dealer
from models.errors import N_, Refused
from models.product import ProductGroup
from models.region import Province
from models.session import Session
from models.sync.feed import TERRITORY, Feed
from models.user import User

STATUSES = {
    "received": N_("Received"),
    "offered": N_("Offered"),
    "accepted": N_("Accepted"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
    "disqualified": N_("Disqualified"),
}
WAITS_FOR_HEAD_OFFICE = ("received", "declined", "expired")
"""The statuses of a lead that no dealer has: a fresh one, and one that came back."""
DECLINE_REASONS = {
    "too_far": N_("Too far away"),
    "no_capacity": N_("No capacity at the moment"),
    "not_our_product": N_("Not a product we carry"),
    "known_bad_debt": N_("Known as a bad payer"),
    "other": N_("Another reason"),
}
DISQUALIFY_REASONS = {
    "not_reached": N_("Nobody could be reached"),
    "no_interest": N_("No interest any more"),
    "not_ours": N_("Nothing that we make"),
    "repeated": N_("The same as another lead"),
    "other": N_("Another reason"),
}
OFFER_STATUSES = ("offered", "accepted", "declined", "expired")
NOT_ON_OFFER = {
    "received": N_("This lead is not offered to a dealer yet."),
    "accepted": N_("This lead was accepted already."),
    "declined": N_("This lead was declined already."),
    "expired": N_("This lead was pulled back because nobody answered in time."),
    "disqualified": N_("This lead is disqualified."),
}
_ACCEPTED = "exists (select 1 from lead where lead.id = lead_contact.id and lead.status = 'accepted')"
"""The sub-select runs under the dealer's own policy on leads, so it finds only those offered to him."""


_NOTED = "status = 'received' and dealer_id is null and user_id is not null"
"""What is noted in the field: to whom it is offered is not for the writer to say."""
_OF_RECEIVED = "exists (select 1 from lead where lead.id = lead_contact.id and lead.status = 'received')"


class Lead(Base):
    """Somebody's interest. What stands here is the teaser; who it is stands in `LeadContact`."""

    __tablename__ = "lead"
    __feed__ = Feed("lead", TERRITORY, "territory_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["territory_id", "region_id"], ["territory.id", "territory.region_id"], onupdate="CASCADE"
        ),
        ForeignKeyConstraint(
            ["account_id", "territory_id", "region_id"],
            ["account.id", "account.territory_id", "account.region_id"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("id", "dealer_id"),
        UniqueConstraint("id", "territory_id", "region_id"),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        CheckConstraint("(status in ('offered', 'accepted')) <= (dealer_id is not null)", name="dealer"),
        Index("ix_lead_dealer_received", "dealer_id", "received_at"),
        Index("ix_lead_territory_received", "territory_id", "received_at"),
        Index("ix_lead_region_received", "region_id", "received_at"),
        Index("ix_lead_received", "received_at"),
        Index("ix_lead_status_due", "status", "answer_due_at"),
    )
    __access__ = Access(
        dealer=read(OWN_DEALER) + update(OWN_DEALER),
        rep=read(OWN_TERRITORIES) + insert(f"{OWN_TERRITORIES} and {OWN_USER} and {_NOTED}"),
        manager=read(OWN_REGION) + insert(f"{OWN_REGION} and {_NOTED}"),
        hq=write(ALL),
    )

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(collation="C"), unique=True)
    search_key: Mapped[str] = mapped_column(
        String(collation="C"),
        Computed("portal_fold(number || ' ' || coalesce(town, '') || ' ' || wanted)", persisted=True),
    )
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    """Where a rep heard of it."""
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"), index=True)
    """The rep who noted it."""
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
    disqualified_at: Mapped[datetime | None]
    disqualify_reason: Mapped[str | None]
    disqualify_note: Mapped[str | None]

    dealer: Mapped[Dealer | None] = relationship(foreign_keys=[dealer_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    province: Mapped[Province | None] = relationship()
    product_group: Mapped[ProductGroup | None] = relationship()
    contact: Mapped[LeadContact | None] = relationship(
        back_populates="lead", primaryjoin="foreign(LeadContact.id) == Lead.id"
    )
    offers: Mapped[list[LeadOffer]] = relationship(
        back_populates="lead", foreign_keys="LeadOffer.lead_id", order_by="LeadOffer.offered_at"
    )

    def accept(
        self,
        db: Session,
        next_step: str,
        next_step_on: date,
        expected_amount: Decimal,
        currency: str,
        at: datetime | None = None,
    ) -> None:
        """Take the lead on: from here on its contact may be read. The next step must not lie in the past.

        `at` is when: now, except where a world with a past is built.
        """
        at = at or now()
        if not next_step.strip():
            raise Refused(N_("Say what the next step is."))
        if next_step_on < at.date():
            raise Refused(N_("The next step must not lie in the past."))
        if expected_amount <= 0:
            raise Refused(N_("The expected amount must be more than nothing."))
        self._answer(db, "accepted", at)
        self.next_step, self.next_step_on = next_step.strip(), next_step_on
        self.expected_amount, self.expected_currency = expected_amount, currency

    def decline(self, db: Session, reason: str, note: str | None = None, at: datetime | None = None) -> None:
        """Leave the lead to somebody else, for one of `DECLINE_REASONS`; the last of them needs a note."""
        if reason not in DECLINE_REASONS:
            raise Refused(N_("Choose a reason for declining."))
        note = (note or "").strip() or None
        if reason == "other" and note is None:
            raise Refused(N_("Say in a few words why you decline."))
        offer = self._answer(db, "declined", at or now())
        if offer is not None:
            offer.decline_reason, offer.decline_note = reason, note

    def expire(self, db: Session, at: datetime | None = None) -> LeadOffer | None:
        """Pull the lead back from a dealer who let his time pass, so that head office may offer it to somebody else.

        The dealer still reads the teaser, and that it was pulled back, until somebody else has it. Returns the offer
        that ended; None for a lead that came in from a file as already offered.
        """
        at = at or now()
        self._lock_on_offer(db)
        if self.answer_due_at is not None and self.answer_due_at > at:
            raise Refused(N_("The dealer still has time to answer."))
        return self._end_offer(db, "expired", at)

    def _answer(self, db: Session, status: str, at: datetime) -> LeadOffer | None:
        self._lock_on_offer(db)
        return self._end_offer(db, status, at)

    def _lock_on_offer(self, db: Session) -> None:
        """Whoever answers waits for whoever answers or pulls back at the same moment, and sees what became of it."""
        db.refresh(self, ["status", "dealer_id", "answer_due_at"], with_for_update=True)
        if self.status != "offered":
            raise Refused(NOT_ON_OFFER[self.status])

    def _end_offer(self, db: Session, status: str, at: datetime) -> LeadOffer | None:
        self.status, self.answered_at = status, at
        offer = open_offer(db, self)
        if offer is not None:
            offer.status, offer.answered_at = status, self.answered_at
        return offer


class LeadContact(Base):
    """Who asked. The dealer reads it only once the lead is accepted. Its id is the lead's."""

    __tablename__ = "lead_contact"
    __feed__ = Feed("lead", TERRITORY, "territory_id", parent="lead", via="id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["id", "territory_id", "region_id"],
            ["lead.id", "lead.territory_id", "lead.region_id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
    )
    __access__ = Access(
        dealer=read(_ACCEPTED),
        rep=read(OWN_TERRITORIES) + insert(f"{OWN_TERRITORIES} and {_OF_RECEIVED}"),
        manager=read(OWN_REGION) + insert(f"{OWN_REGION} and {_OF_RECEIVED}"),
        hq=write(ALL),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    company: Mapped[str]
    person: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    company_key: Mapped[str] = mapped_column(
        String(collation="C"), Computed("portal_fold(company)", persisted=True), index=True
    )
    email_key: Mapped[str | None] = mapped_column(
        String(collation="C"), Computed("lower(email)", persisted=True), index=True
    )
    phone_key: Mapped[str | None] = mapped_column(
        String(collation="C"), Computed(r"right(regexp_replace(phone, '\D', '', 'g'), 10)", persisted=True), index=True
    )

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
        CheckConstraint(f"status in {OFFER_STATUSES}", name="status"),
        Index("uq_lead_offer_open", "lead_id", unique=True, postgresql_where=text("status = 'offered'")),
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
    candidates: Mapped[list[LeadCandidate]] = relationship(order_by="LeadCandidate.position", viewonly=True)


class LeadCandidate(Base):
    """A dealer who was considered for an offer, and his place on the ladder. A dealer reads of himself alone."""

    __tablename__ = "lead_candidate"
    __table_args__ = (UniqueConstraint("lead_offer_id", "position"),)
    _OF_OFFER = through("lead_offer", "lead_offer_id")
    __access__ = Access(dealer=read(OWN_DEALER), rep=read(_OF_OFFER), manager=read(_OF_OFFER), hq=write(ALL))

    id: Mapped[Key]
    lead_offer_id: Mapped[UUID] = mapped_column(ForeignKey("lead_offer.id", ondelete="CASCADE"))
    position: Mapped[int]
    dealer_id: Mapped[UUID] = mapped_column(ForeignKey("dealer.id"))
    dealer_name: Mapped[str]
    """As it was then; the reader may not see the dealer himself."""
    distance_km: Mapped[float | None]


def open_offer(db: Session, lead: Lead) -> LeadOffer | None:
    """The offer that waits for an answer; None for a lead that came in from a file as already offered."""
    query = select(LeadOffer).where(LeadOffer.lead_id == lead.id, LeadOffer.status == "offered")
    return db.scalar(query)
