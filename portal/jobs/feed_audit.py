"""Checks each night that the change feed says what the tables say. It reports and mends nothing: a difference is a
mistake of ours or a change that passed the database's triggers by, and somebody must know of it."""

from collections.abc import Sequence

from models.errors import N_
from models.sync.audit import Finding, audit_feed
from portal.jobs.job import Work

TOLD = 20
"""How many differences a run names; it counts all of them."""


class FeedDiffers(Exception):
    """The feed and the tables differ. The run has failed, so head office sees it on the page of the jobs."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        named = "; ".join(" ".join(str(part) for part in finding if part is not None) for finding in findings[:TOLD])
        super().__init__(f"{len(findings)} differences between the change feed and the tables: {named}")


def audit_field_sync(work: Work) -> None:
    """Recompute every bucket from the tables. Raises FeedDiffers when anything differs."""
    with work.transaction() as db:
        findings = audit_feed(db)
    work.count(N_("differences found"), len(findings))
    if findings:
        raise FeedDiffers(findings)
