"""Warehouses and stock levels; a stock level always says as of when, and from where it came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Select, UniqueConstraint, exists, func, select, true
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from models.base import Base, Key, Named, Quantity
from models.product import EVERYBODY_READS, Product
from models.session import Session
from models.text import fold


class Warehouse(Named, Base):
    """A place where we keep stock."""

    __tablename__ = "warehouse"
    __access__ = EVERYBODY_READS

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)


class StockLevel(Base):
    """How much of a product lay in a warehouse at a moment, in sales units, and what is expected when."""

    __tablename__ = "stock_level"
    __table_args__ = (UniqueConstraint("product_id", "warehouse_id"),)
    __access__ = EVERYBODY_READS

    id: Mapped[Key]
    warehouse_id: Mapped[UUID] = mapped_column(ForeignKey("warehouse.id"), index=True)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[Quantity]
    expected_quantity: Mapped[Quantity | None]
    expected_on: Mapped[date | None]
    as_of: Mapped[datetime]
    source: Mapped[str]

    warehouse: Mapped[Warehouse] = relationship()
    product: Mapped[Product] = relationship()


@dataclass(frozen=True, slots=True)
class StockFilter:
    """Which products a stock list shows, in which order, and which part of it."""

    q: str = ""
    """Every word must occur in the code or the name, folded; what begins with it comes first."""
    group_ids: Collection[UUID] | None = None
    standard: str | None = None
    in_stock: bool = False
    product_ids: Collection[UUID] | None = None
    sort: str = "code"
    descending: bool = False
    limit: int | None = None
    offset: int = 0


class StockRow(NamedTuple):
    """A product with what lies in all warehouses together; None where nobody ever said how much."""

    product_id: UUID
    group_id: UUID
    code: str
    name: str
    standard: str | None
    unit: str
    pack_size: Decimal
    quantity: Decimal | None
    as_of: datetime | None
    """The age of the oldest part of the total: a sum is no fresher than that."""
    source: str | None
    expected_quantity: Decimal | None
    """What comes next, on `expected_on`."""
    expected_on: date | None


_STANDARD = func.split_part(Product.standard, ":", 1)
"""Of "EN ISO 2560-A: E 42 4 B 32 H5" the part before the colon."""


def list_stock(db: Session, wanted: StockFilter) -> list[StockRow]:
    """A page of active products with their stock, in one query."""
    total = (
        select(
            func.sum(StockLevel.quantity).label("quantity"),
            func.min(StockLevel.as_of).label("as_of"),
            func.string_agg(StockLevel.source.distinct(), ", ").label("source"),
        )
        .where(StockLevel.product_id == Product.id)
        .lateral("total")
    )
    coming = (
        select(func.sum(StockLevel.expected_quantity).label("quantity"), StockLevel.expected_on.label("day"))
        .where(StockLevel.product_id == Product.id, StockLevel.expected_on.is_not(None))
        .group_by(StockLevel.expected_on)
        .order_by(StockLevel.expected_on)
        .limit(1)
        .lateral("coming")
    )
    query: Select[Any] = (
        select(
            Product.id,
            Product.product_group_id,
            Product.code,
            Product.name,
            Product.standard,
            Product.unit,
            Product.pack_size,
            total.c.quantity,
            total.c.as_of,
            total.c.source,
            coming.c.quantity,
            coming.c.day,
        )
        .select_from(Product)
        .join(total, true())
        .outerjoin(coming, true())
        .where(*_conditions(wanted))
    )
    sorts = {"code": Product.code, "name": Product.name_sort, "stock": func.coalesce(total.c.quantity, 0)}
    by = sorts[wanted.sort]
    order = [by.desc() if wanted.descending else by.asc(), Product.code]
    if wanted.q and wanted.sort == "code":
        order.insert(0, func.starts_with(Product.search_key, fold(wanted.q)).desc())
    query = query.order_by(*order).limit(wanted.limit).offset(wanted.offset)
    return [StockRow(*row) for row in db.execute(query)]


def list_standards(db: Session) -> list[str]:
    """The standards that active products name, without the classification after the colon, in alphabetical order."""
    query = select(_STANDARD).where(Product.active, Product.standard.is_not(None)).distinct()
    return [standard for standard in db.scalars(query.order_by(_STANDARD)) if standard]


def list_levels(db: Session, product_id: UUID) -> list[StockLevel]:
    """One product's stock by warehouse."""
    query = select(StockLevel).join(StockLevel.warehouse).where(StockLevel.product_id == product_id)
    return list(db.scalars(query.options(contains_eager(StockLevel.warehouse)).order_by(Warehouse.name_sort)))


def _conditions(wanted: StockFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Product.active.is_(True)]
    # strpos knows no wildcards: what is typed is what is looked for.
    conditions += [func.strpos(Product.search_key, word) > 0 for word in fold(wanted.q).split()]
    if wanted.group_ids is not None:
        conditions.append(Product.product_group_id.in_(wanted.group_ids))
    if wanted.standard:
        conditions.append(_STANDARD == wanted.standard)  # noqa: SIM300 - a column, not a constant
    if wanted.product_ids is not None:
        conditions.append(Product.id.in_(wanted.product_ids))
    if wanted.in_stock:
        conditions.append(exists().where(StockLevel.product_id == Product.id, StockLevel.quantity > 0))
    return conditions
