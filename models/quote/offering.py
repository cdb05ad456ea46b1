"""What a seller may put on a quote: products by their code with the open lists' price, and dealers who deliver."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from models.dealer import Dealer
from models.price import price_products
from models.product import Product
from models.product_tree import load_groups
from models.quote import Quote
from models.session import Session
from models.text import fold


class Offered(NamedTuple):
    """A product as it can be quoted. `price` is the list price, None where no open list has one in the currency."""

    product_id: UUID
    code: str
    name: str
    unit: str
    price: Decimal | None


def find_offered(db: Session, codes: Iterable[str], currency: str, day: date) -> dict[str, Offered]:
    """The products with these codes, by the code as it was asked for, in whichever case it was typed."""
    asked = {code: code.strip().lower() for code in codes if code.strip()}
    if not asked:
        return {}
    query = select(Product).where(func.lower(Product.code).in_(set(asked.values())))
    products = {product.code.lower(): product for product in db.scalars(query)}
    groups = {product.id: product.product_group_id for product in products.values()}
    prices = price_products(db, load_groups(db), groups, None, day) if groups else {}
    found = {}
    for code, key in asked.items():
        if product := products.get(key):
            price = prices.get(product.id)
            own = price.price if price and price.currency == currency else None
            found[code] = Offered(product.id, product.code, product.name, product.unit, own)
    return found


def suggest_products(db: Session, q: str, limit: int = 8) -> list[tuple[str, str]]:
    """Code and name of products in which every word of `q` occurs, those that begin with it first."""
    words = fold(q).split()
    if not words:
        return []
    holds = [func.strpos(Product.search_key, word) > 0 for word in words]
    begins = func.starts_with(Product.search_key, fold(q))
    query = select(Product.code, Product.name).where(Product.active, *holds)
    return [(row[0], row[1]) for row in db.execute(query.order_by(begins.desc(), Product.code).limit(limit))]


def possible_dealers(db: Session, quote: Quote) -> list[tuple[UUID, str]]:
    """The dealers of the customer's region who may deliver, by name, and whoever is named already."""
    near = (Dealer.region_id == quote.region_id) & Dealer.active
    named = Dealer.id == quote.dealer_id
    query = select(Dealer.id, Dealer.name).where(near | named).order_by(Dealer.name_sort)
    return [(row[0], row[1]) for row in db.execute(query)]
