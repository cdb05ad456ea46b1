"""How a lead comes in: from head office's form, a file or a visit; with a number, and a hint at what it may repeat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text

from models.base import new_id, now
from models.errors import N_, Refused
from models.lead import Lead, LeadContact
from models.region import Province, Territory
from models.session import Session
from models.text import fold

NUMBER_LOCK = 0x6C656164
SIMILAR_WITHIN = timedelta(days=365)
SHORTEST_PHONE = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What somebody asked for, and who it was. The place follows from the province unless a territory is named."""

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


class Similar(NamedTuple):
    """A lead that may be the same interest."""

    id: UUID
    number: str
    company: str
    status: str
    received_at: datetime


def receive_lead(db: Session, inquiry: Inquiry, received_at: datetime | None = None) -> Lead:
    """Take in a lead that nobody has been offered yet, with its contact."""
    if not inquiry.company.strip() or not inquiry.wanted.strip():
        raise Refused(N_("Say who asks and what is wanted."))
    received_at = received_at or now()
    place = _place(db, inquiry)
    lead = Lead(
        id=new_id(),
        number=_next_number(db, f"L{received_at:%y}-"),
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


def _place(db: Session, inquiry: Inquiry) -> dict[str, UUID]:
    source = Territory if inquiry.territory_id else Province
    key = inquiry.territory_id or inquiry.province_id
    territory = Territory.id if source is Territory else Province.territory_id
    row = db.execute(select(territory, source.region_id).where(source.id == key)).one_or_none() if key else None
    if row is None:
        raise Refused(N_("Say in which province the lead is."))
    return {"territory_id": row[0], "region_id": row[1]}


def _next_number(db: Session, prefix: str) -> str:
    """L26-000001 and so on: one after the largest of the year, however that one came in."""
    db.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": NUMBER_LOCK})
    numbers = select(Lead.number).where(Lead.number >= f"{prefix}0", Lead.number < f"{prefix}:")
    numbers = numbers.where(Lead.number.regexp_match(f"^{prefix}[0-9]{{6}}$"))
    largest = db.scalar(numbers.order_by(Lead.number.desc()).limit(1))
    return f"{prefix}{int(largest.removeprefix(prefix)) + 1 if largest else 1:06d}"
