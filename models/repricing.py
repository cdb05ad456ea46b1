"""Lines that were drafted with no network: today's prices stand, and what the laptop showed is kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from models.base import Money, Price, Quantity
from models.errors import N_, Refused
from models.price import price_products
from models.pricing import DealerPrice
from models.product import Product
from models.product_tree import load_groups
from models.session import Session

MOST_LINES = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """A line as it was written on the laptop, with the price that it showed for one unit."""

    product_id: UUID
    quantity: Decimal
    price: Decimal
    discount_percent: Decimal = Decimal("0.00")


class Repriced(NamedTuple):
    """A wish with the product that it names and what that costs on the day."""

    wish: Wish
    product: Product
    found: DealerPrice


class DraftedLine:
    """The columns of a line that may have been drafted with no network; quantities are in sales units."""

    position: Mapped[int]
    code: Mapped[str]
    description: Mapped[str]
    quantity: Mapped[Quantity]
    unit: Mapped[str]
    price: Mapped[Price]
    drafted_price: Mapped[Price | None]
    """What the laptop showed where this was drafted with no network; `price` is what stands."""
    amount: Mapped[Money]


Line = TypeVar("Line", bound=DraftedLine)


def differing(lines: Iterable[Line]) -> list[Line]:
    """The lines whose price is another than the one that they were drafted with."""
    return [line for line in lines if line.drafted_price not in (None, line.price)]


def reprice(
    db: Session, wishes: Sequence[Wish], day: date, currency: str, dealer_id: UUID | None = None
) -> list[Repriced]:
    """The wishes at the prices of the day: the open lists' in `currency`, or the dealer's in whichever he buys them.

    Refused where a product is not known, or has no price in the currency of the others.
    """
    products = _products(db, {wish.product_id for wish in wishes})
    groups = {each.id: each.product_group_id for each in products.values()}
    prices = price_products(db, load_groups(db), groups, dealer_id, day) if groups else {}
    if dealer_id is not None:
        found = (prices[wish.product_id] for wish in wishes if wish.product_id in prices)
        currency = next((price.currency for price in found), currency)
    return [_priced(place, wish, products, prices, currency) for place, wish in enumerate(wishes, 1)]


def _products(db: Session, ids: set[UUID]) -> dict[UUID, Product]:
    return {each.id: each for each in db.scalars(select(Product).where(Product.id.in_(ids)))}


def _priced(
    position: int, wish: Wish, products: Mapping[UUID, Product], prices: Mapping[UUID, DealerPrice], currency: str
) -> Repriced:
    product, price = products.get(wish.product_id), prices.get(wish.product_id)
    if product is None:
        raise Refused(N_("Line %(position)s names a product that is not sold any more."), position=position)
    if price is None or price.currency != currency:
        raise Refused(
            N_("No price list has a price for %(product)s in %(currency)s today."),
            product=product.code,
            currency=currency,
        )
    return Repriced(wish, product, price)
