"""Warehouses and stock levels; a stock level always says as of when, and from where it came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    ForeignKey,
    FromClause,
    Select,
    String,
    UniqueConstraint,
    Uuid,
    any_,
    bindparam,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from models.base import Base, Key, Named, Quantity
from models.catalogue import kept
from models.newest import LIMIT, OFFSET
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


def list_stock(db: Session, wanted: StockFilter) -> list[StockRow]:
    """A page of active products with their stock, in one query."""
    q = fold(wanted.q)
    asked = {"words": q.split(), "standard": wanted.standard, "in_stock": wanted.in_stock}
    given: dict[str, Any] = {name: value for name, value in asked.items() if value}
    if wanted.group_ids is not None:
        given["groups"] = [*wanted.group_ids]
    if wanted.product_ids is not None:
        given["products"] = [*wanted.product_ids]
    statement = _statement(wanted.sort, wanted.descending, frozenset(given))
    values = given | {"q": q, "limit": wanted.limit, "offset": wanted.offset}
    return [StockRow._make(row) for row in db.rows(statement, values)]


def list_standards(db: Session) -> list[str]:
    """The standards that active products name, without the classification after the colon, in alphabetical order."""
    return kept(db, _load_standards)


def _load_standards(db: Session) -> list[str]:
    return list(db.scalars(_STANDARDS))


def list_levels(db: Session, product_id: UUID) -> list[StockLevel]:
    """One product's stock by warehouse."""
    query = select(StockLevel).join(StockLevel.warehouse).where(StockLevel.product_id == product_id)
    return list(db.scalars(query.options(contains_eager(StockLevel.warehouse)).order_by(Warehouse.name_sort)))


_PRODUCT, _LEVEL = Product.__table__.c, StockLevel.__table__.c
_STANDARD = func.split_part(_PRODUCT.standard, ":", 1)
"""Of "EN ISO 2560-A: E 42 4 B 32 H5" the part before the colon."""
_STANDARDS = select(_STANDARD).where(_PRODUCT.active, _PRODUCT.standard.is_not(None)).distinct().order_by(_STANDARD)


@cache
def _statement(sort: str, descending: bool, given: frozenset[str]) -> Select[Any]:
    """A stock list's statement, built once for each shape. The stock of a page's products only is added up."""
    page = _page(sort, descending, given).subquery("page")
    total, coming = _total(page.c.id), _coming(page.c.id)
    columns = [column for column in page.c if column.name not in ("begins", "by")]
    rows = select(*columns, *total.c, *coming.c).select_from(page)
    rows = rows.join(total, true()).outerjoin(coming, true())
    return rows.order_by(*_order(sort, descending, given, page.c))


def _page(sort: str, descending: bool, given: frozenset[str]) -> Select[Any]:
    """The products of one page, with what they are ordered by."""
    lying = select(func.coalesce(func.sum(_LEVEL.quantity), 0)).where(_LEVEL.product_id == _PRODUCT.id)
    by = {"code": _PRODUCT.code, "name": _PRODUCT.name_sort, "stock": lying.scalar_subquery()}[sort]
    own = [_PRODUCT[name] for name in ("id", "product_group_id", "code", "name", "standard", "unit", "pack_size")]
    own.append(func.starts_with(_PRODUCT.search_key, bindparam("q", type_=String())).label("begins"))
    own.append(by.label("by"))
    narrowed = (condition for name, condition in _conditions().items() if name in given)
    rows = select(*own).where(_PRODUCT.active, *narrowed)
    return rows.order_by(*_order(sort, descending, given, rows.selected_columns)).limit(LIMIT).offset(OFFSET)


def _order(sort: str, descending: bool, given: frozenset[str], page: Any) -> list[Any]:
    """By code, what begins with the search comes first; any other order is meant as it is."""
    first = [page.begins.desc()] if sort == "code" and "words" in given else []
    return [*first, page.by.desc() if descending else page.by.asc(), page.code]


def _total(product_id: ColumnElement[UUID]) -> FromClause:
    """What lies in all warehouses together. A sum is as old as its oldest part."""
    quantity, as_of = func.sum(_LEVEL.quantity).label("quantity"), func.min(_LEVEL.as_of).label("as_of")
    source = func.string_agg(_LEVEL.source.distinct(), ", ").label("source")
    return select(quantity, as_of, source).where(_LEVEL.product_id == product_id).lateral("total")


def _coming(product_id: ColumnElement[UUID]) -> FromClause:
    """What is expected next."""
    quantity = func.sum(_LEVEL.expected_quantity).label("expected_quantity")
    expected = select(quantity, _LEVEL.expected_on).where(
        _LEVEL.product_id == product_id, _LEVEL.expected_on.is_not(None)
    )
    return expected.group_by(_LEVEL.expected_on).order_by(_LEVEL.expected_on).limit(1).lateral("coming")


def _conditions() -> dict[str, ColumnElement[bool]]:
    """What each part of a StockFilter asks, for parameters of the same names."""
    word = func.unnest(bindparam("words", type_=ARRAY(String()))).column_valued("word")
    return {
        # strpos knows no wildcards: what is typed is what is looked for.
        "words": ~select(word).where(func.strpos(_PRODUCT.search_key, word) == 0).exists(),
        "groups": _PRODUCT.product_group_id == any_(bindparam("groups", type_=ARRAY(Uuid()))),
        "standard": bindparam("standard", type_=String()) == _STANDARD,
        "products": _PRODUCT.id == any_(bindparam("products", type_=ARRAY(Uuid()))),
        "in_stock": exists().where(_LEVEL.product_id == _PRODUCT.id, _LEVEL.quantity > 0),
    }
