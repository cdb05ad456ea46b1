"""Numbers, money and dates as readers of each language see them."""

import datetime as dt
import os
import subprocess
import sys
import timeit
from decimal import Decimal, InvalidOperation

import pytest
import time_machine
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from portal import formats
from portal.formats import Formats, of
from portal.web import Portal
from portal.web.filters import ago

EN, TR, IT = (of(language, "Europe/Istanbul") for language in ("en", "tr", "it"))
NOON = dt.datetime(2026, 11, 22, 9, 40, tzinfo=dt.UTC)
AMOUNTS = st.decimals(-(10**12), 10**12, places=2)


@pytest.mark.parametrize(
    ("formats", "plain", "lira", "euro"),
    [
        (EN, "−1,234,567.50", "−TRY\xa01,234.50", "€3.00"),
        (TR, "−1.234.567,50", "−₺1.234,50", "€3,00"),
        (IT, "−1.234.567,50", "−1.234,50\xa0TRY", "3,00\xa0€"),
    ],
)
def test_money(formats: Formats, plain: str, lira: str, euro: str) -> None:
    assert formats.money(Decimal("-1234567.5")) == plain
    assert formats.money(Decimal("-1234.5"), "TRY") == lira
    assert formats.money(3, "EUR") == euro
    assert formats.money(1500, "JPY").strip("JPY¥\xa0")[-4:] in (",500", ".500"), "yen have no hundredths"


@pytest.mark.parametrize(
    ("value", "currency", "english", "turkish", "italian"),
    [
        ("4.5", None, "4.50", "4,50", "4,50"),
        ("0.1275", "TRY", "TRY\xa00.1275", "₺0,1275", "0,1275\xa0TRY"),
        ("1234.125", "EUR", "€1,234.125", "€1.234,125", "1.234,125\xa0€"),
        ("520", "EUR", "€520.00", "€520,00", "520,00\xa0€"),
        ("1500", "JPY", "JP¥\xa01,500", "¥1.500", "1.500\xa0JPY"),
    ],
)
def test_the_price_of_a_unit_is_as_exact_as_it_is(
    value: str, currency: str | None, english: str, turkish: str, italian: str
) -> None:
    assert [f.price(Decimal(value), currency) for f in (EN, TR, IT)] == [english, turkish, italian]


def test_a_capital_is_of_the_readers_alphabet() -> None:
    assert [f.capital("iptal edildi") for f in (EN, TR, IT)] == ["Iptal edildi", "İptal edildi", "Iptal edildi"]
    assert TR.capital("") == ""


def test_unknown_is_a_dash_and_never_zero() -> None:
    assert {EN.money(None), EN.number(None), EN.quantity(None), EN.percent(None), EN.datetime(None)} == {"–"}
    assert EN.money(0) == "0.00"


def test_quantities_say_no_decimals_that_mean_nothing() -> None:
    assert TR.quantity(Decimal("12.500"), "kg") == "12,5\xa0kg"
    assert TR.quantity(Decimal("1200.000")) == "1.200"
    assert EN.quantity(Decimal("0.125")) == "0.125"
    assert EN.quantity(100) == "100"


def test_percentages_stand_where_the_language_puts_them() -> None:
    assert [f.percent(Decimal("0.1254"), 1) for f in (EN, TR, IT)] == ["12.5%", "%12,5", "12,5%"]


def test_dates_and_times_are_in_the_readers_zone() -> None:
    assert EN.datetime(NOON) == "22 Nov 2026 12:40"
    assert TR.date(NOON.date()) == "22 Kas 2026"
    assert IT.date(dt.date(2026, 3, 1)) == "1 mar 2026"
    assert of("en", "UTC").time(NOON) == "09:40"


@pytest.mark.parametrize(
    ("delta", "english", "turkish", "italian"),
    [
        (dt.timedelta(seconds=-3), "1 min ago", "1 dk. önce", "1 min fa"),
        (dt.timedelta(hours=-2, minutes=-50), "2 hr ago", "2 sa. önce", "2 h fa"),
        (dt.timedelta(minutes=5), "in 5 min", "5 dk. sonra", "tra 5 min"),
        (dt.timedelta(days=-3), "3 days ago", "3 gün önce", "3 gg fa"),
        (dt.timedelta(days=-9), "13 Nov 2026", "13 Kas 2026", "13 nov 2026"),
    ],
)
def test_near_moments_are_relative(delta: dt.timedelta, english: str, turkish: str, italian: str) -> None:
    written = [f.relative(NOON + delta, NOON) for f in (EN, TR, IT)]
    assert [text.replace("\xa0", " ") for text in written] == [english, turkish, italian]


