"""What a quote adds up to: by table, by property, and against adding up on paper."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.quote.totals import CENT, VatTotal, line_amount, line_gross, line_vat, totals

D = Decimal
ZERO, TWENTY = D(0), D(20)


@dataclass(frozen=True)
class Line:
    quantity: Decimal
    price: Decimal
    discount_percent: Decimal = ZERO
    vat_percent: Decimal = TWENTY


def decimals(smallest: str, largest: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(D(smallest), D(largest), places=places, allow_nan=False, allow_infinity=False)


lines = st.builds(
    Line,
    quantity=decimals("0.001", "99999", 3),
    price=decimals("0", "99999", 4),
    discount_percent=decimals("0", "100", 3),
    vat_percent=st.sampled_from([D(0), D(1), D(10), D("10.000"), D(20), D("20.00")]),
)


@pytest.mark.parametrize(
    ("line", "gross", "amount", "vat"),
    [
        (Line(D(4), D("495")), "1980.00", "1980.00", "396.00"),
        (Line(D("12.5"), D("184.75"), D(12)), "2309.38", "2032.25", "406.45"),
        (Line(D(1), D("0.005")), "0.01", "0.01", "0.00"),
        (Line(D(3), D("0.335"), vat_percent=D(10)), "1.01", "1.01", "0.10"),
        (Line(D(1), D("2.675"), vat_percent=D(1)), "2.68", "2.68", "0.03"),
        (Line(D(7), D("9.99"), D(100)), "69.93", "0.00", "0.00"),
        (Line(D(1), D(0)), "0.00", "0.00", "0.00"),
    ],
)
def test_a_line_is_rounded_half_up(line: Line, gross: str, amount: str, vat: str) -> None:
    assert (line_gross(line), line_amount(line), line_vat(line)) == (D(gross), D(amount), D(vat))


def test_tax_is_rounded_per_line_and_summed_per_rate() -> None:
    # Three times 0.03 of tax, where 20 % of the sum would round to 0.08.
    sums = totals([Line(D(1), D("0.13"))] * 3 + [Line(D(1), D(100), vat_percent=D(10))])
    assert sums.vats == (VatTotal(D(10), D("100.00"), D("10.00")), VatTotal(D(20), D("0.39"), D("0.09")))
    assert (sums.net, sums.vat, sums.total) == (D("100.39"), D("10.09"), D("110.48"))


def test_one_rate_written_in_two_ways_is_one_rate() -> None:
    sums = totals([Line(D(1), D(10), vat_percent=D("20.000")), Line(D(1), D(10), vat_percent=D(20))])
    assert [(each.base, each.vat) for each in sums.vats] == [(D(20), D(4))]


def test_nothing_comes_to_nothing() -> None:
    assert totals([]).total == 0
    assert totals([]).vats == ()


@given(st.lists(lines, max_size=30))
def test_totals_add_up(many: list[Line]) -> None:
    sums = totals(many)
    assert sums.gross - sums.discount == sums.net == sum(map(line_amount, many), D(0))
    assert sums.net + sums.vat == sums.total
    assert sum((each.base for each in sums.vats), D(0)) == sums.net
    assert sum((each.vat for each in sums.vats), D(0)) == sums.vat
    assert 0 <= sums.discount <= sums.gross
    for amount in (sums.gross, sums.net, sums.vat, sums.total):
        assert amount == amount.quantize(CENT)


@given(lines)
def test_rounding_moves_a_line_by_half_a_cent_at_most(line: Line) -> None:
    exact = line.quantity * line.price * (100 - line.discount_percent) / 100
    assert abs(line_amount(line) - exact) <= CENT / 2
    assert line_amount(line) == exact.quantize(CENT, ROUND_HALF_UP)


@given(st.lists(lines, min_size=1, max_size=8))
def test_the_order_of_the_lines_does_not_matter(many: list[Line]) -> None:
    shuffled = sorted(many, key=lambda line: (line.price, line.quantity, line.discount_percent, line.vat_percent))
    one, other = totals(many), totals(shuffled)
    assert (one.net, one.vat, one.total) == (other.net, other.vat, other.total)
