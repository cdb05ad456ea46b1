"""How a lead comes in: from head office's form, a file or a visit; with a number, and a hint at what it may repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select

from models.account import Account
from models.base import new_id, now
from models.errors import N_, Refused
from models.lead import Lead, LeadContact, LeadOffer
from models.region import Province, Territory
from models.session import Session
from models.text import fold

SIMILAR_WITHIN = timedelta(days=365)
SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What somebody asked for, and who it was. The place follows from the account, the territory or the province."""

    source: str
    company: str
    wanted: str
    person: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    town: str | None = None
    province_id: UUID | None = None
    territory_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    product_group_id: UUID | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    account_id: UUID | None = None
    """Where a rep heard of it; the lead then lies, and moves, with that account."""
    user_id: UUID | None = None
    """The rep who noted it."""


class Similar(NamedTuple):
    """A lead that may be the same interest."""

    id: UUID
    number: str
    company: str
    status: str
    received_at: datetime


def receive_lead(
    db: Session, inquiry: Inquiry, received_at: datetime | None = None, lead_id: UUID | None = None
) -> Lead:
    """Take in a lead that nobody has been offered yet, with its contact. It may bring its id along."""
    if not inquiry.company.strip() or not inquiry.wanted.strip():
        raise Refused(N_("Say who asks and what is wanted."))
    received_at = received_at or now()
    place = _place(db, inquiry)
    lead = Lead(
        id=lead_id or new_id(),
        number=db.scalar(select(func.next_lead_number(received_at.date()))),
        status="received",
        received_at=received_at,
        source=inquiry.source,
        town=inquiry.town,
        province_id=inquiry.province_id,
        latitude=inquiry.latitude,
        longitude=inquiry.longitude,
        product_group_id=inquiry.product_group_id,
        wanted=inquiry.wanted.strip(),
        quantity=inquiry.quantity,
        unit=inquiry.unit,
        account_id=inquiry.account_id,
        user_id=inquiry.user_id,
        **place,
    )
    contact = LeadContact(
        id=lead.id,
        company=inquiry.company.strip(),
        person=inquiry.person,
        phone=inquiry.phone,
        email=inquiry.email,
        address=inquiry.address,
        **place,
    )
    db.add(lead)
    db.flush()
    db.add(contact)
    db.flush()
    return lead


def similar_leads(db: Session, inquiry: Inquiry, limit: int = 5) -> list[Similar]:
    """Leads of the last year with the same telephone number, e-mail address or company name, newest first."""
    same: list[ColumnElement[bool]] = [LeadContact.company_key == fold(inquiry.company)]
    if inquiry.email:
        same.append(LeadContact.email_key == inquiry.email.lower())
    digits = re.sub(r"\D", "", inquiry.phone or "")[-10:]
    if len(digits) >= SHORTEST_PHONE:
        same.append(LeadContact.phone_key == digits)
    query = (
        select(Lead.id, Lead.number, LeadContact.company, Lead.status, Lead.received_at)
        .join(LeadContact, LeadContact.id == Lead.id)
        .where(or_(*same), Lead.received_at > now() - SIMILAR_WITHIN)
        .order_by(Lead.received_at.desc())
    )
    return [Similar(*row) for row in db.execute(query.limit(limit))]


def noted_leads(db: Session) -> list[UUID]:
    """The leads that reps noted and that nobody was offered yet, the oldest first."""
    offered = exists().where(LeadOffer.lead_id == Lead.id)
    query = select(Lead.id).where(Lead.status == "received", Lead.user_id.is_not(None), ~offered)
    return list(db.scalars(query.order_by(Lead.received_at, Lead.id)))


def repeats(db: Session, lead: Lead) -> list[Similar]:
    """Other leads that may be the same interest."""
    who = lead.contact
    if who is None:
        return []
    inquiry = Inquiry(source="", company=who.company, wanted=lead.wanted, phone=who.phone, email=who.email)
    return [each for each in similar_leads(db, inquiry) if each.id != lead.id]


def _place(db: Session, inquiry: Inquiry) -> dict[str, UUID]:
    sources = (
        (Account.id, inquiry.account_id, Account.territory_id, Account.region_id),
        (Territory.id, inquiry.territory_id, Territory.id, Territory.region_id),
        (Province.id, inquiry.province_id, Province.territory_id, Province.region_id),
    )
    found = (db.execute(select(*place).where(key == value)) for key, value, *place in sources if value)
    row = next((rows.one_or_none() for rows in found), None)
    if row is None:
        raise Refused(N_("Say in which province the lead is."))
    return {"territory_id": row[0], "region_id": row[1]}
