"""Lists of quotes, and one quote with its lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from models.access import Scope
from models.dealer import Dealer
from models.errors import NotFound
from models.newest import LIMIT, newest
from models.quote import STATUSES, Quote
from models.session import Session
from models.text import fold, prefix_range
from models.user import User


@dataclass(frozen=True, slots=True)
class QuoteFilter:
    """Which quotes a list shows, in which order, and which part of it."""

    q: str = ""
    """A part of the number or the customer's name; for others than dealers the beginning of either."""
    status: str | None = None
    sort: str = "quoted_on"
    descending: bool = True
    limit: int = 50
    offset: int = 0


class QuoteRow(NamedTuple):
    """A quote in a list. The names of dealer and seller are None where there is none or the reader may not know."""

    id: UUID
    number: str | None
    revision: int
    status: str
    quoted_on: date
    valid_until: date
    customer_name: str
    total: Decimal
    currency: str
    dealer_name: str | None
    seller_name: str | None


SORTS = {"quoted_on": Quote.quoted_on, "valid_until": Quote.valid_until, "total": Quote.total}


def list_quotes(db: Session, wanted: QuoteFilter) -> list[QuoteRow]:
    """A page of quotes, newest first unless asked otherwise, in one query."""
    query = newest(
        db.principal.scope,
        _rows(),
        Quote,
        SORTS[wanted.sort],
        *_conditions(db, wanted),
        limit=wanted.limit,
        offset=wanted.offset,
        descending=wanted.descending,
    )
    return [QuoteRow(*row) for row in db.execute(query)]


def count_quotes(db: Session) -> dict[str, int]:
    """How many visible quotes there are of each status."""
    return dict(db.execute(select(Quote.status, func.count()).group_by(Quote.status)).all())


def quotes_expiring(db: Session, today: date, until: date, limit: int) -> list[QuoteRow]:
    """Issued quotes that end between two days, both included, the most urgent first."""
    rows = db.execute(_EXPIRING, {"today": today, "until": until, "limit": limit})
    return [QuoteRow(*row) for row in rows]


def get_quote(db: Session, quote_id: UUID) -> Quote:
    """The quote with its lines, dealer and seller. Raises NotFound."""
    loading = (selectinload(Quote.lines), joinedload(Quote.dealer), joinedload(Quote.user))
    quote = db.scalar(select(Quote).where(Quote.id == quote_id).options(*loading))
    if quote is None:
        raise NotFound
    return quote


def _rows() -> Select[*tuple[Any, ...]]:
    columns = [getattr(Quote, name) for name in QuoteRow._fields[:-2]]
    return (
        select(*columns, Dealer.name, User.name)
        .outerjoin(Dealer, Dealer.id == Quote.dealer_id)
        .outerjoin(User, User.id == Quote.user_id)
    )


_EXPIRING = (
    _rows()
    .where(
        Quote.status == "issued",
        Quote.valid_until >= bindparam("today"),
        Quote.valid_until <= bindparam("until"),
    )
    .order_by(Quote.valid_until, Quote.id)
    .limit(LIMIT)
)
"""Built once: every home page asks."""


def _conditions(db: Session, wanted: QuoteFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status in STATUSES:
        conditions.append(Quote.status == wanted.status)
    if wanted.q:
        conditions.append(_matches(db, wanted.q))
    return conditions


def _matches(db: Session, q: str) -> ColumnElement[bool]:
    """A dealer's few quotes may be searched anywhere in a text; a whole region's only by an index."""
    if db.principal.scope is Scope.DEALER:
        return or_(func.strpos(Quote.number_key, fold(q)) > 0, func.strpos(Quote.customer_key, fold(q)) > 0)
    first, last = prefix_range(q)
    return or_(
        and_(Quote.number_key >= first, Quote.number_key < last),
        and_(Quote.customer_key >= first, Quote.customer_key < last),
    )
