"""How much waits for the principal, for the counters of the navigation: one statement, however much there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select

from models.access import Scope
from models.base import Base, now
from models.job_run import JobRun
from models.lead import WAITS_FOR_HEAD_OFFICE, Lead
from models.newest import newest_ids
from models.order_draft import OrderDraft
from models.session import Session
from models.sync.inbox import OPEN, Operation
from models.visit import Visit
from models.visit.inbox import MOST, UNREAD, news_since

A_DAY = timedelta(days=1)


def waiting(db: Session, known: Mapping[str, int] | None = None) -> dict[str, int]:
    """What waits, by kind: `leads` to answer or to route, `order_drafts` to answer, `visits` unread, `decisions` about
    what laptops sent, `jobs` that failed since yesterday. What is `known` already is not counted again."""
    counts = dict(known or {})
    statement = _statement(db.principal.scope, frozenset(counts))
    if statement is not None:
        values = {"reader": db.principal.user_id, "news_since": news_since(), "yesterday": now() - A_DAY}
        counts |= db.rows(statement, values)[0]._mapping
    return counts


@cache
def _statement(scope: Scope, known: frozenset[str]) -> Select[*tuple[Any, ...]] | None:
    """One count for each kind that concerns the role. Built once: every page asks."""
    kinds = {kind: rows for kind, rows in _kinds(scope).items() if kind not in known}
    counts = [select(func.count()).select_from(rows.subquery()).scalar_subquery().label(k) for k, rows in kinds.items()]
    return select(*counts) if counts else None


def _kinds(scope: Scope) -> dict[str, Select[int]]:
    if scope is Scope.DEALER:
        drafts = _first(OrderDraft).where(OrderDraft.status == "proposed")
        return {"leads": _first(Lead).where(Lead.status == "offered"), "order_drafts": drafts}
    if scope in (Scope.REP, Scope.MANAGER):
        page = newest_ids(scope, Visit, Visit.happened_at, UNREAD, Visit.status == "completed", limit=MOST)
        return {"visits": select(literal(1)).select_from(page), "decisions": _undecided(scope)}
    if scope is Scope.HQ:
        failed = _first(JobRun).where(JobRun.status == "failed", JobRun.started_at > bindparam("yesterday"))
        unplaced = _first(Lead).where(Lead.status.in_(WAITS_FOR_HEAD_OFFICE))
        return {"leads": unplaced, "jobs": failed, "decisions": _undecided(scope)}
    return {}


def _undecided(scope: Scope) -> Select[int]:
    """Operations that the principal is to decide about; of a rep, those that he was asked about."""
    query = _first(Operation).where(Operation.decided_at.is_(None), Operation.verdict.in_(OPEN))
    return query.where(Operation.handed_to == bindparam("reader")) if scope is Scope.REP else query


def _first(entity: type[Base]) -> Select[int]:
    return select(literal(1)).select_from(entity.__table__).limit(MOST)
