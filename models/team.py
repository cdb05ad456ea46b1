"""The reps of a region at work: who holds what, how many visits they made, and which accounts wait longer than agreed.

An account may say how often it wants to be visited. It is on time until that many days have passed since the last visit
(since it became known, if there was none), then due, and overdue once a quarter more has passed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, Select, and_, case, func, select, true
from sqlalchemy.orm import joinedload

from models.account import Account
from models.base import now
from models.errors import NotFound
from models.market.shares import ratio
from models.region import Region, Territory, TerritoryAssignment
from models.session import Session
from models.sync.device import Device
from models.user import User
from models.visit import Visit

WEEK, FOUR_WEEKS = timedelta(days=7), timedelta(days=28)
LATE_FROM = 1.25
"""So many intervals without a visit make an account overdue."""
ON_PLAN, SLIPPING = Decimal("0.8"), Decimal("0.6")


class Pace(StrEnum):
    """How well the agreed intervals are kept: four accounts in five on time, three in five, or fewer."""

    ON_PLAN = "on_plan"
    SLIPPING = "slipping"
    BEHIND = "behind"


@dataclass(slots=True)
class Coverage:
    """The accounts that agreed on an interval, by how they stand; `planned` visits would keep all for four weeks."""

    on_time: int = 0
    due: int = 0
    overdue: int = 0
    planned: Decimal = Decimal(0)

    @property
    def accounts(self) -> int:
        """All accounts that agreed on an interval."""
        return self.on_time + self.due + self.overdue

    @property
    def share(self) -> Decimal | None:
        """Which part of them is on time; None where no interval was agreed."""
        return ratio(self.on_time, self.accounts)

    @property
    def pace(self) -> Pace | None:
        """The word for it."""
        share = self.share
        if share is None:
            return None
        return Pace.ON_PLAN if share >= ON_PLAN else Pace.SLIPPING if share >= SLIPPING else Pace.BEHIND

    def add(self, other: Coverage) -> None:
        """Count another territory's accounts, too."""
        self.on_time += other.on_time
        self.due += other.due
        self.overdue += other.overdue
        self.planned += other.planned


@dataclass(slots=True)
class Member:
    """A rep with the territories held now. Visits are those of the last 7 and 28 days, wherever they were."""

    user: User
    territories: list[Territory] = field(default_factory=list)
    coverage: Coverage = field(default_factory=Coverage)
    last_visit_at: datetime | None = None
    visits_7: int = 0
    visits_28: int = 0
    devices: list[Device] = field(default_factory=list)
    """The laptops that did not erase themselves, the one heard of last first."""

    @property
    def waiting(self) -> int:
        """Records saved on laptops and not yet sent, as the laptops last said."""
        return sum(device.waiting for device in self.devices)

    @property
    def region(self) -> Region:
        """Where the rep's first territory lies."""
        return self.territories[0].region


@dataclass(frozen=True, slots=True)
class Summary:
    """The figures of all members together."""

    coverage: Coverage
    visits_28: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Team:
    """Whoever works in the principal's region (or in all, for head office), and territories that nobody holds."""

    members: Sequence[Member]
    vacant: Sequence[Territory]

    @property
    def summary(self) -> Summary:
        """The figures of all members together."""
        coverage = Coverage()
        for member in self.members:
            coverage.add(member.coverage)
        members = self.members
        return Summary(coverage, sum(member.visits_28 for member in members), sum(member.waiting for member in members))


@dataclass(frozen=True, slots=True)
class Overdue:
    """An account that waits: since when (its last visit, or when it became known), and how many intervals that is."""

    account: Account
    last_visit_at: datetime | None
    intervals: float


def read_team(db: Session) -> Team:
    """The team with its figures. Five queries, however many there are."""
    held = list_held(db)
    coverage = _coverage_by_territory(db, [territory.id for territory, _ in held])
    members: dict[UUID, Member] = {}
    for territory, user in held:
        if user is not None:
            member = members.setdefault(user.id, Member(user))
            member.territories.append(territory)
            member.coverage.add(coverage[territory.id])
    _count_visits(db, members)
    _ask_laptops(db, members)
    in_order = sorted(members.values(), key=lambda member: (member.region.name_sort, member.user.name_sort))
    return Team(in_order, [territory for territory, user in held if user is None])


def read_member(db: Session, user_id: UUID) -> tuple[Member, dict[UUID, Coverage]]:
    """One rep of the team with the coverage of each territory. Raises NotFound for whoever is not of the team."""
    territories = [territory for territory, user in list_held(db) if user is not None and user.id == user_id]
    user = db.get(User, user_id)
    if user is None or not territories:
        raise NotFound
    found = _coverage_by_territory(db, [territory.id for territory in territories])
    coverage = {territory.id: found[territory.id] for territory in territories}
    member = Member(user, territories)
    for each in coverage.values():
        member.coverage.add(each)
    _count_visits(db, {user_id: member})
    _ask_laptops(db, {user_id: member})
    return member, coverage


