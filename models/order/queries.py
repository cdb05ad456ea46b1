"""Lists of orders, and one order as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CursorResult,
    Select,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.orm import contains_eager, selectinload

from models.access import Scope
from models.dealer import Dealer, search_dealers
from models.errors import NotFound
from models.newest import newest
from models.order import Order, OrderLine, Shipment
from models.order.figures import Total
from models.session import Session
from models.text import fold, prefix_range


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a list shows, in which order, and which part of it."""

    q: str = ""
    """A part of the number, or for others than dealers its beginning; for these also of the dealer's name or code."""
    status: str | None = None
    since: datetime | None = None
    before: datetime | None = None
    sort: str = "placed_at"
    descending: bool = True
    limit: int | None = 50
    """None for all of them."""
    offset: int = 0


class OrderRow(NamedTuple):
    """An order in a list. `dealer_name` is None when the reader is a dealer: it is always his own."""

    id: UUID
    number: str
    status: str
    placed_at: datetime
    requested_on: date | None
    line_count: int
    amount: Decimal
    currency: str
    source: str
    dealer_id: UUID
    dealer_name: str | None


_ORDER, _DEALER = Order.__table__.c, Dealer.__table__.c


SORTS = ("placed_at", "number", "amount")


def list_orders(db: Session, wanted: OrderFilter) -> list[OrderRow]:
    """A page of orders, newest first unless asked otherwise; one query, a second one to look up dealers' names."""
    return [OrderRow._make(row) for row in _run(db, wanted).all()]


def each_order(db: Session, wanted: OrderFilter) -> Iterator[OrderRow]:
    """The same one by one, in little memory however many there are."""
    return map(OrderRow._make, _run(db, wanted, yield_per=1000))


def _run(db: Session, wanted: OrderFilter, **options: int) -> CursorResult[*tuple[Any, ...]]:
    scope = db.principal.scope
    asked = {"status": wanted.status, "since": wanted.since, "before": wanted.before, "q": fold(wanted.q)}
    given: dict[str, Any] = {name: value for name, value in asked.items() if value}
    statement = _statement(scope, wanted.sort, wanted.descending, frozenset(given))
    values = given | {"limit": wanted.limit, "offset": wanted.offset}
    if "q" in given and scope is not Scope.DEALER:
        first, last = prefix_range(wanted.q)
        values |= {"first": first, "last": last, "dealers": search_dealers(db, wanted.q)}
    return db.connection().execute(statement, values, execution_options=options)


@cache
def _statement(scope: Scope, sort: str, descending: bool, given: frozenset[str]) -> Select[*tuple[Any, ...]]:
    """The statement of a list, built once for each shape: building it again costs as much as running it."""
    columns = [_ORDER[name] for name in OrderRow._fields[:-1]]
    query = select(*columns, null())
    if scope is not Scope.DEALER:
        query = select(*columns, _DEALER.name).join(Dealer.__table__, _DEALER.id == _ORDER.dealer_id)
    conditions = {
        "status": _ORDER.status == bindparam("status"),
        "since": _ORDER.placed_at >= bindparam("since"),
        "before": _ORDER.placed_at < bindparam("before"),
        "q": _matches(scope),
    }
    by = _ORDER["number_key" if sort == "number" else sort]
    narrowed = (condition for name, condition in conditions.items() if name in given)
    return newest(scope, query, Order, by, *narrowed, descending=descending)


def _matches(scope: Scope) -> ColumnElement[bool]:
    """A dealer's few orders may be searched anywhere in the number; a whole region's only by an index."""
    if scope is Scope.DEALER:
        return func.strpos(_ORDER.number_key, bindparam("q", type_=String())) > 0
    begins = and_(_ORDER.number_key >= bindparam("first"), _ORDER.number_key < bindparam("last"))
    return or_(begins, _ORDER.dealer_id == any_(bindparam("dealers", type_=ARRAY(Uuid()))))


def get_order(db: Session, order_id: UUID) -> Order:
    """The order with its dealer, lines, timeline and shipments, in five queries. Raises NotFound."""
    query = (
        select(Order)
        .join(Order.dealer)
        .where(Order.id == order_id)
        .options(
            contains_eager(Order.dealer),
            selectinload(Order.lines).joinedload(OrderLine.product),
            selectinload(Order.timeline),
            selectinload(Order.shipments).selectinload(Shipment.lines),
        )
    )
    order = db.scalar(query)
    if order is None:
        raise NotFound
    return order


def page_totals(rows: Iterable[OrderRow]) -> list[Total]:
    """What the shown orders come to, by currency, the largest first."""
    sums: dict[str, Total] = {}
    for row in rows:
        so_far = sums.get(row.currency, Total(row.currency, Decimal(0), 0))
        sums[row.currency] = Total(row.currency, so_far.amount + row.amount, so_far.orders + 1)
    return sorted(sums.values(), key=lambda total: -total.amount)
