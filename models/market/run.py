"""Market share runs: what one consolidation found, its cells and the observations behind them. Never changed.

Written by `models.market.consolidate` alone; no role but the system's may add or remove a run, and none may change one.
Housekeeping thins old runs to one a month, each whole (`thin_runs`).
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, UniqueConstraint, delete, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_REGION, Access, read
from models.account import Account
from models.base import Base, Created, Json, Key, Quantity
from models.product import Brand, ProductGroup
from models.region import Region
from models.session import Session
from models.user import User

OF_THE_REGION = Access(manager=read(OWN_REGION), hq=read(ALL))


class MarketShareRun(Base):
    """One reproducible consolidation: the period, the parameters and how much went into it.

    `parameters["members"]` names, for each product group with groups beneath it, those that its total is made of.
    """

    __tablename__ = "market_share_run"
    __table_args__ = (Index("ix_market_share_run_newest", "period_until", "consolidated_at"),)
    __access__ = Access(manager=read(ALL), hq=read(ALL))

    id: Mapped[Key]
    period_from: Mapped[date]
    period_until: Mapped[date]
    consolidated_at: Mapped[Created]
    parameters: Mapped[Json]
    accounts: Mapped[int]
    usages: Mapped[int]

    def members(self, product_group_id: UUID) -> list[UUID]:
        """The groups whose observations the total of this group is made of."""
        return [UUID(member) for member in self.parameters["members"].get(str(product_group_id), ())]


class MarketTotal(Base):
    """All brands of a product group in a region: how much was told, by how many, and how much of what is known.

    Quantities are base units a year. `rolled_up` rows stand for a group with everything beneath it, the others for
    what was logged on the group itself. `accounts` of `known_accounts` in the region told their usage,
    `fresh_accounts` of them lately. `potential` is what accounts said to use of all brands, `explained` the usage that
    the same accounts told.
    """

    __tablename__ = "market_total"
    __table_args__ = (UniqueConstraint("run_id", "product_group_id", "region_id", "rolled_up"),)
    __audited__ = False  # written by the run that it belongs to, and never changed
    __access__ = OF_THE_REGION

    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("market_share_run.id", ondelete="CASCADE"))
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"))
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id"))
    rolled_up: Mapped[bool]
    quantity: Mapped[Quantity]
    accounts: Mapped[int]
    fresh_accounts: Mapped[int]
    known_accounts: Mapped[int]
    sources: Mapped[int]
    potential: Mapped[Quantity]
    explained: Mapped[Quantity]
    latest_on: Mapped[date | None]

    product_group: Mapped[ProductGroup] = relationship()
    region: Mapped[Region] = relationship()


class MarketShare(Base):
    """One cell of a run: `quantity` of `total` base units a year are of this brand, at `accounts` accounts.

    `sources` counts the people who told it. There is no cell where nobody uses the brand.
    """

    __tablename__ = "market_share"
    __table_args__ = (UniqueConstraint("run_id", "product_group_id", "region_id", "brand_id", "rolled_up"),)
    __audited__ = False  # written by the run that it belongs to, and never changed
    __access__ = OF_THE_REGION

    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("market_share_run.id", ondelete="CASCADE"))
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"))
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id"))
    brand_id: Mapped[UUID] = mapped_column(ForeignKey("brand.id"))
    rolled_up: Mapped[bool]
    quantity: Mapped[Quantity]
    total: Mapped[Quantity]
    accounts: Mapped[int]
    sources: Mapped[int]
    latest_on: Mapped[date]

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
    __audited__ = False  # written by the run that it belongs to, and never changed
    __access__ = OF_THE_REGION

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

    product_group: Mapped[ProductGroup] = relationship()
    region: Mapped[Region] = relationship()
    brand: Mapped[Brand] = relationship()
    account: Mapped[Account] = relationship()
    user: Mapped[User] = relationship()


def newest_run(db: Session) -> MarketShareRun | None:
    """The run that readers see: of the latest period, and of several for that period the last."""
    return db.scalar(_newest_first().limit(1))


def run_before(db: Session, run: MarketShareRun, days: int = 28) -> MarketShareRun | None:
    """What to compare a run with: the newest whose period ended at least so many days earlier."""
    earlier = MarketShareRun.period_until <= run.period_until - timedelta(days=days)
    return db.scalar(_newest_first().where(earlier).limit(1))


def newest_of_months() -> Select[UUID, date]:
    """(id, end of the period) of the newest run of each month, the latest month first: what a trend shows."""
    month = func.date_trunc(literal_column("'month'"), MarketShareRun.period_until)
    runs = select(MarketShareRun.id, MarketShareRun.period_until).ext(distinct_on(month))
    return runs.order_by(month.desc(), *_NEWEST_FIRST)


def thin_runs(db: Session, before: date) -> int:
    """Remove runs of periods that ended before a day, but the newest of each month; returns how many.

    With a run go its cells and its evidence, so that every run that is left can still be followed to its visits.
    """
    kept = newest_of_months().subquery()
    old = MarketShareRun.period_until < before
    removed = delete(MarketShareRun).where(old, MarketShareRun.id.not_in(select(kept.c.id)))
    return db.connection().execute(removed).rowcount


_NEWEST_FIRST = (MarketShareRun.period_until.desc(), MarketShareRun.consolidated_at.desc(), MarketShareRun.id.desc())


def _newest_first() -> Select[MarketShareRun]:
    return select(MarketShareRun).order_by(*_NEWEST_FIRST)
