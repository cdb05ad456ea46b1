"""The filters of the templates: what `{{ order.total|money }}` prints.

Each is a thin skin over `portal.formats`: it adds markup where a plain text would lose something (the colour of a
negative amount, the full date of a relative time). Mails and PDFs use the formats themselves.
"""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from time import time as time_now
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from portal import formats
from portal.formats import UNKNOWN, Number
from portal.web.language import gettext

STALE = Markup('<span class="stale">{}</span>')


def now() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


def number(value: Number | None, places: int = 0) -> str:
    """A number with grouped thousands."""
    return _signed(value, formats.current().number(value, places))


def quantity(value: Number | None, unit: str | None = None) -> str:
    """A quantity with up to three decimal places; the unit only if the column's head does not name it."""
    return _signed(value, formats.current().quantity(value, unit))


def money(value: Number | None, currency: str | None = None) -> str:
    """An amount; the currency only if the column's head does not name it."""
    return _signed(value, formats.current().money(value, currency))


def price(value: Number | None, currency: str | None = None) -> str:
    """The price of a unit, with as many decimal places as it needs; the currency only if the column's head does not."""
    return formats.current().price(value, currency)


def percent(share: Number | None, places: int = 0) -> str:
    """A share between 0 and 1."""
    return _signed(share, formats.current().percent(share, places))


def rate(percent: Decimal | None) -> str:
    """A rate that is kept in percent, such as a tax."""
    return formats.current().rate(percent)


def date(day: dt.date | None) -> str:
    """A calendar day."""
    return formats.current().date(day)


def datetime(moment: dt.datetime | None) -> str:
    """A date with its clock time."""
    return formats.current().datetime(moment)


def time(moment: dt.datetime | None) -> str:
    """A clock time."""
    return formats.current().time(moment)


def ago(moment: dt.datetime | None) -> str:
    """How long ago or how soon, with the full date on hover."""
    return UNKNOWN if moment is None else _ago(formats.current(), moment, int(time_now() // 60))


@lru_cache(maxsize=8192)
def _ago(writes: formats.Formats, moment: dt.datetime, minute: int) -> str:
    """The same in a minute (since 1970): whoever narrows a list or goes back to it sees the same rows again.

    Told from the minute's end: what has just happened never lies ahead.
    """
    full, near = writes.ago(moment, dt.datetime.fromtimestamp((minute + 1) * 60, dt.UTC))
    # Nothing here comes from outside, so no part needs escaping: Markup.format would cost as much as all the rest.
    return Markup(f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{full}">{near}</time>')  # noqa: S704


def age(as_of: dt.datetime | None, hours: float = 24) -> str:
    """How old a figure is: "as of 09:40"; amber, and in words, once it is older than `hours`."""
    if as_of is None:
        return STALE.format(gettext("age unknown"))
    return _age(formats.current(), as_of, hours, int(time_now() // 60))


@lru_cache(maxsize=4096)
def _age(writes: formats.Formats, as_of: dt.datetime, hours: float, minute: int) -> str:
    """The same in a minute (since 1970): most rows of a page were counted at the same moment."""
    present = dt.datetime.fromtimestamp(minute * 60, dt.UTC)
    moment = writes.moment(as_of, present)
    if present - as_of > dt.timedelta(hours=hours):
        return STALE.format(gettext("stale, as of %(moment)s", moment=moment))
    return gettext("as of %(moment)s", moment=moment)


def time_left(until: dt.datetime | None) -> str:
    """What is left until a deadline, or how long it has been passed: "2 h 05 min"."""
    if until is None:
        return UNKNOWN
    minutes = int(abs((until - now()).total_seconds()) // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return gettext("%(days)d d %(hours)d h", days=days, hours=hours)
    if hours:
        return gettext("%(hours)d h %(minutes)02d min", hours=hours, minutes=minutes)
    return gettext("%(minutes)d min", minutes=minutes)


def chip(label: str, tone: str = "") -> Markup:
    """A state in one word, begun with a capital; tones: good, soon, late, info, or none.

    A function, because lists call it in every row.
    """
    label = formats.current().capital(str(label))
    return Markup(f'<span class="chip{f" chip-{tone}" if tone else ""}">{escape(label)}</span>')  # noqa: S704


def _signed(value: Number | None, text: str) -> str:
    return Markup(f'<span class="neg">{text}</span>') if value is not None and value < 0 else text  # noqa: S704


FILTERS: tuple[Callable[..., Any], ...] = (
    number,
    quantity,
    money,
    price,
    percent,
    rate,
    date,
    datetime,
    time,
    ago,
    age,
    time_left,
    chip,
)


def register(app: Flask) -> None:
    """Make the filters known to the templates, each under its own name."""
    app.jinja_env.filters.update({function.__name__: function for function in FILTERS})
