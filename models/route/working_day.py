"""Where and when a rep's day begins and ends: his own to set, on his laptop."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, OWN_ROW, Access, change, write
from models.base import Base, Created, Degrees, Synced
from models.session import Session
from models.sync.feed import REP, Feed

START, END, VISIT_MINUTES = time(8, 30), time(17, 30), 45
"""A day of somebody who has said nothing yet."""
OF_TEAM = (
    "exists (select 1 from territory_assignment held join territory on territory.id = held.territory_id"
    " where held.user_id = working_day.id and held.held_until is null"
    " and territory.region_id = (select portal_id('portal.region_id')))"
)
"""Of whoever holds a territory of the manager's region."""


class WorkingDay(Synced, Base):
    """One rep's working day; its id is the user's. Times are those of the clock on his wall.

    Without a start the day begins at its first stop, without an end it is over at the last one.
    """

    __tablename__ = "working_day"
    __feed__ = Feed("working_day", REP, "id")
    __access__ = Access(rep=change(OWN_ROW), manager=change(OF_TEAM), hq=write(ALL))
    __table_args__ = (
        CheckConstraint("start_time < end_time", name="times"),
        CheckConstraint("visit_minutes between 5 and 480", name="visit_minutes"),
        CheckConstraint("num_nonnulls(start_latitude, start_longitude) <> 1", name="start"),
        CheckConstraint("num_nonnulls(end_latitude, end_longitude) <> 1", name="end"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    start_time: Mapped[time] = mapped_column(default=START)
    end_time: Mapped[time] = mapped_column(default=END)
    visit_minutes: Mapped[int] = mapped_column(default=VISIT_MINUTES)
    start_latitude: Mapped[Degrees | None]
    start_longitude: Mapped[Degrees | None]
    end_latitude: Mapped[Degrees | None]
    end_longitude: Mapped[Degrees | None]
    created_at: Mapped[Created]


def working_day_of(db: Session, user_id: UUID) -> WorkingDay:
    """What the rep set, else a usual day that nobody wrote down."""
    found = db.get(WorkingDay, user_id)
    return found or WorkingDay(id=user_id, start_time=START, end_time=END, visit_minutes=VISIT_MINUTES)