@given(AMOUNTS)
def test_numbers_are_written_as_babel_writes_them(amount: Decimal) -> None:
    for ours in (EN, TR, IT):
        theirs = format_decimal(amount, format="#,##0.00", locale=ours.cldr)
        assert ours.number(amount, 2) == theirs.replace("-", "−")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2200, 1, 1)))
def test_dates_are_written_as_babel_writes_them(day: dt.date) -> None:
    for ours in (EN, TR, IT):
        assert ours.date(day) == format_date(day, locale=ours.cldr)


@given(AMOUNTS)
def test_what_is_shown_can_be_typed_back(amount: Decimal) -> None:
    for ours in (EN, TR, IT):
        assert ours.parse(ours.editable(amount)) == amount
        assert ours.parse(ours.money(amount)) == amount


@pytest.mark.parametrize(
    ("typed", "english", "turkish"),
    [
        ("1250", "1250", "1250"),
        ("12,5", "12.5", "12.5"),
        ("12.5", "12.5", "12.5"),
        ("1.250", "1.250", "1250"),
        ("1,250", "1250", "1.250"),
        ("1.250,50", "1250.50", "1250.50"),
        ("1,250.50", "1250.50", "1250.50"),
        ("1.250.000", "1250000", "1250000"),
        (" 1 250,5 ", "1250.5", "1250.5"),
        ("−7", "-7", "-7"),
        (",5", "0.5", "0.5"),
    ],
)
def test_typed_numbers_are_understood(typed: str, english: str, turkish: str) -> None:
    assert (EN.parse(typed), TR.parse(typed)) == (Decimal(english), Decimal(turkish))


@pytest.mark.parametrize("typed", ["", "abc", "1,2,3", "1.2.3", "12.345,678.9", "--1", "1e5", "NaN", "٣", "1/2", "."])
def test_what_is_no_number_is_refused(typed: str) -> None:
    for ours in (EN, TR, IT):
        with pytest.raises((ValueError, InvalidOperation)):
            ours.parse(typed)


@pytest.mark.parametrize("seconds", [0, 20, 59])
def test_what_has_just_happened_lies_behind_in_every_second_of_a_minute(app: Portal, seconds: int) -> None:
    present = NOON + dt.timedelta(seconds=seconds)
    with app.test_request_context(), time_machine.travel(present, tick=False):
        assert ">1 min" in str(ago(present))
        assert "in 1" not in str(ago(present))
        assert ">4 " in str(ago(present - dt.timedelta(days=4)))


def test_documents_are_written_for_their_reader_and_not_for_who_asked() -> None:
    before = formats.current()
    with formats.reading("it") as its:
        assert formats.current() is its
    assert formats.current() is before


def test_a_cell_costs_microseconds() -> None:
    amount, moment = Decimal("1234567.50"), NOON - dt.timedelta(hours=3)
    cells = {
        "number": (lambda: TR.money(amount), 3),
        "with currency": (lambda: TR.money(amount, "TRY"), 3),
        "quantity": (lambda: TR.quantity(amount), 3),
        "date": (lambda: TR.date(NOON.date()), 6),
        "moment": (lambda: TR.datetime(NOON), 6),
        "relative": (lambda: TR.relative(moment, NOON), 6),
    }
    for name, (cell, target) in cells.items():
        cost = min(timeit.repeat(cell, number=2000, repeat=9)) / 2000 * 1e6
        assert cost < target * 4, f"{name}: {cost:.1f} µs; on a quiet machine it stays below {target} µs"


def test_time_zones_are_known_on_a_machine_that_brings_none() -> None:
    asked = "from portal.formats import of; from models.lead.clock import DEALERS_ZONE; of('tr', 'Europe/Istanbul')"
    done = subprocess.run(
        [sys.executable, "-c", f"import zoneinfo; assert not zoneinfo.TZPATH; {asked}; print(DEALERS_ZONE)"],
        env=dict(os.environ) | {"PYTHONTZPATH": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "Europe/Istanbul\n", done.stderr
