"""The days of an address as moments, in the time zone in which the portal shows them."""

from datetime import date, datetime, time, timedelta

from portal import formats


def today() -> date:
    """The day it is where the portal is."""
    return datetime.now(formats.current().timezone).date()


def start_of(day: str | date | None) -> datetime | None:
    """The first moment of a day, given as ISO text or as a date; None for no day."""
    if not day:
        return None
    whole = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(whole, time(), formats.current().timezone)


def end_of(day: str | date | None) -> datetime | None:
    """The first moment after a day; None for no day."""
    start = start_of(day)
    return None if start is None else datetime.combine(start.date() + timedelta(days=1), time(), start.tzinfo)
