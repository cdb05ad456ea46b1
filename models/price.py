"""Price lists with validity and currency, and discounts; how a dealer's price comes about is in `models.pricing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    FromClause,
    Index,
    UniqueConstraint,
    Uuid,
    and_,
    any_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_DEALER, Access, read, through, write
from models.base import Base, Currency, Key, Named, Percent, Price
from models.pricing import DealerPrice, DiscountRule, ListedPrice, best_discount, price_less
from models.product import Product, ProductGroup
from models.product_tree import GroupTree
from models.session import Session
from models.sync.feed import CATALOGUE, Feed

_OF_OPEN_LIST = "exists (select from price_list l where l.id = {row}.price_list_id and l.dealer_id is null)"
OPEN_OR_OWN = f"dealer_id is null or {OWN_DEALER}"


class PriceList(Named, Base):
    """Prices in one currency. Without a dealer it is open to all; with one it is that dealer's and goes before."""

    __tablename__ = "price_list"
    __feed__ = Feed("price_list", CATALOGUE, only="{row}.dealer_id is null")
    __access__ = Access(dealer=read(OPEN_OR_OWN), rep=read(ALL), manager=read(ALL), hq=write(ALL))

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[Currency]
    dealer_id: Mapped[UUID | None] = mapped_column(ForeignKey("dealer.id"), index=True)
    source: Mapped[str | None]


class PriceListEntry(Base):
    """The price of one sales unit of a product from one day through another, or until further notice."""

    __tablename__ = "price_list_entry"
    __feed__ = Feed("price", CATALOGUE, only=_OF_OPEN_LIST)
    __table_args__ = (
        UniqueConstraint("price_list_id", "product_id", "valid_from"),
        CheckConstraint("valid_until >= valid_from", name="period"),
        CheckConstraint("price >= 0", name="price"),
        Index("ix_price_list_entry_product", "product_id", "valid_from"),
    )
    _OWN = through("price_list", "price_list_id")
    __access__ = Access(dealer=read(_OWN), rep=read(ALL), manager=read(ALL), hq=write(ALL))

    id: Mapped[Key]
    price_list_id: Mapped[UUID] = mapped_column(ForeignKey("price_list.id"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    price: Mapped[Price]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    price_list: Mapped[PriceList] = relationship()
    product: Mapped[Product] = relationship()


class Discount(Base):
    """A dealer's discount, on everything or on one product group."""

    __tablename__ = "discount"
    __table_args__ = (CheckConstraint("percent between 0 and 100", name="percent"),)
    _OWN = through("dealer", "dealer_id")
    __access__ = Access(dealer=read(OWN_DEALER), rep=read(_OWN), manager=read(_OWN), hq=write(ALL))

    id: Mapped[Key]
    dealer_id: Mapped[UUID] = mapped_column(ForeignKey("dealer.id"), index=True)
    product_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("product_group.id"))
    percent: Mapped[Percent]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    product_group: Mapped[ProductGroup | None] = relationship()


def price_products(
    db: Session, groups: GroupTree, products: Mapping[UUID, UUID], dealer_id: UUID | None, day: date
) -> dict[UUID, DealerPrice]:
    """What each product costs the dealer on a day, in two queries; products without a price are left out.

    `products` maps a product to its group. Without a dealer: what the open price lists say, with no discount.
    """
    rules = _discount_rules(db, groups, dealer_id, day) if dealer_id else []
    discounts = {group: best_discount(rules, groups.lineage(group), day) for group in set(products.values())}
    found: dict[UUID, DealerPrice] = {}
    for product, prices in _listed_prices(db, products, dealer_id, day).items():
        price = price_less(prices, discounts[products[product]], day)
        if price is not None:
            found[product] = price
    return found


def currency_of(db: Session, dealer_id: UUID | None, day: date) -> str | None:
    """The currency in which a dealer buys: that of his own price list, else of an open one; None without any."""
    return db.scalar(_CURRENCY, {"dealer": dealer_id, "day": day})


def _listed_prices(
    db: Session, products: Iterable[UUID], dealer_id: UUID | None, day: date
) -> dict[UUID, list[ListedPrice]]:
    found: defaultdict[UUID, list[ListedPrice]] = defaultdict(list)
    for product, *price in db.rows(_LISTED, {"products": [*products], "dealer": dealer_id, "day": day}):
        found[product].append(ListedPrice._make(price))
    return found


def _discount_rules(db: Session, groups: GroupTree, dealer_id: UUID, day: date) -> list[DiscountRule]:
    rows = db.rows(_DISCOUNTS, {"dealer": dealer_id, "day": day})
    return [DiscountRule(row[0], groups.name(row[0]), *row[1:]) for row in rows]


def _holds(table: FromClause) -> ColumnElement[bool]:
    day = bindparam("day", type_=Date())
    return and_(table.c.valid_from <= day, or_(table.c.valid_until.is_(None), table.c.valid_until >= day))


# Statements of pages that are opened all day, built once: building one again costs as much as running it.
_LIST, _ENTRY, _RULE = PriceList.__table__, PriceListEntry.__table__, Discount.__table__
_DEALER = bindparam("dealer", type_=Uuid())
# Head office and reps may read every dealer's list, so the price of one dealer is asked for by name.
_OPEN_OR_OF_DEALER = or_(_LIST.c.dealer_id.is_(None), _LIST.c.dealer_id == _DEALER)
_LISTED = (
    select(
        _ENTRY.c.product_id,
        _LIST.c.code,
        _LIST.c.name,
        _LIST.c.dealer_id.is_not(None),
        _LIST.c.currency,
        _ENTRY.c.price,
        _ENTRY.c.valid_from,
        _ENTRY.c.valid_until,
    )
    .join_from(_ENTRY, _LIST, _LIST.c.id == _ENTRY.c.price_list_id)
    .where(_ENTRY.c.product_id == any_(bindparam("products", type_=ARRAY(Uuid()))), _OPEN_OR_OF_DEALER, _holds(_ENTRY))
)
_DISCOUNTS = select(_RULE.c.product_group_id, _RULE.c.percent, _RULE.c.valid_from, _RULE.c.valid_until).where(
    _RULE.c.dealer_id == _DEALER, _holds(_RULE)
)
_CURRENCY = (
    select(_LIST.c.currency)
    .join_from(_LIST, _ENTRY, _ENTRY.c.price_list_id == _LIST.c.id)
    .where(_OPEN_OR_OF_DEALER, _holds(_ENTRY))
    .order_by(_LIST.c.dealer_id.is_(None), _LIST.c.code)
    .limit(1)
)
