"""What the market uses: brand usage and potential at accounts, competitor activity, and the consolidation runs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_REGION, Access, read
from models.account import Account
from models.base import Base, Created, Json, Key, Quantity, Synced
from models.product import Brand, ProductGroup
from models.region import Region
from models.sync.feed import TERRITORY, Feed
from models.visit import FIELD

CONFIDENCES = ("low", "medium", "high")
SOURCES = ("visit", "call", "dealer", "estimate")


def _at_account() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["account_id", "territory_id", "region_id"],
        ["account.id", "account.territory_id", "account.region_id"],
        onupdate="CASCADE",
    )


class BrandUsage(Synced, Base):
    """What an account uses of one brand in one product group: base units a year, as somebody told us on a day."""

    __tablename__ = "brand_usage"
    __feed__ = Feed("brand_usage", TERRITORY, "territory_id")
    __table_args__ = (
        _at_account(),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint(f"source in {SOURCES}", name="source"),
        CheckConstraint(f"confidence in {CONFIDENCES}", name="confidence"),
        Index("ix_brand_usage_latest", "account_id", "product_group_id", "brand_id", "observed_on"),
    )
    __access__ = FIELD

    id: Mapped[Key]
    account_id: Mapped[UUID]
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"))
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id"))
    quantity: Mapped[Quantity]
    observed_on: Mapped[date]
    source: Mapped[str] = mapped_column(default="visit", server_default="visit")
    confidence: Mapped[str] = mapped_column(default="medium", server_default="medium")
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Created]

    account: Mapped[Account] = relationship(primaryjoin="foreign(BrandUsage.account_id) == Account.id", viewonly=True)
    product_group: Mapped[ProductGroup] = relationship()
    brand: Mapped[Brand] = relationship()


class Potential(Synced, Base):
    """What an account uses in a product group altogether: base units a year, as somebody told us on a day."""

    __tablename__ = "potential"
    __feed__ = Feed("potential", TERRITORY, "territory_id")
    __table_args__ = (
        _at_account(),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_potential_latest", "account_id", "product_group_id", "observed_on"),
    )
    __access__ = FIELD

    id: Mapped[Key]
    account_id: Mapped[UUID]
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"))
    quantity: Mapped[Quantity]
    observed_on: Mapped[date]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Created]

    product_group: Mapped[ProductGroup] = relationship()


class CompetitorActivity(Synced, Base):
    """Something a competitor did at an account: what, when, and who told us."""

    __tablename__ = "competitor_activity"
    __table_args__ = (_at_account(), CheckConstraint("text <> ''", name="text"))
    __access__ = FIELD

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(index=True)
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id"))
    happened_on: Mapped[date]
    text: Mapped[str]
    told_by: Mapped[str | None]
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[Created]

    brand: Mapped[Brand] = relationship()


class MarketShareRun(Base):
    """One reproducible consolidation: the period, the parameters and how much went into it. Never changed."""

    __tablename__ = "market_share_run"
    __access__ = Access(manager=read(ALL), hq=read(ALL))

    id: Mapped[Key]
    period_from: Mapped[date]
    period_until: Mapped[date]
    consolidated_at: Mapped[Created]
    parameters: Mapped[Json]
    accounts: Mapped[int]
    usages: Mapped[int]


class MarketShare(Base):
    """One cell of a run: what share a brand has of a product group in a region.

    `quantity` ÷ `total`, both base units a year; `accounts` of `known_accounts` in the region told their usage.
    """

    __tablename__ = "market_share"
    __table_args__ = (UniqueConstraint("run_id", "product_group_id", "region_id", "brand_id"),)
    __access__ = Access(manager=read(OWN_REGION), hq=read(ALL))

    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("market_share_run.id", ondelete="CASCADE"))
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"))
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id"))
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id"))
    quantity: Mapped[Quantity]
    total: Mapped[Quantity]
    accounts: Mapped[int]
    known_accounts: Mapped[int]
    sources: Mapped[int]
    latest_on: Mapped[date]

    run: Mapped[MarketShareRun] = relationship()
    product_group: Mapped[ProductGroup] = relationship()
    region: Mapped[Region] = relationship()
    brand: Mapped[Brand] = relationship()

    @property
    def share(self) -> Decimal:
        """The share as a fraction between 0 and 1."""
        return self.quantity / self.total


class MarketShareEvidence(Base):
    """Which observation went into a run, with the quantity it had then: the way from a cell down to its visits."""

    __tablename__ = "market_share_evidence"
    __table_args__ = (Index("ix_market_share_evidence_cell", "run_id", "product_group_id", "region_id", "brand_id"),)
    __audited__ = False  # written by the same run as its cells, and never changed
    __access__ = Access(manager=read(OWN_REGION), hq=read(ALL))

    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("market_share_run.id", ondelete="CASCADE"))
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"))
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id"))
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    visit_id: Mapped[UUID | None] = mapped_column(ForeignKey("visit.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    quantity: Mapped[Quantity]
    observed_on: Mapped[date]

    account: Mapped[Account] = relationship()
