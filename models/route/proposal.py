"""A proposal for a rep's day: what is planned, what is due besides and worth the way, in the best order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from models.account import Account
from models.base import now
from models.opening import A_DAY, Windows, windows
from models.route.optimise import best_order
from models.route.road import read_roads
from models.route.timetable import Day, Stop, Timetable, timetable
from models.route.travel import Leg, Node, Point, Travel, matrix
from models.route.working_day import WorkingDay, working_day_of
from models.session import Session
from models.team import list_overdue
from models.visit import Visit

LOCKED, PLANNED = 50_000, 2_000
"""What a visit is worth, in minutes: somebody waits for a locked one, and a planned one is longer than any day."""
AN_INTERVAL, MOST_INTERVALS = 60, 3.0
"""An account that is due is worth this way for each interval that it has waited, up to so many."""
DUE_READ, DUE_CONSIDERED = 300, 40
"""Of the accounts that have waited longest, those are tried of which the way takes least of what they are worth."""


class Why(StrEnum):
    """Why an account is not on the proposal."""

    NO_PLACE = "no_place"
    CLOSED = "closed"
    TOO_FAR = "too_far"
    NO_TIME = "no_time"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that could be visited: because a `visit` is planned, or because it has waited so many `intervals`."""

    account: Account
    visit: Visit | None = None
    intervals: float = 0.0

    @property
    def point(self) -> Point | None:
        """Where it is; None where nobody knows."""
        return point_of(self.account.latitude, self.account.longitude)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The day in its order. `nodes` and `legs` are the start, the end and the stops, with every way among them."""

    stops: Sequence[Candidate]
    times: Timetable
    left_out: Sequence[tuple[Candidate, Why]]
    nodes: Sequence[Node]
    legs: Sequence[Sequence[Leg]]


def propose(db: Session, user_id: UUID, on: date, travel: Travel, *, until: datetime, begins: time | None) -> Proposal:
    """The best day for a rep who asks for himself. What is due by `until`, the end of that day where he is, counts.

    `begins` is when he can leave on a day that has begun; else it is when his working day begins.
    """
    settled = working_day_of(db, user_id)
    planned = _planned(db, user_id, on)
    candidates = [*planned, *_due(db, planned, until)]
    day = _day(settled, begins)
    placed = [each for each in candidates if each.point is not None]
    tried = _worth_trying(placed, settled, travel)
    nodes = [*ends_of(settled), *(Node(each.account.id, each.point) for each in tried)]
    legs = matrix(nodes, travel, read_roads(db, [each.account.id for each in tried]))
    stops = [stop_of(each, on, settled.visit_minutes) for each in tried]
    order = best_order(day, stops, legs)
    left = [(each, Why.NO_PLACE) for each in candidates if each.point is None]
    left += [(tried[at], _why(day, stops, legs, at)) for at in range(len(tried)) if at not in order]
    kept = [0, 1, *(at + 2 for at in order)]
    return Proposal(
        [tried[at] for at in order],
        timetable(day, stops, legs, order),
        left,
        [nodes[at] for at in kept],
        [[legs[start][end] for end in kept] for start in kept],
    )


def _planned(db: Session, user_id: UUID, on: date) -> list[Candidate]:
    """The rep's own visits of that day, and those left from days that are over."""
    over = Visit.planned_on < now().date()
    query = select(Visit).where(
        Visit.user_id == user_id, Visit.status == "planned", Visit.kind == "visit", or_(Visit.planned_on == on, over)
    )
    query = query.join(Visit.account).options(joinedload(Visit.account)).order_by(Visit.planned_on, Visit.id)
    return [Candidate(visit.account, visit) for visit in db.scalars(query) if visit.account is not None]


def _due(db: Session, planned: Sequence[Candidate], until: datetime) -> list[Candidate]:
    """Accounts of the rep's territories that have waited and for which nothing is planned, on any day, by anybody."""
    territories = db.principal.territory_ids
    query = select(Visit.account_id).where(Visit.status == "planned", Visit.territory_id.in_(territories))
    taken = {*db.scalars(query), *(each.account.id for each in planned)}
    found = list_overdue(db, territories, at=until, limit=DUE_READ)
    return [Candidate(each.account, None, each.intervals) for each in found if each.account.id not in taken]


def _worth_trying(placed: Sequence[Candidate], settled: WorkingDay, travel: Travel) -> list[Candidate]:
    planned = [each for each in placed if each.visit is not None]
    known = [each.point for each in ends_of(settled)] + [each.point for each in planned]
    known = [each for each in known if each is not None]

    def gain(due: Candidate) -> tuple[float, UUID]:
        away = min((travel.leg(each, due.point).minutes for each in known), default=0)
        return 2 * away - _worth(due, 0), due.account.id

    due = sorted((each for each in placed if each.visit is None), key=gain)
    return [*planned, *due[:DUE_CONSIDERED]]


def _worth(candidate: Candidate, minutes: int) -> int:
    if candidate.visit is None:
        return minutes + round(AN_INTERVAL * min(candidate.intervals, MOST_INTERVALS))
    return LOCKED if candidate.visit.locked_time is not None else PLANNED


def stop_of(candidate: Candidate, on: date, minutes: int) -> Stop:
    """When the visit may take place and what it is worth. A locked time counts whatever the opening hours say."""
    locked = candidate.visit.locked_time if candidate.visit else None
    if locked is not None:
        begins = minute_of(locked)
        return Stop(((begins, begins + minutes),), minutes, LOCKED)
    return Stop(open_on(candidate.account, on), minutes, _worth(candidate, minutes))


def open_on(account: Account, on: date) -> Windows:
    """When the account is open on a day; all of it where nobody knows."""
    found = windows(account.opening_hours, on)
    return ((0, A_DAY),) if found is None else found


def ends_of(day: WorkingDay) -> list[Node]:
    """Where the working day begins and ends."""
    start = point_of(day.start_latitude, day.start_longitude)
    return [Node(None, start), Node(None, point_of(day.end_latitude, day.end_longitude))]


def point_of(latitude: float | None, longitude: float | None) -> Point | None:
    """A place, if both of it are known."""
    return None if latitude is None or longitude is None else Point(latitude, longitude)


def minute_of(clock: time) -> int:
    """The minute of the day."""
    return clock.hour * 60 + clock.minute


def _day(settled: WorkingDay, begins: time | None) -> Day:
    start = minute_of(settled.start_time)
    return Day(max(start, minute_of(begins)) if begins else start, minute_of(settled.end_time))


def _why(day: Day, stops: Sequence[Stop], legs: Sequence[Sequence[Leg]], at: int) -> Why:
    """Closed, too far to get there and back on that day, or else there was no time left for it."""
    if not any(min(shuts, day.end) - max(opens, day.start) >= stops[at].minutes for opens, shuts in stops[at].opens):
        return Why.CLOSED
    return Why.NO_TIME if timetable(day, stops, legs, [at]).kept else Why.TOO_FAR
