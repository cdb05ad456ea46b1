"""What a home page says of visits."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

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
    planned = select(func.count()).where(Visit.status == "planned")
    made = select(func.count()).where(Visit.status == "completed", Visit.happened_at > now() - A_WEEK)
    parts = (planned.where(Visit.planned_on == today), planned.where(Visit.planned_on < today), made)
    return VisitFigures(*db.execute(select(*(part.scalar_subquery() for part in parts))).one())


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
    query = newest(db, query, Visit, Visit.happened_at, Visit.status == "completed", limit=limit)
    return [VisitRow._make(row) for row in db.execute(query)]
