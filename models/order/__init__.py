"""Orders of dealers: lines, the status timeline, and shipments."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_DEALER, OWN_REGION, OWN_TERRITORIES, Access, read, through, write
from models.base import Base, Currency, Key, Money, Percent, Price, Quantity
from models.dealer import Dealer
from models.errors import N_
from models.product import Product

STATUSES = {
    "placed": N_("Placed"),
    "confirmed": N_("Confirmed"),
    "shipped": N_("Shipped"),
    "delivered": N_("Delivered"),
    "cancelled": N_("Cancelled"),
}
OPEN_STATUSES = ("placed", "confirmed")
STEPS = ("placed", "confirmed", "shipped", "delivered")
"""The way of an order that nobody cancels."""
LINE_STATES = {
    "ordered": N_("Ordered"),
    "partly_confirmed": N_("Partly confirmed"),
    "confirmed": N_("Confirmed"),
    "partly_shipped": N_("Partly shipped"),
    "shipped": N_("Shipped"),
}
_OF_ORDER = through("order", "order_id")
OF_ORDER = Access(dealer=read(OWN_DEALER), rep=read(_OF_ORDER), manager=read(_OF_ORDER), hq=write(ALL))


def _belongs_to_order() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["order_id", "dealer_id"], ["order.id", "order.dealer_id"], onupdate="CASCADE", ondelete="CASCADE"
    )


class Order(Base):
    """What a dealer ordered. Territory and region follow the dealer's. `queries` has lists and figures."""

    __tablename__ = "order"
    __table_args__ = (
        ForeignKeyConstraint(
            ["dealer_id", "territory_id", "region_id"],
            ["dealer.id", "dealer.territory_id", "dealer.region_id"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("id", "dealer_id"),
        UniqueConstraint("dealer_id", "number"),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        Index("ix_order_dealer_placed", "dealer_id", "placed_at"),
        Index("ix_order_territory_placed", "territory_id", "placed_at"),
        Index("ix_order_region_placed", "region_id", "placed_at"),
        Index("ix_order_placed", "placed_at"),
        Index("ix_order_status_placed", "status", "placed_at"),
    )
    __access__ = Access(dealer=read(OWN_DEALER), rep=read(OWN_TERRITORIES), manager=read(OWN_REGION), hq=write(ALL))

    id: Mapped[Key]
    number: Mapped[str]
    number_key: Mapped[str] = mapped_column(
        String(collation="C"), Computed("portal_fold(number)", persisted=True), index=True
    )
    dealer_id: Mapped[UUID]
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    status: Mapped[str]
    placed_at: Mapped[datetime]
    requested_on: Mapped[date | None]
    currency: Mapped[Currency]
    amount: Mapped[Money]
    line_count: Mapped[int]
    source: Mapped[str]

    dealer: Mapped[Dealer] = relationship(viewonly=True)
    lines: Mapped[list[OrderLine]] = relationship(back_populates="order", order_by="OrderLine.position")
    timeline: Mapped[list[OrderStatus]] = relationship(back_populates="order", order_by="OrderStatus.happened_at")
    shipments: Mapped[list[Shipment]] = relationship(back_populates="order", order_by="Shipment.shipped_at")


class OrderLine(Base):
    """One product of an order: ordered, confirmed and shipped, in sales units."""

    __tablename__ = "order_line"
    __table_args__ = (
        _belongs_to_order(),
        UniqueConstraint("order_id", "position"),
        UniqueConstraint("id", "dealer_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )
    __access__ = OF_ORDER

    id: Mapped[Key]
    order_id: Mapped[UUID]
    dealer_id: Mapped[UUID]
    position: Mapped[int]
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"), index=True)
    quantity: Mapped[Quantity]
    confirmed_quantity: Mapped[Quantity] = mapped_column(default=Decimal(0), server_default="0")
    shipped_quantity: Mapped[Quantity] = mapped_column(default=Decimal(0), server_default="0")
    price: Mapped[Price]
    discount_percent: Mapped[Percent] = mapped_column(default=Decimal(0), server_default="0")
    amount: Mapped[Money]

    order: Mapped[Order] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship()

    @property
    def state(self) -> str:
        """How far this line has come: one of `LINE_STATES`."""
        if self.shipped_quantity >= self.quantity:
            return "shipped"
        if self.shipped_quantity > 0:
            return "partly_shipped"
        if self.confirmed_quantity >= self.quantity:
            return "confirmed"
        return "partly_confirmed" if self.confirmed_quantity > 0 else "ordered"


class OrderStatus(Base):
    """One step of an order's timeline."""

    __tablename__ = "order_status"
    __table_args__ = (
        _belongs_to_order(),
        UniqueConstraint("order_id", "status"),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
    )
    __access__ = OF_ORDER

    id: Mapped[Key]
    order_id: Mapped[UUID]
    dealer_id: Mapped[UUID]
    status: Mapped[str]
    happened_at: Mapped[datetime]
    note: Mapped[str | None]

    order: Mapped[Order] = relationship(back_populates="timeline")


class Shipment(Base):
    """Goods of an order that left a warehouse together."""

    __tablename__ = "shipment"
    __table_args__ = (
        _belongs_to_order(),
        UniqueConstraint("id", "dealer_id"),
        UniqueConstraint("dealer_id", "number"),
    )
    __access__ = OF_ORDER

    id: Mapped[Key]
    order_id: Mapped[UUID] = mapped_column(index=True)
    dealer_id: Mapped[UUID]
    number: Mapped[str]
    shipped_at: Mapped[datetime]
    carrier: Mapped[str | None]
    tracking: Mapped[str | None]

    order: Mapped[Order] = relationship(back_populates="shipments")
    lines: Mapped[list[ShipmentLine]] = relationship(back_populates="shipment")


class ShipmentLine(Base):
    """How much of an order line a shipment holds, in sales units."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shipment_id", "dealer_id"], ["shipment.id", "shipment.dealer_id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["order_line_id", "dealer_id"], ["order_line.id", "order_line.dealer_id"], onupdate="CASCADE"
        ),
        UniqueConstraint("shipment_id", "order_line_id"),
    )
    _OF_SHIPMENT = through("shipment", "shipment_id")
    __access__ = Access(dealer=read(OWN_DEALER), rep=read(_OF_SHIPMENT), manager=read(_OF_SHIPMENT), hq=write(ALL))

    id: Mapped[Key]
    shipment_id: Mapped[UUID]
    order_line_id: Mapped[UUID] = mapped_column(index=True)
    dealer_id: Mapped[UUID]
    quantity: Mapped[Quantity]

    shipment: Mapped[Shipment] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine] = relationship(primaryjoin="foreign(ShipmentLine.order_line_id) == OrderLine.id")
