"""How long a dealer has to answer: hours of working days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

ANSWER_WITHIN = timedelta(hours=24)
DEALERS_ZONE: tzinfo = ZoneInfo("Europe/Istanbul")
SATURDAY = 5


def answer_due(offered_at: datetime, within: timedelta = ANSWER_WITHIN, zone: tzinfo = DEALERS_ZONE) -> datetime:
    """When an answer is due: `within` after the offer, Saturdays and Sundays not counted.

    >>> answer_due(datetime(2026, 3, 6, 9, tzinfo=UTC)).isoformat()  # a Friday
    '2026-03-09T09:00:00+00:00'
    """
    moment, left = offered_at.astimezone(zone), within
    while True:
        midnight = datetime.combine(moment.date() + timedelta(days=1), time(), zone)
        if moment.weekday() < SATURDAY:
            today = midnight - moment
            if left <= today:
                return (moment + left).astimezone(UTC)
            left -= today
        moment = midnight
