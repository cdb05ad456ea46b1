"""Supply links: from whom an account buys which brand, our dealers and others alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.account import Account
from models.base import Base, Created, Key, Synced
from models.dealer import Dealer
from models.market import CompetitorActivity, at_account
from models.product import Brand, ProductGroup
from models.session import Session
from models.sync.feed import TERRITORY, Feed
from models.visit import FIELD


class SupplyLink(Synced, Base):
    """That an account buys a brand from a dealer of ours, or from another company by its name.

    `product_group` is None where it buys all of the brand there; `ended_on` is the day from which it no longer does.
    """

    __tablename__ = "supply_link"
    __feed__ = Feed("supply_link", TERRITORY, "territory_id")
    __table_args__ = (
        at_account(),
        CheckConstraint("num_nonnulls(dealer_id, supplier) = 1", name="supplier"),
        CheckConstraint("supplier <> ''", name="supplier_name"),
        CheckConstraint("ended_on >= observed_on", name="ended_on"),
        Index("ix_supply_link_account", "account_id", "brand_id"),
    )
    __access__ = FIELD

    id: Mapped[Key]
    account_id: Mapped[UUID]
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id"))
    product_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("product_group.id"))
    dealer_id: Mapped[UUID | None] = mapped_column(ForeignKey("dealer.id"), index=True)
    supplier: Mapped[str | None]
    observed_on: Mapped[date]
    ended_on: Mapped[date | None]
    created_at: Mapped[Created]

    account: Mapped[Account] = relationship(primaryjoin="foreign(SupplyLink.account_id) == Account.id")
    brand: Mapped[Brand] = relationship()
    product_group: Mapped[ProductGroup | None] = relationship()
    dealer: Mapped[Dealer | None] = relationship()

    @property
    def supplier_name(self) -> str | None:
        """Who supplies, by name; None for a dealer that the reader may not see."""
        return self.dealer.name if self.dealer else self.supplier


def list_supply(db: Session, account: Account) -> Sequence[SupplyLink]:
    """From whom the account buys now, our brands first."""
    query = (
        select(SupplyLink)
        .join(SupplyLink.brand)
        .where(SupplyLink.account_id == account.id, SupplyLink.ended_on.is_(None))
        .options(joinedload(SupplyLink.brand), joinedload(SupplyLink.product_group), joinedload(SupplyLink.dealer))
        .order_by(Brand.ours.desc(), Brand.name_sort, SupplyLink.observed_on.desc(), SupplyLink.id)
    )
    return db.scalars(query).all()


def list_activities(db: Session, account: Account, *, limit: int = 10) -> Sequence[CompetitorActivity]:
    """What competitors did at the account lately, the newest first."""
    query = (
        select(CompetitorActivity)
        .where(CompetitorActivity.account_id == account.id)
        .options(
            joinedload(CompetitorActivity.brand),
            joinedload(CompetitorActivity.user),
            joinedload(CompetitorActivity.visit),
        )
        .order_by(CompetitorActivity.happened_on.desc(), CompetitorActivity.id.desc())
    )
    return db.scalars(query.limit(limit)).all()
