"""Lists of orders, one order as a page shows it, and the figures made of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, null, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from models.access import Scope
from models.dealer import Dealer, search_dealers
from models.errors import NotFound
from models.newest import newest
from models.order import OPEN_STATUSES, Order, OrderLine, OrderStatus, Shipment
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
    limit: int = 50
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


class Total(NamedTuple):
    """Orders added up in one currency."""

    currency: str
    amount: Decimal
    orders: int


SORTS = {"placed_at": Order.placed_at, "number": Order.number_key, "amount": Order.amount}


def list_orders(db: Session, wanted: OrderFilter) -> list[OrderRow]:
    """A page of orders, newest first unless asked otherwise; one query, a second one to look up dealers' names."""
    by = SORTS[wanted.sort]
    page = newest(
        db,
        Order,
        by,
        *_conditions(db, wanted),
        limit=wanted.limit,
        offset=wanted.offset,
        descending=wanted.descending,
    )
    columns = [getattr(page, name) for name in OrderRow._fields[:-1]]
    keys = (getattr(page, by.key), page.id)
    order = [key.desc() if wanted.descending else key.asc() for key in keys]
    query = select(*columns, null())
    if db.principal.scope is not Scope.DEALER:
        query = select(*columns, Dealer.name).join(Dealer, Dealer.id == page.dealer_id)
    return [OrderRow(*row) for row in db.execute(query.order_by(*order))]


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


def steps_of(db: Session, order_ids: Iterable[UUID]) -> dict[UUID, dict[str, datetime]]:
    """When each of these orders reached which status: for the small timelines of a list."""
    query = select(OrderStatus.order_id, OrderStatus.status, OrderStatus.happened_at)
    found: dict[UUID, dict[str, datetime]] = {}
    for order_id, status, happened_at in db.execute(query.where(OrderStatus.order_id.in_(order_ids))):
        found.setdefault(order_id, {})[status] = happened_at
    return found


def open_orders(db: Session) -> list[Total]:
    """What is placed or confirmed and not yet shipped, by currency, the largest first."""
    return _totals(db, Order.status.in_(OPEN_STATUSES))


def orders_placed(db: Session, since: datetime, before: datetime) -> list[Total]:
    """What was ordered in a period and not cancelled, by currency, the largest first."""
    return _totals(db, Order.placed_at >= since, Order.placed_at < before, Order.status != "cancelled")


def page_totals(rows: Iterable[OrderRow]) -> list[Total]:
    """What the shown orders come to, by currency, the largest first."""
    sums: dict[str, Total] = {}
    for row in rows:
        so_far = sums.get(row.currency, Total(row.currency, Decimal(0), 0))
        sums[row.currency] = Total(row.currency, so_far.amount + row.amount, so_far.orders + 1)
    return sorted(sums.values(), key=lambda total: -total.amount)


def _totals(db: Session, *conditions: ColumnElement[bool]) -> list[Total]:
    amount = func.sum(Order.amount)
    query = select(Order.currency, amount, func.count()).where(*conditions).group_by(Order.currency)
    return [Total(*row) for row in db.execute(query.order_by(amount.desc()))]


def _conditions(db: Session, wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status:
        conditions.append(Order.status == wanted.status)
    if wanted.since is not None:
        conditions.append(Order.placed_at >= wanted.since)
    if wanted.before is not None:
        conditions.append(Order.placed_at < wanted.before)
    if wanted.q:
        conditions.append(_matches(db, wanted.q))
    return conditions


def _matches(db: Session, q: str) -> ColumnElement[bool]:
    """A dealer's few orders may be searched anywhere in the number; a whole region's only by an index."""
    if db.principal.scope is Scope.DEALER:
        return func.strpos(Order.number_key, fold(q)) > 0
    first, last = prefix_range(q)
    dealers = search_dealers(db, q)
    of_dealers = Order.dealer_id.in_(dealers) if dealers else false()
    return or_(and_(Order.number_key >= first, Order.number_key < last), of_dealers)
