"""Reading a market share run: a matrix of figures, one line of it in depth, how it moved, and what lies behind it.

A figure may stand for several regions (all that the principal sees): quantities and accounts add up, because an account
lies in one region, and the share is again the ratio of the totals.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from models.errors import NotFound
from models.market.run import MarketShare, MarketShareEvidence, MarketShareRun, MarketTotal, newest_of_months
from models.market.shares import THIN, Freshness, freshness, ratio
from models.product import Brand, ProductGroup
from models.region import Region
from models.session import Session

NOTHING = Decimal(0)
Columns = TypeVarTuple("Columns")


@dataclass(slots=True)
class Figure:
    """All brands of a product group in one region or several: what was told, and how far it can be relied on."""

    quantity: Decimal
    accounts: int
    fresh_accounts: int
    known_accounts: int
    potential: Decimal
    explained: Decimal
    latest_on: date | None
    brands: dict[UUID, Decimal] = field(default_factory=dict)
    """The quantity of each brand, base units a year."""

    def add(self, brand_id: UUID, quantity: Decimal) -> None:
        """Count a quantity for a brand."""
        self.brands[brand_id] = self.brands.get(brand_id, NOTHING) + quantity

    def share(self, brand_ids: Collection[UUID]) -> Decimal | None:
        """The share of these brands together; None when nobody uses any brand."""
        return ratio(sum((self.brands.get(brand_id, NOTHING) for brand_id in brand_ids), NOTHING), self.quantity)

    @property
    def coverage(self) -> Decimal | None:
        """How many of the known accounts told their usage, as a fraction."""
        return ratio(self.accounts, self.known_accounts)

    @property
    def explained_share(self) -> Decimal | None:
        """How much of the known potential the told usage explains, as a fraction."""
        return ratio(self.explained, self.potential)

    @property
    def is_thin(self) -> bool:
        """Whether too few accounts told to rely on it."""
        return self.accounts < THIN

    @property
    def freshness(self) -> Freshness | None:
        """How fresh the answers are."""
        return freshness(self.fresh_accounts, self.accounts)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the matrix: a product group, either what was logged on it or (`rolled_up`) all beneath it, too."""

    product_group: ProductGroup
    rolled_up: bool
    depth: int = 0

    @property
    def key(self) -> tuple[UUID, bool]:
        """What names the line."""
        return self.product_group.id, self.rolled_up


@dataclass(frozen=True, slots=True)
class Matrix:
    """A run as lines: for each one figure over all regions that are seen, and one per region."""

    lines: Sequence[Line]
    regions: Sequence[Region]
    brands: Sequence[Brand]
    overall: dict[tuple[UUID, bool], Figure]
    by_region: dict[tuple[UUID, bool, UUID], Figure]

    def figure(self, line: Line, region: Region | None = None) -> Figure | None:
        """The figure of a line in a region, or in all; None where the run has none."""
        product_group_id, rolled_up = line.key
        if region is None:
            return self.overall.get(line.key)
        return self.by_region.get((product_group_id, rolled_up, region.id))

    def share_of(self, line: Line, region: Region | None, brand_ids: Collection[UUID]) -> Decimal | None:
        """The share of these brands in a line and region; None where nothing was told."""
        figure = self.figure(line, region)
        return figure.share(brand_ids) if figure else None

    def has_total(self, line: Line) -> bool:
        """Whether the line's group has a total, beside which the line is what was logged on the group itself."""
        return (line.product_group.id, True) in self.overall

    @property
    def ours(self) -> list[UUID]:
        """The brands that are ours."""
        return [brand.id for brand in self.brands if brand.ours]


def read_matrix(db: Session, run: MarketShareRun) -> Matrix:
    """Everything that the principal sees of a run. Six queries, however large it is."""
    in_run = MarketTotal.run_id == run.id
    overall = {(row.product_group_id, row.rolled_up): _figure(row) for row in db.execute(_totals().where(in_run))}
    by_region = {
        (row.product_group_id, row.rolled_up, row.region_id): _figure(row)
        for row in db.execute(_totals(MarketTotal.region_id).where(in_run))
    }
    for share in db.scalars(select(MarketShare).where(MarketShare.run_id == run.id)):
        overall[share.product_group_id, share.rolled_up].add(share.brand_id, share.quantity)
        by_region[share.product_group_id, share.rolled_up, share.region_id].add(share.brand_id, share.quantity)
    used = {brand_id for figure in overall.values() for brand_id in figure.brands}
    return Matrix(
        lines=_in_order_of_the_tree(db, overall),
        regions=list_regions(db, run),
        brands=list_brands(db, used),
        overall=overall,
        by_region=by_region,
    )


def get_line(db: Session, product_group_id: UUID, *, rolled_up: bool) -> Line:
    """The line of a product group. Raises NotFound when there is no such group."""
    group = db.get(ProductGroup, product_group_id)
    if group is None:
        raise NotFound
    return Line(group, rolled_up)


