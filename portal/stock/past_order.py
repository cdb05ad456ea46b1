"""The products of a past order, beside what they cost today: what a dealer looks at before he orders again."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import g, request

from models.access import Permission
from models.errors import NotFound
from models.order import Order
from models.order.queries import get_order
from portal.web import db

SMALLEST = Decimal("0.0001")
"""What prices are exact to."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """How much of a product an order held, and what a unit cost at that time, its discount taken off."""

    quantity: Decimal
    price: Decimal
    currency: str


def named_order() -> Order | None:
    """The order that the address names, as far as the reader may see it."""
    if not g.principal.may(Permission.SEE_ORDERS):
        return None
    try:
        return get_order(db, UUID(request.args.get("order", "")))
    except (ValueError, NotFound):
        return None


def ordered_products(order: Order | None) -> Mapping[UUID, Ordered]:
    """What the order held, by product; lines of the same product are added up and tell the last one's price."""
    found: dict[UUID, Ordered] = {}
    if order is None:
        return found
    for line in order.lines:
        before = found.get(line.product_id)
        quantity = line.quantity + (before.quantity if before else 0)
        paid = (line.price * (100 - line.discount_percent) / 100).quantize(SMALLEST)
        found[line.product_id] = Ordered(quantity, paid, order.currency)
    return found


def not_sold_any_more(order: Order | None) -> list[str]:
    """The codes of what the order held and the stock list leaves out."""
    return sorted({line.product.code for line in order.lines if not line.product.active}) if order else []
