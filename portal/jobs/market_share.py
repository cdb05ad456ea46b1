"""Makes the night's market share run."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from models.base import now
from models.errors import N_
from models.market.consolidate import consolidate
from portal.jobs.job import Work

PERIOD = timedelta(days=365)


def consolidate_market(work: Work) -> None:
    """Consolidate what was told in the year up to today. Every run is a new one, and readers see the newest."""
    today = now().astimezone(ZoneInfo(work.config.timezone)).date()
    with work.transaction() as db:
        run = consolidate(db, today - PERIOD, today)
        work.count(N_("observations"), run.usages)
        work.count(N_("accounts"), run.accounts)
