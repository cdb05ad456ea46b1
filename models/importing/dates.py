"""Which form the dates of a file have: decided once for the file, from all values of its date columns."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache

from models.errors import N_
from models.importing.problems import Wrong


class DateForm(StrEnum):
    """In which order year, month and day stand."""

    YEAR_FIRST = "year-month-day"
    DAY_FIRST = "day-month-year"
    MONTH_FIRST = "month-day-year"


_TIME = r"(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?)? ?(Z|[+-]\d{2}:?\d{2})?"
_DATE = re.compile(
    r"(?:(?P<y>\d{4})(?P<s>[-/.]?)(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<t>[-/.])(?P<b>\d{1,2})(?P=t)(?P<c>\d{4}|\d{2}))" + _TIME,
    re.ASCII,
)
_CENTURY = 2000
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass
class DateEvidence:
    """How many values each form can read, with the first line and value of each."""

    counts: dict[DateForm, int] = field(default_factory=lambda: dict.fromkeys(DateForm, 0))
    first: dict[DateForm, tuple[int, str]] = field(default_factory=dict)

    def note(self, line: int, text: str) -> None:
        """Take one value into account."""
        for form in _fitting(text):
            self.counts[form] += 1
            self.first.setdefault(form, (line, text))

    def decide(self) -> DateForm | None:
        """The form that reads most values; None if day and month could be either everywhere."""
        year, day, month = (self.counts[form] for form in DateForm)
        if year >= max(day, month):
            return DateForm.YEAR_FIRST
        if day == month:
            return None
        return DateForm.DAY_FIRST if day > month else DateForm.MONTH_FIRST


@lru_cache(maxsize=4096)
def _fitting(text: str) -> tuple[DateForm, ...]:
    match = _DATE.fullmatch(text.strip())
    if not match:
        return ()
    if match["y"]:
        return (DateForm.YEAR_FIRST,)
    # Nobody writes the month first with points between.
    forms = (DateForm.DAY_FIRST,) if match["t"] == "." else (DateForm.DAY_FIRST, DateForm.MONTH_FIRST)
    return tuple(form for form in forms if int(match["b" if form is DateForm.DAY_FIRST else "a"]) <= 12)


def moment_reader(form: DateForm, zone: tzinfo) -> Callable[[str], datetime]:
    """A function from a date as the file writes it, with or without a time, to the moment; `zone` counts where none is
    written. It raises Wrong for what is no date of that form."""

    @lru_cache(maxsize=4096)
    def read(text: str) -> datetime:
        match = _DATE.fullmatch(text.strip())
        if not match:
            raise Wrong(N_("is no date"))
        year, month, day = _parts(match, form)
        hour, minute, second, fraction, offset = match.groups()[-5:]
        try:
            moment = datetime(
                year,
                month,
                day,
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                int((fraction or "0").ljust(6, "0")),
                _offset(offset) or zone,
            )
        except ValueError as error:
            raise Wrong(N_("is no day of the calendar, or no time of the day")) from error
        if not _FIRST_YEAR <= year < _LAST_YEAR:
            raise Wrong(N_("is not between 1900 and 2199"))
        return moment

    return read


def date_reader(form: DateForm) -> Callable[[str], date]:
    """A function from a date as the file writes it to the day. It raises Wrong like `moment_reader`."""
    read = moment_reader(form, UTC)
    return lambda text: read(text).date()


def _parts(match: re.Match[str], form: DateForm) -> tuple[int, int, int]:
    if match["y"]:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
        fits = form is DateForm.YEAR_FIRST
    else:
        year, month, day = int(match["c"]), int(match["b"]), int(match["a"])
        if form is DateForm.MONTH_FIRST:
            month, day = day, month
        fits = form is not DateForm.YEAR_FIRST
    if not fits:
        raise Wrong(N_("is no date in a file whose dates are %(form)s"), form=form)
    return year if year > 99 else year + _CENTURY, month, day


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
