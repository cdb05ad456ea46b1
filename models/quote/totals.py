"""What a quote adds up to: pure arithmetic, rounded as on a Turkish invoice.

Each line's amount and each line's tax are rounded half up to the cent; the sums add rounded figures, so whoever adds up
the lines on paper gets the same totals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

CENT = Decimal("0.01")
HUNDRED = Decimal(100)
ZERO = Decimal("0.00")


class Priced(Protocol):
    """A line: so many units at a price each, less a discount, taxed at a rate (both in percent)."""

    @property
    def quantity(self) -> Decimal: ...
    @property
    def price(self) -> Decimal: ...
    @property
    def discount_percent(self) -> Decimal: ...
    @property
    def vat_percent(self) -> Decimal: ...


@dataclass(frozen=True, slots=True)
class VatTotal:
    """The tax of all lines of one rate: `vat` on `base`."""

    percent: Decimal
    base: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """`gross` − `discount` = `net`; `net` + `vat` = `total`; `vats` are `vat` by rate, the lowest first."""

    gross: Decimal
    discount: Decimal
    net: Decimal
    vats: tuple[VatTotal, ...]
    vat: Decimal
    total: Decimal


def to_cents(amount: Decimal) -> Decimal:
    """Rounded half up, away from zero.

    >>> to_cents(Decimal("2.675")), to_cents(Decimal("-2.675"))
    (Decimal('2.68'), Decimal('-2.68'))
    """
    return amount.quantize(CENT, ROUND_HALF_UP)


def line_gross(line: Priced) -> Decimal:
    """What the line would cost without its discount."""
    return to_cents(line.quantity * line.price)


def line_amount(line: Priced) -> Decimal:
    """What the line costs, before tax."""
    return to_cents(line.quantity * line.price * (HUNDRED - line.discount_percent) / HUNDRED)


def line_vat(line: Priced) -> Decimal:
    """The tax on the line's rounded amount."""
    return to_cents(line_amount(line) * line.vat_percent / HUNDRED)


def totals(lines: Iterable[Priced]) -> Totals:
    """What the lines add up to."""
    gross = net = ZERO
    vats: dict[Decimal, VatTotal] = {}
    for line in lines:
        amount = line_amount(line)
        gross += line_gross(line)
        net += amount
        rate = line.vat_percent.normalize()
        so_far = vats.get(rate, VatTotal(line.vat_percent, ZERO, ZERO))
        vats[rate] = VatTotal(so_far.percent, so_far.base + amount, so_far.vat + line_vat(line))
    vat = sum((each.vat for each in vats.values()), ZERO)
    by_rate = tuple(vats[rate] for rate in sorted(vats))
    return Totals(gross, gross - net, net, by_rate, vat, net + vat)
