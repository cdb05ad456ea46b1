"""Price lists with validity and currency, and discounts; how a dealer's price comes about is in `models.pricing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    UniqueConstraint,
    Uuid,
    and_,
    any_,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_DEALER, Access, read, through, write
from models.base import Base, Currency, Key, Named, Percent, Price
from models.pricing import DealerPrice, DiscountRule, ListedPrice, dealer_price
from models.product import Product, ProductGroup
from models.product_tree import GroupTree
from models.session import Session

OPEN_OR_OWN = f"dealer_id is null or {OWN_DEALER}"


class PriceList(Named, Base):
    """Prices in one currency. Without a dealer it is open to all; with one it is that dealer's and goes before."""

    __tablename__ = "price_list"
    __access__ = Access(dealer=read(OPEN_OR_OWN), rep=read(ALL), manager=read(ALL), hq=write(ALL))

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[Currency]
    dealer_id: Mapped[UUID | None] = mapped_column(ForeignKey("dealer.id"), index=True)
    source: Mapped[str | None]


class PriceListEntry(Base):
    """The price of one sales unit of a product from one day through another, or until further notice."""

    __tablename__ = "price_list_entry"
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
    listed = _listed_prices(db, products, dealer_id, day)
    discounts = _discount_rules(db, groups, dealer_id, day) if dealer_id and listed else []
    found = (
        (product, dealer_price(prices, discounts, groups.lineage(products[product]), day))
        for product, prices in listed.items()
    )
    return {product: price for product, price in found if price is not None}


def currency_of(db: Session, dealer_id: UUID | None, day: date) -> str | None:
    """The currency in which a dealer buys: that of his own price list, else of an open one; None without any."""
    query = select(PriceList.currency).join(PriceListEntry, PriceListEntry.price_list_id == PriceList.id)
    query = query.where(_open_or(dealer_id), _holds(PriceListEntry, day))
    return db.scalar(query.order_by(PriceList.dealer_id.is_(None), PriceList.code).limit(1))


def _listed_prices(
    db: Session, products: Iterable[UUID], dealer_id: UUID | None, day: date
) -> dict[UUID, list[ListedPrice]]:
    query = (
        select(
            PriceListEntry.product_id,
            PriceList.code,
            PriceList.name,
            PriceList.dealer_id.is_not(None),
            PriceList.currency,
            PriceListEntry.price,
            PriceListEntry.valid_from,
            PriceListEntry.valid_until,
        )
        .join(PriceList, PriceList.id == PriceListEntry.price_list_id)
        .where(
            # One array, however many products: the statement stays the same and is planned once.
            PriceListEntry.product_id == any_(literal([*products], ARRAY(Uuid()))),
            _open_or(dealer_id),
            _holds(PriceListEntry, day),
        )
    )
    found: defaultdict[UUID, list[ListedPrice]] = defaultdict(list)
    for row in db.execute(query):
        found[row[0]].append(ListedPrice(*row[1:]))
    return found


def _discount_rules(db: Session, groups: GroupTree, dealer_id: UUID, day: date) -> list[DiscountRule]:
    query = select(Discount.product_group_id, Discount.percent, Discount.valid_from, Discount.valid_until)
    rows = db.execute(query.where(Discount.dealer_id == dealer_id, _holds(Discount, day)))
    return [DiscountRule(row[0], groups.name(row[0]), *row[1:]) for row in rows]


def _open_or(dealer_id: UUID | None) -> ColumnElement[bool]:
    # Head office and reps may read every dealer's list, so the price of one dealer is asked for by name.
    is_open = PriceList.dealer_id.is_(None)
    return is_open if dealer_id is None else or_(is_open, PriceList.dealer_id == dealer_id)


def _holds(entity: Any, day: date) -> ColumnElement[bool]:
    return and_(entity.valid_from <= day, or_(entity.valid_until.is_(None), entity.valid_until >= day))
