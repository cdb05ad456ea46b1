"""Lists of leads, one lead as a page shows it, and what waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from models.base import now
from models.dealer import Dealer
from models.errors import NotFound
from models.lead import Lead, LeadContact, LeadOffer
from models.newest import newest
from models.product import ProductGroup
from models.region import Province
from models.session import Session
from models.text import fold

OPEN = ("received", "offered", "declined", "expired")
"""The statuses in which a lead has no dealer who took it on."""


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Which leads a list shows, and which part of it."""

    q: str = ""
    """Every word must occur in the number, the town or what is wanted, folded."""
    status: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    limit: int | None = 50
    """None for all of them."""
    offset: int = 0


class LeadRow(NamedTuple):
    """A lead in a list. `company` is None where the reader may not know it yet, `dealer_name` where it is his own."""

    id: UUID
    number: str
    status: str
    received_at: datetime
    town: str | None
    wanted: str
    quantity: Decimal | None
    unit: str | None
    offered_at: datetime | None
    answer_due_at: datetime | None
    next_step: str | None
    next_step_on: date | None
    province_name: str | None
    group_name: str | None
    company: str | None
    dealer_name: str | None

    @property
    def answer_hours(self) -> float:
        """The whole time there was to answer, in hours; see `hours_to_answer`."""
        return hours_to_answer(self.offered_at, self.answer_due_at)


def hours_to_answer(offered_at: datetime | None, due_at: datetime | None) -> float:
    """From the offer to its deadline, in hours by the clock on the wall; a day while either is unknown."""
    return (due_at - offered_at).total_seconds() / 3600 if due_at and offered_at else 24


def list_leads(db: Session, wanted: LeadFilter) -> list[LeadRow]:
    """A page of leads, newest first, in one query."""
    conditions = _conditions(wanted)
    query = newest(db, _rows(), Lead, Lead.received_at, *conditions, limit=wanted.limit, offset=wanted.offset)
    return [LeadRow(*row) for row in db.execute(query)]


def leads_to_answer(db: Session, limit: int) -> list[LeadRow]:
    """What is offered and unanswered, the most urgent first."""
    query = _rows().where(Lead.status == "offered").order_by(Lead.answer_due_at, Lead.id)
    return [LeadRow(*row) for row in db.execute(query.limit(limit))]


def leads_without_dealer(db: Session, limit: int) -> list[LeadRow]:
    """What head office is to offer: leads that nobody was asked about yet, then those that came back, newest first."""
    query = _rows().where(Lead.status.in_(("received", "declined", "expired")))
    query = query.order_by(Lead.status != "received", Lead.received_at.desc(), Lead.id)
    return [LeadRow(*row) for row in db.execute(query.limit(limit))]


def overdue_leads(db: Session, at: datetime) -> list[UUID]:
    """The offered leads whose time to answer had passed at a moment, the longest waiting first."""
    query = select(Lead.id).where(Lead.status == "offered", Lead.answer_due_at <= at)
    return list(db.scalars(query.order_by(Lead.answer_due_at, Lead.id)))


def count_leads(db: Session) -> dict[str, int]:
    """How many leads nobody has taken on, by status; `late` are the offered ones whose time has passed."""
    late = func.count().filter(Lead.status == "offered", Lead.answer_due_at < now())
    query = select(Lead.status, func.count(), late).where(Lead.status.in_(OPEN)).group_by(Lead.status)
    rows = db.execute(query).all()
    return dict.fromkeys(OPEN, 0) | {row[0]: row[1] for row in rows} | {"late": sum(row[2] for row in rows)}


def get_lead(db: Session, lead_id: UUID) -> Lead:
    """The lead with its dealer, contact and offers as far as the reader may see them. Raises NotFound."""
    query = (
        select(Lead)
        .where(Lead.id == lead_id)
        .options(
            joinedload(Lead.dealer),
            joinedload(Lead.province),
            joinedload(Lead.product_group),
            joinedload(Lead.contact),
            selectinload(Lead.offers).joinedload(LeadOffer.dealer),
            selectinload(Lead.offers).selectinload(LeadOffer.candidates),
        )
    )
    lead = db.scalar(query)
    if lead is None:
        raise NotFound
    return lead


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [getattr(Lead, name) for name in LeadRow._fields[:-4]]
    return (
        select(*columns, Province.name, ProductGroup.name, LeadContact.company, Dealer.name)
        .outerjoin(Province, Province.id == Lead.province_id)
        .outerjoin(ProductGroup, ProductGroup.id == Lead.product_group_id)
        .outerjoin(LeadContact, LeadContact.id == Lead.id)
        .outerjoin(Dealer, Dealer.id == Lead.dealer_id)
    )


def _conditions(wanted: LeadFilter) -> list[ColumnElement[bool]]:
    conditions = [func.strpos(Lead.search_key, word) > 0 for word in fold(wanted.q).split()]
    if wanted.status:
        conditions.append(Lead.status == wanted.status)
    if wanted.since is not None:
        conditions.append(Lead.received_at >= wanted.since)
    if wanted.before is not None:
        conditions.append(Lead.received_at < wanted.before)
    return conditions
