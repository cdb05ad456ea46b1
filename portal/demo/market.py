"""The market share runs of the past months and of last night, by the very consolidation that the job runs."""

from __future__ import annotations

from datetime import date, timedelta

from models.market.consolidate import consolidate
from portal.demo.calendar import moment
from portal.demo.scene import Scene

MONTHS = 4
PERIOD = timedelta(days=365)


def add_runs(scene: Scene) -> None:
    """One run for each of the last month ends, so that there is a trend, and one for the eve of the anchor day."""
    for until in [*_month_ends(scene), scene.calendar.ago(1)]:
        consolidate(scene.db, until - PERIOD, until, at=moment(until + timedelta(days=1)))


def _month_ends(scene: Scene) -> list[date]:
    ends = [scene.calendar.first_of_month(months) - timedelta(days=1) for months in range(MONTHS - 1, -1, -1)]
    return [end for end in ends if end < scene.calendar.ago(1)]
