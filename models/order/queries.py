"""Lists of orders, one order as a page shows it, and the figures made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


class Total(NamedTuple):
    """Orders added up in one currency."""

    currency: str
    amount: Decimal
    orders: int


SORTS = {"placed_at": Order.placed_at, "number": Order.number_key, "amount": Order.amount}


def list_orders(db: Session, wanted: OrderFilter) -> list[OrderRow]:
    """A page of orders, newest first unless asked otherwise; one query, a second one to look up dealers' names."""
    return list(each_order(db, wanted))


def each_order(db: Session, wanted: OrderFilter) -> Iterator[OrderRow]:
    """The same one by one, in little memory however many there are."""
    columns = [getattr(Order, name) for name in OrderRow._fields[:-1]]
    query = select(*columns, null())
    if db.principal.scope is not Scope.DEALER:
        query = select(*columns, Dealer.name).join(Dealer, Dealer.id == Order.dealer_id)
    query = newest(
        db,
        query,
        Order,
        SORTS[wanted.sort],
        *_conditions(db, wanted),
        limit=wanted.limit,
        offset=wanted.offset,
        descending=wanted.descending,
    )
    options = {"yield_per": 1000} if wanted.limit is None else {}
    for row in db.execute(query, execution_options=options):
        yield OrderRow(*row)


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


class ShipmentRow(NamedTuple):
    """A shipment in a short list."""

    order_id: UUID
    order_number: str
    number: str
    shipped_at: datetime
    carrier: str | None
    tracking: str | None


def shipments_on_the_way(db: Session, limit: int) -> list[ShipmentRow]:
    """Shipments of orders that have not arrived, the newest first."""
    columns = (Order.id, Order.number, Shipment.number, Shipment.shipped_at, Shipment.carrier, Shipment.tracking)
    query = select(*columns).join(Order, Order.id == Shipment.order_id).where(Order.status == "shipped")
    return [ShipmentRow(*row) for row in db.execute(query.order_by(Shipment.shipped_at.desc()).limit(limit))]


def open_orders(db: Session) -> list[Total]:
    """What is placed or confirmed and not yet shipped, by currency, the largest first."""
    return _totals(db, Order.status.in_(OPEN_STATUSES))


def orders_placed(db: Session, since: datetime, before: datetime) -> list[Total]:
    """What was ordered in a period and not cancelled, by currency, the largest first."""
    return _totals(db, Order.placed_at >= since, Order.placed_at < before, Order.status != "cancelled")


class DealerFigures(NamedTuple):
    """What a home page says of orders, in one currency."""

    currency: str
    open_orders: int
    open_amount: Decimal
    this_year: Decimal
    last_year: Decimal
    """Until the same day and hour of last year."""


def order_figures(db: Session, at: datetime) -> list[DealerFigures]:
    """Open orders, and what was ordered since the year began and in the same part of last year, by currency."""
    began, year_before = at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0), _year_before(at)
    is_open = Order.status.in_(OPEN_STATUSES)
    counted = Order.status != "cancelled"
    zero = Decimal(0)
    this_year = func.coalesce(func.sum(Order.amount).filter(counted, Order.placed_at >= began), zero)
    last_year = func.sum(Order.amount).filter(
        counted, Order.placed_at >= _year_before(began), Order.placed_at < year_before
    )
    query = select(
        Order.currency,
        func.count().filter(is_open),
        func.coalesce(func.sum(Order.amount).filter(is_open), zero),
        this_year,
        func.coalesce(last_year, zero),
    ).where(or_(is_open, Order.placed_at >= _year_before(began)))
    return [DealerFigures(*row) for row in db.execute(query.group_by(Order.currency).order_by(this_year.desc()))]


def _year_before(at: datetime) -> datetime:
    leap_day = at.month == 2 and at.day == 29
    return at.replace(year=at.year - 1, day=28 if leap_day else at.day)


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
