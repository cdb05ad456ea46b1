"""Warehouses and stock levels; a stock level always says as of when, and from where it came."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Named, Quantity
from models.product import EVERYBODY_READS, Product


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
