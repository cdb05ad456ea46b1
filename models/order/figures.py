"""What home pages say of orders: sums, and what is on its way."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, literal, or_, select

from models.newest import LIMIT
from models.order import OPEN_STATUSES, Order, Shipment
from models.session import Session


class Total(NamedTuple):
    """Orders added up in one currency."""

    currency: str
    amount: Decimal
    orders: int


class DealerFigures(NamedTuple):
    """What a dealer's home page says of his orders, in one currency."""

    currency: str
    open_orders: int
    open_amount: Decimal
    this_year: Decimal
    last_year: Decimal
    """Until the same day and hour of last year."""


class ShipmentRow(NamedTuple):
    """A shipment in a short list."""

    order_id: UUID
    order_number: str
    number: str
    shipped_at: datetime
    carrier: str | None
    tracking: str | None


def orders_placed(db: Session, since: datetime, before: datetime) -> list[Total]:
    """What was ordered in a period and not cancelled, by currency, the largest first."""
    return [Total(*row) for row in db.execute(_PLACED, {"since": since, "before": before})]


def order_figures(db: Session, at: datetime) -> list[DealerFigures]:
    """Open orders, and what was ordered since the year began and in the same part of last year, by currency."""
    began = at.replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    values = {"began": began, "last_began": _year_before(began), "last_until": _year_before(at)}
    return [DealerFigures(*row) for row in db.execute(_FIGURES, values)]


def shipments_on_the_way(db: Session, limit: int) -> list[ShipmentRow]:
    """Shipments of orders that have not arrived, the newest first."""
    return [ShipmentRow(*row) for row in db.execute(_ON_THE_WAY, {"limit": limit})]


def _year_before(at: datetime) -> datetime:
    leap_day = at.month == 2 and at.day == 29
    return at.replace(year=at.year - 1, day=28 if leap_day else at.day)


# Built once: building a statement again costs as much as running it.
_ORDER, _SHIPMENT = Order.__table__.c, Shipment.__table__.c


def _sum(*conditions: ColumnElement[bool]) -> ColumnElement[Decimal]:
    return func.coalesce(func.sum(_ORDER.amount).filter(*conditions), literal(Decimal(0)))


_COUNTS = _ORDER.status != "cancelled"
_IS_OPEN = _ORDER.status.in_(OPEN_STATUSES)
_PLACED = (
    select(_ORDER.currency, func.sum(_ORDER.amount), func.count())
    .where(_COUNTS, _ORDER.placed_at >= bindparam("since"), _ORDER.placed_at < bindparam("before"))
    .group_by(_ORDER.currency)
    .order_by(func.sum(_ORDER.amount).desc())
)
_THIS_YEAR = _sum(_COUNTS, _ORDER.placed_at >= bindparam("began"))
_LAST_YEAR = _sum(_COUNTS, _ORDER.placed_at >= bindparam("last_began"), _ORDER.placed_at < bindparam("last_until"))
_FIGURES = (
    select(_ORDER.currency, func.count().filter(_IS_OPEN), _sum(_IS_OPEN), _THIS_YEAR, _LAST_YEAR)
    .where(or_(_IS_OPEN, _ORDER.placed_at >= bindparam("last_began")))
    .group_by(_ORDER.currency)
    .order_by(_THIS_YEAR.desc())
)
_ON_THE_WAY = (
    select(_ORDER.id, _ORDER.number, _SHIPMENT.number, _SHIPMENT.shipped_at, _SHIPMENT.carrier, _SHIPMENT.tracking)
    .join_from(Shipment.__table__, Order.__table__, _ORDER.id == _SHIPMENT.order_id)
    .where(_ORDER.status == "shipped")
    .order_by(_SHIPMENT.shipped_at.desc())
    .limit(LIMIT)
)
