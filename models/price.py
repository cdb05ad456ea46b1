"""Price lists with validity and currency, and discounts; how a dealer's price comes about is in `models.pricing`."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_DEALER, Access, read, through, write
from models.base import Base, Currency, Key, Named, Percent, Price
from models.product import Product, ProductGroup

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
