"""Numbers, money, quantities, dates and ages as a reader of one language sees them.

Babel says how a language writes; asking it for every cell costs 30 to 100 µs, so each `Formats` asks once and keeps the
answer as a translation table, a few strings and a cache by day. The current one is a context variable, set for each
request from the reader and by jobs from the recipient: `with formats.reading("tr"):`.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_timedelta
from babel.numbers import get_currency_precision, get_currency_symbol

LOCALES = {"en": "English", "tr": "Türkçe", "it": "Italiano"}
"""The languages of the screens, each in its own word."""

CLDR_LOCALES = {"en": "en_GB", "tr": "tr", "it": "it"}
WEEK = 7 * 86_400
UNKNOWN = "–"
"""What stands for a value nobody knows; never 0."""

Number = Decimal | int | float
GROUPED = re.compile(r"[+-]?(?:\d*|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)", re.ASCII)
TOKEN = re.compile(r"'[^']*'|y+|M+|d+|[^A-Za-z']+")


class Formats:
    """How one language, in one time zone, writes values. Methods return plain text."""

    def __init__(self, language: str, timezone: str) -> None:
        self.language = language
        self.timezone = ZoneInfo(timezone)
        self.cldr = Locale.parse(CLDR_LOCALES[language])
        symbols = self.cldr.number_symbols["latn"]
        self._decimal = str(symbols["decimal"])
        self._signs = str.maketrans({",": symbols["group"], ".": symbols["decimal"], "-": "−"})
        self._percent = self.cldr.percent_formats[None].pattern.replace("#,##0", "{}")
        self._currency_last = self.cldr.currency_formats["standard"].pattern.endswith("¤")
        self._months = self.cldr.months["format"]["abbreviated"]
        self._weekdays = self.cldr.days["format"]["abbreviated"]
        self.date = lru_cache(maxsize=4096)(self._date)
        self._symbol = cache(self._find_symbol)
        self._parts = [_part(token, self._months) for token in TOKEN.findall(self.cldr.date_formats["medium"].pattern)]

    def number(self, value: Number | None, places: int = 0) -> str:
        """A number with a fixed count of decimal places and grouped thousands; a dash when unknown."""
        return UNKNOWN if value is None else f"{value:,.{places}f}".translate(self._signs)

    def quantity(self, value: Number | None, unit: str | None = None) -> str:
        """Up to three decimal places, none that say nothing, and the unit if it is not in the column's head."""
        if value is None:
            return UNKNOWN
        digits = f"{value:,.3f}".rstrip("0").rstrip(".").translate(self._signs)
        return f"{digits}\N{NO-BREAK SPACE}{unit}" if unit else digits

    def money(self, value: Number | None, currency: str | None = None) -> str:
        """An amount in the currency's own precision; the currency is named only when given."""
        if value is None:
            return UNKNOWN
        if currency is None:
            return f"{value:,.2f}".translate(self._signs)
        symbol, places = self._symbol(currency)
        return self._beside(symbol, value, f"{abs(value):,.{places}f}")

    def price(self, value: Number | None, currency: str | None = None) -> str:
        """The price of a unit: as exact as its currency, and up to four decimal places where they say something."""
        if value is None:
            return UNKNOWN
        symbol, places = self._symbol(currency) if currency else ("", 2)
        whole, _, fraction = f"{value if currency is None else abs(value):,.4f}".partition(".")
        fraction = fraction[:places] + fraction[places:].rstrip("0")
        digits = f"{whole}.{fraction}" if fraction else whole
        return self._beside(symbol, value, digits) if currency else digits.translate(self._signs)

    def _beside(self, symbol: str, value: Number, digits: str) -> str:
        """The absolute value's digits with the sign of `value` and the currency where the language puts it."""
        digits, sign = digits.translate(self._signs), "−" if value < 0 else ""
        if self._currency_last:
            return f"{sign}{digits}\N{NO-BREAK SPACE}{symbol}"
        return f"{sign}{symbol}{digits}" if len(symbol) == 1 else f"{sign}{symbol}\N{NO-BREAK SPACE}{digits}"

    def capital(self, text: str) -> str:
        """The text with a capital first letter, in the reader's alphabet: "iptal" begins with "İ" for a Turk."""
        first = "İ" if self.language == "tr" and text[:1] == "i" else text[:1].upper()
        return first + text[1:]

    def editable(self, value: Number) -> str:
        """A number as it stands in an input: the reader's decimal sign, nothing grouped, a plain minus."""
        digits = f"{value:f}"
        digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return digits.replace(".", self._decimal)

    def parse(self, text: str) -> Decimal:
        """The number that a reader typed. Raises ValueError or decimal.InvalidOperation for anything else.

        With both signs present the last one is the decimal sign. A single sign is decimal if it is the reader's own;
        else it groups thousands when three digits follow, and is decimal when not: "1.250" is 1250 to a Turk.
        """
        plain = re.sub(r"[\s\u00a0\u202f']", "", text).replace("−", "-")
        if not re.fullmatch(r"[+-]?[\d.,]*\d[\d.,]*", plain, re.ASCII):
            raise ValueError(text)
        sign = max(".,", key=plain.rfind) if "," in plain and "." in plain else self._single_sign(plain)
        whole, _, fraction = plain.rpartition(sign) if sign else (plain, "", "")
        if any(c in fraction for c in ".,") or not GROUPED.fullmatch(whole):
            raise ValueError(text)
        return Decimal(whole.replace(",", "").replace(".", "") + (f".{fraction}" if fraction else ""))

    def _single_sign(self, plain: str) -> str:
        """The decimal sign of a number that holds at most one kind of sign, "" if it has no fraction."""
        other = "." if self._decimal == "," else ","
        if self._decimal in plain:
            return self._decimal if plain.count(self._decimal) == 1 else ""
        return other if plain.count(other) == 1 and len(plain.rpartition(other)[2]) != 3 else ""

    def percent(self, share: Number | None, places: int = 0) -> str:
        """A share between 0 and 1 as a percentage."""
        return UNKNOWN if share is None else self._percent.format(self.number(share * 100, places))

    def rate(self, percent: Decimal | None) -> str:
        """A rate that is kept in percent, such as a tax: with the decimal places it needs."""
        if percent is None:
            return UNKNOWN
        places = -int(percent.normalize().as_tuple().exponent)
        return self.percent(percent / 100, max(places, 0))

    def time(self, moment: dt.datetime | None) -> str:
        """The clock time in the reader's time zone, 24 hours in every language."""
        if moment is None:
            return UNKNOWN
        local = moment.astimezone(self.timezone)
        return f"{local.hour:02}:{local.minute:02}"

    def datetime(self, moment: dt.datetime | None) -> str:
        """Date and clock time in the reader's time zone."""
        if moment is None:
            return UNKNOWN
        local = moment.astimezone(self.timezone)
        return f"{self.date(local.date())} {local.hour:02}:{local.minute:02}"

    def weekday(self, day: dt.date) -> str:
        """The abbreviated name of the day's weekday."""
        return str(self._weekdays[day.weekday()])

    def relative(self, moment: dt.datetime, now: dt.datetime) -> str:
        """ "2 hr ago" or "in 5 min" within a week, else the date."""
        seconds = int((moment - now).total_seconds())
        distance = abs(seconds)
        if distance >= WEEK:
            return self.date(moment.astimezone(self.timezone).date())
        unit = 86_400 if distance >= 86_400 else 3_600 if distance >= 3_600 else 60
        count = max(distance // unit, 1)
        return _timedelta(self.cldr, count * unit if seconds > 0 else -count * unit)

    def ago(self, moment: dt.datetime, now: dt.datetime) -> tuple[str, str]:
        """The date with its clock time, and how far from `now` that is, as `relative` says."""
        local = moment.astimezone(self.timezone)
        day = self.date(local.date())
        near = day if abs((moment - now).total_seconds()) >= WEEK else self.relative(moment, now)
        return f"{day} {local.hour:02}:{local.minute:02}", near

    def moment(self, moment: dt.datetime, now: dt.datetime) -> str:
        """The clock time alone if it is today, else with its date."""
        local = moment.astimezone(self.timezone)
        clock = f"{local.hour:02}:{local.minute:02}"
        return clock if local.date() == now.astimezone(self.timezone).date() else f"{self.date(local.date())} {clock}"

    def _date(self, day: dt.date | None) -> str:
        """A calendar day, as 22 Nov 2026."""
        return UNKNOWN if day is None else "".join([part(day) for part in self._parts])

    def _find_symbol(self, currency: str) -> tuple[str, int]:
        return get_currency_symbol(currency, locale=self.cldr), get_currency_precision(currency)


def _part(token: str, months: dict[int, str]) -> Callable[[dt.date], str]:
    """One piece of a CLDR date pattern as a function of the day."""
    plain: dict[str, Callable[[dt.date], str]] = {
        "d": lambda day: str(day.day),
        "dd": lambda day: f"{day.day:02}",
        "M": lambda day: str(day.month),
        "MM": lambda day: f"{day.month:02}",
        "MMM": lambda day: str(months[day.month]),
        "y": lambda day: str(day.year),
    }
    return plain.get(token) or (lambda _day: token.strip("'"))


@lru_cache(maxsize=2048)
def _timedelta(locale: Locale, seconds: int) -> str:
    """Babel's words for a distance of whole minutes, hours or days; some 180 of them exist per language."""
    distance = dt.timedelta(seconds=seconds)
    return str(format_timedelta(distance, threshold=1, add_direction=True, format="short", locale=locale))


@cache
def of(language: str, timezone: str) -> Formats:
    """The formats of a language in a time zone; made once."""
    return Formats(language, timezone)


_current: ContextVar[Formats] = ContextVar("formats", default=of("en", "Europe/Istanbul"))  # noqa: B039 - never changed

current = _current.get
"""The formats of whoever reads what is being made now."""

use = _current.set
"""Write for this reader from here on: for the start of a request, whose context ends with it."""


@contextmanager
def reading(language: str, timezone: str = "Europe/Istanbul") -> Iterator[Formats]:
    """Write for a reader of `language` until the block ends: for mails and documents made by jobs."""
    token = _current.set(of(language, timezone))
    try:
        yield current()
    finally:
        _current.reset(token)