def list_overdue(
    db: Session, territory_ids: Sequence[UUID], *, at: datetime | None = None, limit: int = 50, offset: int = 0
) -> list[Overdue]:
    """The accounts of these territories whose interval has passed by `at` (by now), the longest overdue first."""
    last = _last_visit()
    intervals = _intervals(last.c.at, at)
    query = (
        select(Account, last.c.at, intervals)
        .join(last, true())
        .where(Account.territory_id.in_(territory_ids), Account.visit_interval_days.is_not(None), intervals > 1)
        .options(joinedload(Account.territory), joinedload(Account.province))
        .order_by(intervals.desc(), Account.id)
    )
    return [Overdue(*row) for row in db.execute(query.limit(limit).offset(offset))]


def list_territories(db: Session) -> list[Territory]:
    """The territories that the principal works in: one's own, the region's, or all."""
    principal, query = db.principal, select(Territory).options(joinedload(Territory.region))
    if principal.territory_ids:
        query = query.where(Territory.id.in_(principal.territory_ids))
    elif principal.region_id is not None:
        query = query.where(Territory.region_id == principal.region_id)
    return list(db.scalars(query.order_by(Territory.name_sort)))


def list_held(db: Session) -> list[tuple[Territory, User | None]]:
    """Each territory that the principal works in, with whoever holds it now."""
    territories = list_territories(db)
    query = (
        select(TerritoryAssignment)
        .where(
            TerritoryAssignment.territory_id.in_([territory.id for territory in territories]),
            TerritoryAssignment.held_until.is_(None),
        )
        .options(joinedload(TerritoryAssignment.user))
    )
    holder = {assignment.territory_id: assignment.user for assignment in db.scalars(query)}
    return [(territory, holder.get(territory.id)) for territory in territories]


def _last_visit() -> Any:
    """For each account the moment of its last visit or call, one look into an index each."""
    return (
        select(func.max(Visit.happened_at).label("at"))
        .where(Visit.account_id == Account.id, Visit.status == "completed")
        .correlate(Account)
        .lateral("last")
    )


def _intervals(last_at: ColumnElement[datetime], at: datetime | None = None) -> ColumnElement[Any]:
    """How many of its intervals an account has waited by `at` (by now)."""
    # As floating point from the start: the server counts a numeric, which `extract` gives, ten times as slowly.
    waited = func.date_part("epoch", (at or now()) - func.coalesce(last_at, Account.created_at), type_=Float)
    return waited / (Account.visit_interval_days * 86_400.0)


def _coverage_by_territory(db: Session, territory_ids: Sequence[UUID]) -> dict[UUID, Coverage]:
    last = _last_visit()
    intervals = _intervals(last.c.at)
    state = case((intervals <= 1, "on_time"), (intervals <= LATE_FROM, "due"), else_="overdue")
    each: Select[Any] = (
        select(Account.territory_id, Account.visit_interval_days.label("days"), state.label("state"))
        .join(last, true())
        .where(Account.territory_id.in_(territory_ids), Account.visit_interval_days.is_not(None))
    )
    alike = each.subquery().c
    found: dict[UUID, Coverage] = defaultdict(Coverage)
    query = select(alike.territory_id, alike.state, alike.days, func.count())
    for territory_id, state_, days, count in db.execute(query.group_by(alike.territory_id, alike.state, alike.days)):
        coverage = found[territory_id]
        setattr(coverage, state_, getattr(coverage, state_) + count)
        coverage.planned += count * Decimal(FOUR_WEEKS.days) / days
    return found


def _count_visits(db: Session, members: dict[UUID, Member]) -> None:
    moment = now()
    made = and_(Visit.user_id == User.id, Visit.status == "completed", Visit.happened_at <= moment)
    last = select(func.max(Visit.happened_at).label("at")).where(made).correlate(User).lateral("last")
    week = func.count().filter(Visit.happened_at > moment - WEEK).label("week")
    since = made, Visit.happened_at > moment - FOUR_WEEKS  # years of visits stay unread
    recent = select(week, func.count().label("four_weeks")).where(*since).correlate(User).lateral("recent")
    query = select(User.id, last.c.at, recent.c.week, recent.c.four_weeks).select_from(User)
    query = query.join(last, true()).join(recent, true())
    for user_id, last_at, week, four_weeks in db.execute(query.where(User.id.in_(members))):
        member = members[user_id]
        member.last_visit_at, member.visits_7, member.visits_28 = last_at, week, four_weeks


def _ask_laptops(db: Session, members: dict[UUID, Member]) -> None:
    query = select(Device).where(Device.user_id.in_(members), Device.wiped_at.is_(None))
    for device in db.scalars(query.order_by(Device.last_seen_at.desc(), Device.id)):
        members[device.user_id].devices.append(device)
