"""Reading a schedule: when a job was last due, and when it will be next."""

from datetime import datetime, timedelta
from functools import lru_cache

from apscheduler.triggers.cron import CronTrigger

WINDOWS = tuple(timedelta(hours=hours) for hours in (0.05, 1, 25, 24 * 8, 24 * 32, 24 * 367))
"""How far to look back, the shortest first: a job of every minute is found in the first, a yearly one in the last."""


@lru_cache(maxsize=64)
def trigger(schedule: str, timezone: str) -> CronTrigger:
    """A cron line of five fields (minute, hour, day, month, weekday) as APScheduler's trigger."""
    return CronTrigger.from_crontab(schedule, timezone=timezone)


def next_due(schedule: str, timezone: str, now: datetime) -> datetime | None:
    """The next moment after `now`."""
    found: datetime | None = trigger(schedule, timezone).get_next_fire_time(None, now + timedelta(microseconds=1))
    return found


def last_due(schedule: str, timezone: str, now: datetime) -> datetime | None:
    """The newest moment up to `now`; None if there was none within a year."""
    cron = trigger(schedule, timezone)
    for window in WINDOWS:
        found, upcoming = None, cron.get_next_fire_time(None, now - window)
        while upcoming is not None and upcoming <= now:
            found, upcoming = upcoming, cron.get_next_fire_time(upcoming, upcoming + timedelta(microseconds=1))
        if found is not None:
            return found  # type: ignore[no-any-return]
    return None
