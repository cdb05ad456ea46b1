"""Lists of leads, one lead as a page shows it, and what waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Select, String, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from models.access import Scope
from models.base import now
from models.dealer import Dealer
from models.errors import NotFound
from models.lead import WAITS_FOR_HEAD_OFFICE, Lead, LeadContact, LeadOffer
from models.newest import LIMIT, newest
from models.product import ProductGroup
from models.region import Province
from models.session import Session
from models.text import fold

OPEN = ("offered", *WAITS_FOR_HEAD_OFFICE)
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
    words = fold(wanted.q).split()
    asked = {"words": words, "status": wanted.status, "since": wanted.since, "before": wanted.before}
    given: dict[str, Any] = {name: value for name, value in asked.items() if value}
    statement = _statement(db.principal.scope, frozenset(given))
    values = given | {"limit": wanted.limit, "offset": wanted.offset}
    return [LeadRow._make(row) for row in db.rows(statement, values)]


def leads_to_answer(db: Session, limit: int) -> list[LeadRow]:
    """What is offered and unanswered, the most urgent first."""
    return [LeadRow._make(row) for row in db.rows(_TO_ANSWER, {"limit": limit})]


def leads_without_dealer(db: Session, limit: int) -> list[LeadRow]:
    """What head office is to offer: leads that nobody was asked about yet, then those that came back, newest first."""
    return [LeadRow._make(row) for row in db.rows(_WITHOUT_DEALER, {"limit": limit})]


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
            joinedload(Lead.user),
            selectinload(Lead.offers).joinedload(LeadOffer.dealer),
            selectinload(Lead.offers).selectinload(LeadOffer.candidates),
        )
    )
    lead = db.scalar(query)
    if lead is None:
        raise NotFound
    return lead


_LEAD, _CONTACT, _PROVINCE = Lead.__table__.c, LeadContact.__table__.c, Province.__table__.c
_GROUP, _DEALER = ProductGroup.__table__.c, Dealer.__table__.c
_ROWS = (
    select(*(_LEAD[name] for name in LeadRow._fields[:-4]), _PROVINCE.name, _GROUP.name, _CONTACT.company, _DEALER.name)
    .select_from(Lead.__table__)
    .outerjoin(Province.__table__, _PROVINCE.id == _LEAD.province_id)
    .outerjoin(ProductGroup.__table__, _GROUP.id == _LEAD.product_group_id)
    .outerjoin(LeadContact.__table__, _CONTACT.id == _LEAD.id)
    .outerjoin(Dealer.__table__, _DEALER.id == _LEAD.dealer_id)
)
_TO_ANSWER = _ROWS.where(_LEAD.status == "offered").order_by(_LEAD.answer_due_at, _LEAD.id).limit(LIMIT)

_WITHOUT_DEALER = (
    _ROWS.where(_LEAD.status.in_(WAITS_FOR_HEAD_OFFICE))
    .order_by(_LEAD.status != "received", _LEAD.received_at.desc(), _LEAD.id)
    .limit(LIMIT)
)


@cache
def _statement(scope: Scope, given: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """The statement of a list, built once for each shape: building it again costs as much as running it."""
    word = func.unnest(bindparam("words", type_=ARRAY(String()))).column_valued("word")
    conditions = {
        "words": ~select(word).where(func.strpos(_LEAD.search_key, word) == 0).exists(),
        "status": _LEAD.status == bindparam("status"),
        "since": _LEAD.received_at >= bindparam("since"),
        "before": _LEAD.received_at < bindparam("before"),
    }
    narrowed = (condition for name, condition in conditions.items() if name in given)
    return newest(scope, _ROWS, Lead, _LEAD.received_at, *narrowed)
