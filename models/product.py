"""What we sell: product groups (a tree with a base unit), brands, products and, apart, what they cost us."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.access import ALL, Access, read, write
from models.base import Base, Created, Currency, Key, Named, Price, Quantity
from models.errors import NotFound
from models.session import Session
from models.sync.feed import CATALOGUE, Feed

EVERYBODY_READS = Access(dealer=read(ALL), rep=read(ALL), manager=read(ALL), hq=write(ALL))


class ProductGroup(Named, Base):
    """A node in the tree of product groups. Quantities of different products add up in its base unit."""

    __tablename__ = "product_group"
    __feed__ = Feed("product_group", CATALOGUE)
    __access__ = EVERYBODY_READS

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("product_group.id"), index=True)
    base_unit: Mapped[str]

    parent: Mapped[ProductGroup | None] = relationship(remote_side="ProductGroup.id")


class Brand(Named, Base):
    """A brand: ours or a competitor's."""

    __tablename__ = "brand"
    __feed__ = Feed("brand", CATALOGUE)
    __access__ = EVERYBODY_READS

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    ours: Mapped[bool] = mapped_column(default=False, server_default="false")


class Product(Named, Base):
    """Something with a code that is sold by the unit, in packs; a unit is `base_quantity` of the group's base unit."""

    __tablename__ = "product"
    __feed__ = Feed("product", CATALOGUE)
    __table_args__ = (
        Index("ix_product_name", "name_key"),
        CheckConstraint("pack_size > 0", name="pack_size"),
        CheckConstraint("base_quantity > 0", name="base_quantity"),
    )
    __access__ = EVERYBODY_READS

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"), index=True)
    brand_id: Mapped[UUID | None] = mapped_column(ForeignKey("brand.id"), index=True)
    standard: Mapped[str | None]
    unit: Mapped[str]
    pack_size: Mapped[Quantity] = mapped_column(default=Decimal(1), server_default="1")
    base_quantity: Mapped[Quantity] = mapped_column(default=Decimal(1), server_default="1")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[Created]
    search_key: Mapped[str] = mapped_column(
        String(collation="C"), Computed("portal_fold(code || ' ' || name)", persisted=True)
    )

    product_group: Mapped[ProductGroup] = relationship()
    brand: Mapped[Brand | None] = relationship()

    def in_base_unit(self, quantity: Decimal) -> Decimal:
        """A quantity of sales units in the group's base unit (kg for consumables, piece for machines)."""
        return quantity * self.base_quantity


class ProductCost(Base):
    """What a product costs us. A table of its own because only head office may know. Its id is the product's."""

    __tablename__ = "product_cost"
    __access__ = Access(hq=write(ALL))

    id: Mapped[UUID] = mapped_column(ForeignKey("product.id"), primary_key=True)
    cost: Mapped[Price]
    currency: Mapped[Currency]


def get_product(db: Session, product_id: UUID) -> Product:
    """The product with its group and brand. Raises NotFound."""
    loading = (joinedload(Product.product_group), joinedload(Product.brand))
    product = db.scalar(select(Product).where(Product.id == product_id).options(*loading))
    if product is None:
        raise NotFound
    return product
