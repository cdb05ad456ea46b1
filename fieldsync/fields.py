"""The types of a record's fields: how a value looks in JSON, and what it must satisfy to be taken in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from models.base import now
from models.errors import N_, Refused
from models.opening import canonical
from models.sync.written import Form

REQUIRED = N_("This must be filled in.")
NOT_TEXT = N_("This must be a text.")
TOO_LONG = N_("This may have at most %(count)s characters.")
NOT_A_DATE = N_("This must be a date.")
NOT_A_TIME = N_("This must be a time of the day.")
NOT_A_NUMBER = N_("This must be a number.")
OUT_OF_RANGE = N_("This must be a number from %(low)s to %(high)s.")
NOT_A_CHOICE = N_("This is not one of the choices.")
NOT_A_HASH = N_("This is not the hash of a file.")
NOT_AN_ID = N_("This does not name a record.")


_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def as_it_is(value: Any) -> Any:
    """The value itself."""
    return value


@dataclass(frozen=True)
class Type:
    """How a value comes in (`parse`, which raises Refused) and goes out (`dump`; `form` where the database writes it).

    None passes both.
    """

    parse: Callable[[Any], Any]
    dump: Callable[[Any], Any] = as_it_is
    form: Form = Form.PLAIN


def storable(value: str) -> bool:
    """Whether the database can keep this text: it takes neither NUL nor half a surrogate pair."""
    return _NOT_STORABLE.search(value) is None


def text(most: int) -> Type:
    """Text of at most so many characters; blanks at the ends go, and an empty text is none."""

    def parse(value: Any) -> str | None:
        if not isinstance(value, str) or not storable(value):
            raise Refused(NOT_TEXT)
        if len(value) > most:
            raise Refused(TOO_LONG, count=most)
        return value.strip() or None

    return Type(parse)


def choice(*values: str) -> Type:
    """One of the given words."""

    def parse(value: Any) -> str:
        if value not in values:
            raise Refused(NOT_A_CHOICE)
        return str(value)

    return Type(parse)


def decimal(low: str, high: str) -> Type:
    """A decimal number, as a number or as text with a point; it goes out as text, so that nothing is rounded."""

    def parse(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str) or len(str(value)) > 40:
            raise Refused(NOT_A_NUMBER)
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            raise Refused(NOT_A_NUMBER) from None
        if not number.is_finite() or not Decimal(low) <= number <= Decimal(high):
            raise Refused(OUT_OF_RANGE, low=low, high=high)
        return number

    return Type(parse, lambda value: f"{value.normalize():f}", Form.DECIMAL)


def digest() -> Type:
    """A SHA-256 in hexadecimal."""

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch("[0-9a-f]{64}", value):
            raise Refused(NOT_A_HASH)
        return value

    return Type(parse)


def integer(low: int, high: int) -> Type:
    """A whole number."""

    def parse(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refused(NOT_A_NUMBER)
        if not low <= value <= high:
            raise Refused(OUT_OF_RANGE, low=low, high=high)
        return value

    return Type(parse)


def degrees(most: int) -> Type:
    """An angle up to so many degrees either way, to about a tenth of a metre."""

    def parse(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(NOT_A_NUMBER)
        if not -most <= value <= most:
            raise Refused(OUT_OF_RANGE, low=-most, high=most)
        return round(float(value), 6)

    return Type(parse)


def _parse_hours(value: Any) -> str | None:
    return canonical(text(400).parse(value) or "")


def _parse_time(value: Any) -> time:
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise Refused(NOT_A_TIME)
    return time.fromisoformat(value)


def _parse_date(value: Any) -> date:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refused(NOT_A_DATE) from None
    return day


def _parse_moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Refused(NOT_A_DATE) from None


def parse_id(value: Any) -> UUID:
    """A UUID in its usual form."""
    try:
        if not isinstance(value, str) or len(value) != 36:
            raise ValueError(value)
        return UUID(value)
    except ValueError:
        raise Refused(NOT_AN_ID) from None


def _parse_ids(value: Any) -> list[UUID]:
    if not isinstance(value, list) or len(value) > 200:
        raise Refused(NOT_AN_ID)
    return list(dict.fromkeys(parse_id(item) for item in value))


def _parse_bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused(NOT_A_CHOICE)
    return value


def _parse_past(value: Any) -> datetime:
    """Of something that has been done: a clock that is ahead says no more than that it was."""
    return min(_parse_moment(value), now())


def _dump_moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


BOOL = Type(_parse_bool)
DATE = Type(_parse_date, date.isoformat)
MOMENT = Type(_parse_moment, _dump_moment, Form.MOMENT)
PAST = Type(_parse_past, _dump_moment, Form.MOMENT)
TIME = Type(_parse_time, lambda value: f"{value:%H:%M}", Form.TIME)
"""By the clock on the wall: `08:30`."""
HOURS = Type(_parse_hours)
"""Opening hours."""
ID = Type(parse_id, str)
IDS = Type(_parse_ids, lambda values: [str(value) for value in values])
JSON = Type(as_it_is)
