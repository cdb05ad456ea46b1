"""How much waits for the principal, for the counters of the navigation: one statement, however much there is."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from models.access import Scope
from models.base import now
from models.job_run import JobRun
from models.lead import Lead
from models.newest import newest_ids
from models.session import Session
from models.sync.inbox import OPEN, Operation
from models.visit import Visit
from models.visit.inbox import is_unread

MOST = 100
"""Counting stops here: whether 100 or 5,000 wait makes no difference to whoever looks."""


def waiting(db: Session) -> dict[str, int]:
    """What waits, by kind: `leads` to answer or to route, `visits` unread, `decisions` about what laptops sent, `jobs`
    that failed since yesterday."""
    kinds = _of(db)
    if not kinds:
        return {}
    columns = [select(func.count()).select_from(rows.subquery()).scalar_subquery() for rows in kinds.values()]
    return dict(zip(kinds, db.execute(select(*columns)).one(), strict=True))


def _of(db: Session) -> dict[str, Select[int]]:
    scope = db.principal.scope
    if scope is Scope.DEALER:
        return {"leads": _first(Lead.status).where(Lead.status == "offered")}
    if scope in (Scope.REP, Scope.MANAGER):
        unread = newest_ids(db, Visit, Visit.happened_at, is_unread(db), Visit.status == "completed", limit=MOST)
        return {"visits": select(literal(1)).select_from(unread), "decisions": _undecided(db)}
    if scope is Scope.HQ:
        failed = _first(JobRun.id).where(JobRun.status == "failed", JobRun.started_at > now() - timedelta(days=1))
        received = _first(Lead.id).where(Lead.status == "received")
        return {"leads": received, "jobs": failed, "decisions": _undecided(db)}
    return {}


def _undecided(db: Session) -> Select[int]:
    """Operations that the principal is to decide about; of a rep, those that he was asked about."""
    query = _first(Operation.op_id).where(Operation.decided_at.is_(None), Operation.verdict.in_(OPEN))
    asked = db.principal.scope is Scope.REP
    return query.where(Operation.handed_to == db.principal.user_id) if asked else query


def _first(column: InstrumentedAttribute[object]) -> Select[int]:
    return select(literal(1)).select_from(column.class_).limit(MOST)
