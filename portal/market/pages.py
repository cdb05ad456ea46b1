"""What the page of one line shows: read for the region and the brand that the address names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from models.errors import N_
from models.market.matrix import Figure, Line, list_brands, list_evidence, list_regions, read_figure, read_trend
from models.market.run import MarketShareEvidence, MarketShareRun, run_before
from models.product import Brand
from portal.web import db
from portal.web.lists import Filter, Listing, ListState, Page

LISTING = Listing(
    sorts=("quantity",),
    default_sort="-quantity",
    filters=(Filter("region", N_("Region")), Filter("brand", N_("Brand"))),
    size=25,
)
DRAWN = 6
"""So many brands have a line of their own in the trend; the smaller ones would only hide them."""


@dataclass(frozen=True)
class LinePage:
    """One line of the newest run, beside itself four weeks before."""

    run: MarketShareRun
    line: Line
    state: ListState
    figure: Figure | None
    earlier: tuple[date, Figure] | None
    trend: Sequence[tuple[date, Figure]]
    brands: Sequence[Brand]
    evidence: Page[MarketShareEvidence]

    @cached_property
    def subject(self) -> Sequence[Brand]:
        """Whose share the page is about: the chosen brand, else all of ours."""
        chosen = self.state.chosen.get("brand")
        return [brand for brand in self.brands if (str(brand.id) == chosen if chosen else brand.ours)]

    @cached_property
    def ranked(self) -> Sequence[Brand]:
        """The brands in use here, ours first, then the largest."""
        quantities = self.figure.brands if self.figure else {}
        used = [brand for brand in self.brands if brand.id in quantities]
        return sorted(used, key=lambda brand: (not brand.ours, -quantities[brand.id]))

    @cached_property
    def drawn(self) -> Sequence[Brand]:
        """The brands with a line in the trend: the page's subject and the largest others."""
        return [*self.subject, *(brand for brand in self.ranked if brand not in self.subject)][:DRAWN]

    def share(self, figure: Figure | None) -> Decimal | None:
        """The share of the page's subject in a figure."""
        return figure.share([brand.id for brand in self.subject]) if figure else None

    @property
    def points(self) -> Decimal | None:
        """By how many percentage points the share grew since the earlier run."""
        now, before = self.share(self.figure), self.share(self.earlier[1] if self.earlier else None)
        return None if now is None or before is None else (now - before) * 100


def read_line_page(run: MarketShareRun, line: Line) -> LinePage:
    """The page of a line."""
    regions = list_regions(db, run)
    everything = read_figure(db, run, line)
    brands = list_brands(db, everything.brands if everything else ())
    state = LISTING.read(
        None,
        region=[(str(region.id), region.name) for region in regions] if len(regions) > 1 else (),
        brand=[(str(brand.id), brand.name) for brand in brands],
    )
    region_id, brand_id = _id(state.chosen.get("region")), _id(state.chosen.get("brand"))
    before = run_before(db, run)
    earlier = read_figure(db, before, line, region_id) if before else None
    found = list_evidence(db, run, line, region_id=region_id, brand_id=brand_id, limit=state.limit, offset=state.offset)
    return LinePage(
        run=run,
        line=line,
        state=state,
        figure=read_figure(db, run, line, region_id) if region_id else everything,
        earlier=(before.period_until, earlier) if before and earlier else None,
        trend=read_trend(db, line, region_id),
        brands=brands,
        evidence=state.page(found),
    )


def _id(value: str | None) -> UUID | None:
    return UUID(value) if value else None
