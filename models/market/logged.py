"""What one visit told about the market, beside what was known before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Generic, TypeVar

from sqlalchemy import FromClause, select, true, tuple_
from sqlalchemy.orm import aliased, contains_eager, joinedload

from models.market import BrandUsage, CompetitorActivity, Potential
from models.product import Brand, ProductGroup
from models.session import Session
from models.visit import Visit

Observation = TypeVar("Observation", BrandUsage, Potential)


@dataclass(frozen=True, slots=True)
class Told(Generic[Observation]):
    """A brand usage or potential with the one told before it at the same account, if there is one."""

    now: Observation
    before: Decimal | None
    before_on: date | None

    @property
    def change(self) -> Decimal | None:
        """By how much the quantity grew; None when it was told for the first time."""
        return None if self.before is None else self.now.quantity - self.before


@dataclass(frozen=True, slots=True)
class Logged:
    """Everything about the market that a visit brought."""

    usages: Sequence[Told[BrandUsage]]
    potentials: Sequence[Told[Potential]]
    activities: Sequence[CompetitorActivity]

    @property
    def is_empty(self) -> bool:
        """Whether the visit brought nothing about the market."""
        return not (self.usages or self.potentials or self.activities)


def logged_on(db: Session, visit: Visit) -> Logged:
    """What was logged on the visit, by product group, our brands first. Three queries, however much it is."""
    activities = (
        select(CompetitorActivity)
        .where(CompetitorActivity.visit_id == visit.id)
        .options(joinedload(CompetitorActivity.brand))
        .order_by(CompetitorActivity.happened_on.desc(), CompetitorActivity.id)
    )
    return Logged(_usages(db, visit), _potentials(db, visit), db.scalars(activities).all())


def _usages(db: Session, visit: Visit) -> list[Told[BrandUsage]]:
    previous = _previous(BrandUsage, "account_id", "product_group_id", "brand_id")
    query = (
        select(BrandUsage, previous.c.quantity, previous.c.observed_on)
        .join(previous, true(), isouter=True)
        .join(BrandUsage.product_group)
        .join(BrandUsage.brand)
        .where(BrandUsage.visit_id == visit.id)
        .options(contains_eager(BrandUsage.product_group), contains_eager(BrandUsage.brand))
        .order_by(ProductGroup.name_sort, ProductGroup.id, Brand.ours.desc(), BrandUsage.quantity.desc(), BrandUsage.id)
    )
    return [Told(*row) for row in db.execute(query)]


def _potentials(db: Session, visit: Visit) -> list[Told[Potential]]:
    previous = _previous(Potential, "account_id", "product_group_id")
    query = (
        select(Potential, previous.c.quantity, previous.c.observed_on)
        .join(previous, true(), isouter=True)
        .join(Potential.product_group)
        .where(Potential.visit_id == visit.id)
        .options(contains_eager(Potential.product_group))
        .order_by(ProductGroup.name_sort, ProductGroup.id)
    )
    return [Told(*row) for row in db.execute(query)]


def _previous(mapped: type[BrandUsage] | type[Potential], *same: str) -> FromClause:
    """For each observation the one before it, of those that agree in the columns `same`."""
    before = aliased(mapped)
    age = [(getattr(before, name), getattr(mapped, name)) for name in ("observed_on", "created_at", "id")]
    return (
        select(before.quantity, before.observed_on)
        .where(
            *(getattr(before, name) == getattr(mapped, name) for name in same),
            tuple_(*(theirs for theirs, _ in age)) < tuple_(*(ours for _, ours in age)),
        )
        .order_by(*(theirs.desc() for theirs, _ in age))
        .limit(1)
        .lateral()
    )
