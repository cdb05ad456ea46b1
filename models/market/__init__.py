"""What the market uses: brand usage and potential at accounts, and what competitors did there, as people told us."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.account import Account
from models.base import Base, Created, Key, Quantity, Synced
from models.errors import N_, Refused
from models.product import Brand, ProductGroup
from models.session import Session
from models.sync.feed import TERRITORY, Feed
from models.user import User
from models.visit import Visit, fact

CONFIDENCES = ("low", "medium", "high")
SOURCES = ("visit", "call", "dealer", "estimate")


ON_THE_DAY = "observed_on::timestamptz, (observed_on + 1)::timestamptz"
ON_THAT_DAY = "happened_on::timestamptz, (happened_on + 1)::timestamptz"


def at_account() -> ForeignKeyConstraint:
    """That a row lies where its account lies."""
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
        at_account(),
        CheckConstraint("quantity >= 0", name="quantity"),
        CheckConstraint(f"source in {SOURCES}", name="source"),
        CheckConstraint(f"confidence in {CONFIDENCES}", name="confidence"),
        Index("ix_brand_usage_latest", "account_id", "product_group_id", "brand_id", "observed_on"),
    )
    __access__ = fact(ON_THE_DAY)

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

    account: Mapped[Account] = relationship(primaryjoin="foreign(BrandUsage.account_id) == Account.id")
    product_group: Mapped[ProductGroup] = relationship()
    brand: Mapped[Brand] = relationship()
    visit: Mapped[Visit | None] = relationship()
    user: Mapped[User] = relationship()


class Potential(Synced, Base):
    """What an account uses in a product group altogether: base units a year, as somebody told us on a day."""

    __tablename__ = "potential"
    __feed__ = Feed("potential", TERRITORY, "territory_id")
    __table_args__ = (
        at_account(),
        CheckConstraint("quantity >= 0", name="quantity"),
        Index("ix_potential_latest", "account_id", "product_group_id", "observed_on"),
    )
    __access__ = fact(ON_THE_DAY)

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

    account: Mapped[Account] = relationship(primaryjoin="foreign(Potential.account_id) == Account.id")
    product_group: Mapped[ProductGroup] = relationship()
    visit: Mapped[Visit | None] = relationship()
    user: Mapped[User] = relationship()


class CompetitorActivity(Synced, Base):
    """Something a competitor did at an account: what, when, and who told us."""

    __tablename__ = "competitor_activity"
    __feed__ = Feed("competitor_activity", TERRITORY, "territory_id")
    __table_args__ = (at_account(), CheckConstraint("text <> ''", name="text"))
    __access__ = fact(ON_THAT_DAY)

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

    account: Mapped[Account] = relationship(primaryjoin="foreign(CompetitorActivity.account_id) == Account.id")
    brand: Mapped[Brand] = relationship()
    visit: Mapped[Visit | None] = relationship()
    user: Mapped[User] = relationship()


def record_usage(
    db: Session,
    account: Account,
    product_group: ProductGroup,
    brand: Brand,
    quantity: Decimal,
    *,
    observed_on: date,
    user: User,
    visit: Visit | None = None,
    source: str = "visit",
    confidence: str = "medium",
) -> BrandUsage:
    """Note that the account uses `quantity` base units of the brand a year. Older notes stay; the latest counts."""
    usage = BrandUsage(
        **_told(account, quantity, observed_on, user, visit),
        product_group=product_group,
        brand=brand,
        source=source,
        confidence=confidence,
    )
    db.add(usage)
    return usage


def record_potential(
    db: Session,
    account: Account,
    product_group: ProductGroup,
    quantity: Decimal,
    *,
    observed_on: date,
    user: User,
    visit: Visit | None = None,
) -> Potential:
    """Note that the account uses `quantity` base units a year of all brands together."""
    potential = Potential(**_told(account, quantity, observed_on, user, visit), product_group=product_group)
    db.add(potential)
    return potential


def record_activity(
    db: Session,
    account: Account,
    brand: Brand,
    text: str,
    *,
    happened_on: date,
    user: User,
    told_by: str | None = None,
    visit: Visit | None = None,
) -> CompetitorActivity:
    """Note what a competitor did at the account, and who told us."""
    if not text.strip():
        raise Refused(N_("Write what the competitor did."))
    activity = CompetitorActivity(
        account=account,
        territory_id=account.territory_id,
        region_id=account.region_id,
        brand=brand,
        text=text.strip(),
        happened_on=happened_on,
        told_by=told_by,
        user=user,
        visit=visit,
    )
    db.add(activity)
    return activity


def _told(account: Account, quantity: Decimal, observed_on: date, user: User, visit: Visit | None) -> dict[str, object]:
    if quantity < 0:
        raise Refused(N_("A quantity cannot be less than nothing."))
    return {
        "account": account,
        "territory_id": account.territory_id,
        "region_id": account.region_id,
        "quantity": quantity,
        "observed_on": observed_on,
        "user": user,
        "visit": visit,
    }
