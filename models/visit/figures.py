"""What a home page says of visits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select

from models.account import Account
from models.base import now
from models.dealer import Dealer
from models.newest import newest
from models.session import Session
from models.user import User
from models.visit import Visit

A_WEEK = timedelta(days=7)


class VisitFigures(NamedTuple):
    """How many visits and calls are planned, overdue, and were made in the last seven days."""

    planned_today: int
    overdue: int
    made: int


class VisitRow(NamedTuple):
    """A visit in a short list."""

    id: UUID
    kind: str
    happened_at: datetime
    summary: str | None
    place: str
    who: str


def visit_figures(db: Session, today: date) -> VisitFigures:
    """The three counts, in one statement."""
    return VisitFigures(*db.rows(_FIGURES, {"today": today, "since": now() - A_WEEK})[0])


def newest_visits(db: Session, limit: int) -> list[VisitRow]:
    """The newest visits and calls that were made."""
    query = (
        select(
            Visit.id,
            Visit.kind,
            Visit.happened_at,
            Visit.summary,
            func.coalesce(Account.name, Dealer.name),
            User.name,
        )
        .outerjoin(Account, Account.id == Visit.account_id)
        .outerjoin(Dealer, Dealer.id == Visit.dealer_id)
        .join(User, User.id == Visit.user_id)
    )
    query = newest(
        db.principal.scope, query, Visit, Visit.happened_at, Visit.status == "completed", limit=limit, offset=0
    )
    return [VisitRow._make(row) for row in db.execute(query)]


_VISIT = Visit.__table__.c
# A literal: the index of planned visits serves only who says so.
_PLANNED = select(func.count()).where(_VISIT.status == literal_column("'planned'"))
_MADE = select(func.count()).where(_VISIT.status == "completed", _VISIT.happened_at > bindparam("since"))
_FIGURES = select(
    _PLANNED.where(_VISIT.planned_on == bindparam("today")).scalar_subquery(),
    _PLANNED.where(_VISIT.planned_on < bindparam("today")).scalar_subquery(),
    _MADE.scalar_subquery(),
)