def list_regions(db: Session, run: MarketShareRun) -> Sequence[Region]:
    """The regions of a run that the principal sees."""
    seen = select(MarketTotal.region_id).where(MarketTotal.run_id == run.id)
    return db.scalars(select(Region).where(Region.id.in_(seen)).order_by(Region.name_sort)).all()


def read_figure(db: Session, run: MarketShareRun, line: Line, region_id: UUID | None = None) -> Figure | None:
    """One line of a run in one region, or in all that are seen; None where nothing was told."""
    return _read_figures(db, [run.id], line, region_id).get(run.id)


def read_trend(db: Session, line: Line, region_id: UUID | None = None, months: int = 12) -> list[tuple[date, Figure]]:
    """(end of the period, figure) of the newest run of each of the last months, oldest first."""
    until = dict(db.execute(newest_of_months().limit(months)).all())
    figures = _read_figures(db, until, line, region_id)
    return sorted(((until[run_id], figure) for run_id, figure in figures.items()), key=lambda point: point[0])


def list_evidence(
    db: Session,
    run: MarketShareRun,
    line: Line,
    *,
    region_id: UUID | None = None,
    brand_id: UUID | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[MarketShareEvidence]:
    """The observations behind a line's figure, the largest first; `account` is None where it moved out of sight."""
    groups = run.members(line.product_group.id) if line.rolled_up else [line.product_group.id]
    query = select(MarketShareEvidence).where(
        MarketShareEvidence.run_id == run.id, MarketShareEvidence.product_group_id.in_(groups)
    )
    if region_id is not None:
        query = query.where(MarketShareEvidence.region_id == region_id)
    if brand_id is not None:
        query = query.where(MarketShareEvidence.brand_id == brand_id)
    query = query.options(
        *(
            joinedload(related)
            for related in (
                MarketShareEvidence.product_group,
                MarketShareEvidence.brand,
                MarketShareEvidence.account,
                MarketShareEvidence.user,
            )
        )
    )
    order = (MarketShareEvidence.quantity.desc(), MarketShareEvidence.observed_on.desc(), MarketShareEvidence.id)
    return list(db.scalars(query.order_by(*order).limit(limit).offset(offset)))


def list_brands(db: Session, brand_ids: Collection[UUID]) -> Sequence[Brand]:
    """These brands, ours first."""
    query = select(Brand).where(Brand.id.in_(brand_ids))
    return db.scalars(query.order_by(Brand.ours.desc(), Brand.name_sort, Brand.id)).all()


def _read_figures(db: Session, run_ids: Collection[UUID], line: Line, region_id: UUID | None) -> dict[UUID, Figure]:
    totals = _of_line(_totals(MarketTotal.run_id), MarketTotal, line, region_id)
    figures = {row.run_id: _figure(row) for row in db.execute(totals.where(MarketTotal.run_id.in_(run_ids)))}
    shares = _of_line(select(MarketShare), MarketShare, line, region_id).where(MarketShare.run_id.in_(run_ids))
    for share in db.scalars(shares):
        figures[share.run_id].add(share.brand_id, share.quantity)
    return figures


def _totals(*by: InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    """Totals added up for each line and each value of `by`."""
    keys = (MarketTotal.product_group_id, MarketTotal.rolled_up, *by)
    sums = ("quantity", "accounts", "fresh_accounts", "known_accounts", "potential", "explained")
    return select(
        *keys,
        *(func.sum(getattr(MarketTotal, name)).label(name) for name in sums),
        func.max(MarketTotal.latest_on).label("latest_on"),
    ).group_by(*keys)


def _figure(row: Any) -> Figure:
    return Figure(
        row.quantity,
        row.accounts,
        row.fresh_accounts,
        row.known_accounts,
        row.potential,
        row.explained,
        row.latest_on,
    )


def _of_line(
    query: Select[*Columns], table: type[MarketTotal] | type[MarketShare], line: Line, region_id: UUID | None
) -> Select[*Columns]:
    product_group_id, rolled_up = line.key
    query = query.where(table.product_group_id == product_group_id, table.rolled_up == rolled_up)
    return query if region_id is None else query.where(table.region_id == region_id)


def _in_order_of_the_tree(db: Session, keys: Collection[tuple[UUID, bool]]) -> list[Line]:
    """Parents before what is beneath them, a total before what was logged on the group itself."""
    groups = {group.id: group for group in db.scalars(select(ProductGroup))}

    def path(group_id: UUID) -> tuple[tuple[str, UUID], ...]:
        group = groups[group_id]
        above = path(group.parent_id) if group.parent_id else ()
        return (*above, (group.name_sort, group.id))

    def depth(group_id: UUID) -> int:
        return sum((above, True) in keys for _, above in path(group_id)[:-1])

    lines = [
        Line(groups[group_id], rolled_up, depth(group_id) + (not rolled_up and (group_id, True) in keys))
        for group_id, rolled_up in keys
    ]
    return sorted(lines, key=lambda line: (path(line.product_group.id), not line.rolled_up))
