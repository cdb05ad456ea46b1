"""The order that a rep has given a day, with its times: what the manager reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.route.proposal import Candidate, ends_of, minute_of, stop_of
from models.route.road import read_roads
from models.route.timetable import Arrival, Day, Timetable, timetable
from models.route.travel import Node, Travel, matrix
from models.route.working_day import working_day_of
from models.session import Session
from models.visit import Visit


@dataclass(frozen=True, slots=True)
class DayOrder:
    """The visits of a day in the rep's order, each with when he is there, and the times of the day."""

    stops: Sequence[tuple[Visit, Arrival]]
    times: Timetable
    end: int
    """The minute in which the working day should be over."""

    @property
    def km(self) -> float:
        """All of the way."""
        return sum(arrival.leg.km for _, arrival in self.stops) + self.times.home.km


def read_order(db: Session, user_id: UUID, on: date, travel: Travel) -> DayOrder:
    """The visits that a rep planned for a day, made or not, in their order."""
    query = select(Visit).where(
        Visit.user_id == user_id, Visit.planned_on == on, Visit.kind == "visit", Visit.status != "cancelled"
    )
    query = query.join(Visit.account).options(joinedload(Visit.account))
    visits = [each for each in db.scalars(query.order_by(Visit.place_in_day.nulls_last(), Visit.id)) if each.account]
    candidates = [Candidate(visit.account, visit) for visit in visits if visit.account]
    settled = working_day_of(db, user_id)
    nodes = [*ends_of(settled), *(Node(each.account.id, each.point) for each in candidates)]
    legs = matrix(nodes, travel, read_roads(db, [each.account.id for each in candidates]))
    stops = [stop_of(each, on, settled.visit_minutes) for each in candidates]
    day = Day(minute_of(settled.start_time), minute_of(settled.end_time))
    times = timetable(day, stops, legs, range(len(stops)))
    return DayOrder(list(zip(visits, times.arrivals, strict=True)), times, day.end)
