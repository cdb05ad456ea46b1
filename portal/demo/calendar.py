"""The days of the demo world, which stands at midnight before the anchor day: only what is planned lies ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Istanbul")
SATURDAY = 5


def today() -> date:
    """The day it is in Turkey."""
    return datetime.now(ZONE).date()


def moment(day: date, hours: float = 0) -> datetime:
    """So many hours after midnight in Turkey."""
    return (datetime.combine(day, time(), ZONE) + timedelta(hours=hours)).astimezone(UTC)


def is_working(day: date) -> bool:
    """Monday to Friday."""
    return day.weekday() < SATURDAY


@dataclass(frozen=True)
class Calendar:
    """The year that ends with the anchor day."""

    day: date

    @cached_property
    def now(self) -> datetime:
        """The moment at which the world stands."""
        return moment(self.day)

    def ago(self, days: int) -> date:
        """The day so many days before the anchor day; negative for days ahead."""
        return self.day - timedelta(days=days)

    def working_day(self, day: date) -> date:
        """The day itself or the next working day."""
        while not is_working(day):
            day += timedelta(days=1)
        return day

    def last_working_days(self, count: int) -> list[date]:
        """The newest days before the anchor day on which people worked, newest first."""
        days = (self.ago(back) for back in range(1, 10 + 2 * count))
        return [day for day in days if is_working(day)][:count]

    def first_of_month(self, months_ago: int) -> date:
        """The first of the month so many months before the anchor day's."""
        months = self.day.year * 12 + self.day.month - 1 - months_ago
        return date(months // 12, months % 12 + 1, 1)

    def working_days(self, back: int) -> Iterator[date]:
        """The working days of the last `back` days, oldest first, up to the eve of the anchor day."""
        return (day for day in (self.ago(b) for b in range(back, 0, -1)) if is_working(day))
