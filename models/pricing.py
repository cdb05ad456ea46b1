"""How a dealer's price comes about: pure arithmetic on what the price lists and discounts say.

1. The dealer's own price list goes before an open one. 2. Of a list, the entry that began last among those valid on the
day. 3. The best discount of the nearest scope: the product's own group, then the parent groups, then all products.
4. Rounding half up, to as many decimal places as the list price has, at least two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


class Dated(Protocol):
    """Something that holds from one day through another, or until further notice."""

    @property
    def valid_from(self) -> date: ...

    @property
    def valid_until(self) -> date | None: ...


class ListedPrice(NamedTuple):
    """What one price list says for one sales unit of a product."""

    list_code: str
    list_name: str
    own: bool
    """Whether the list was made for this dealer alone."""
    currency: str
    price: Decimal
    valid_from: date
    valid_until: date | None


class DiscountRule(NamedTuple):
    """A dealer's discount in percent, on one product group or, without one, on everything."""

    group_id: UUID | None
    group_name: str | None
    percent: Decimal
    valid_from: date
    valid_until: date | None


class DealerPrice(NamedTuple):
    """The price of one sales unit on a day, with everything that made it."""

    price: Decimal
    listed: ListedPrice
    """The entry from which the price starts."""
    discount: DiscountRule | None
    open_price: ListedPrice | None
    """What the open price list says: the list price that anybody may read."""
    on: date

    @property
    def currency(self) -> str:
        """The currency of `price`."""
        return self.listed.currency

    @property
    def discount_amount(self) -> Decimal:
        """What the discount takes off one sales unit, rounding included."""
        return self.listed.price - self.price


Row = TypeVar("Row", bound=Dated)


def valid_on(rows: Iterable[Row], day: date) -> list[Row]:
    """Those that hold on the day, both ends included."""
    return [row for row in rows if row.valid_from <= day and (row.valid_until is None or row.valid_until >= day)]


def dealer_price(
    prices: Iterable[ListedPrice], discounts: Iterable[DiscountRule], lineage: Sequence[UUID], day: date
) -> DealerPrice | None:
    """The dealer's price of one product, None when no list names one.

    `lineage` holds the product's group and its ancestors, nearest first; `prices` are those of this product in the
    lists that the dealer may use.
    """
    return price_less(valid_on(prices, day), best_discount(discounts, lineage, day), day)


def price_less(valid: Sequence[ListedPrice], discount: DiscountRule | None, day: date) -> DealerPrice | None:
    """The same once it is known which prices are valid and which discount applies: products of one group share it."""
    open_price = _latest([price for price in valid if not price.own])
    listed = _latest([price for price in valid if price.own]) or open_price
    if listed is None:
        return None
    price = discounted(listed.price, discount.percent) if discount else listed.price
    return DealerPrice(price, listed, discount, open_price, day)


def best_discount(discounts: Iterable[DiscountRule], lineage: Sequence[UUID], day: date) -> DiscountRule | None:
    """The largest discount of the nearest scope that has one on the day. Scopes do not add up."""
    valid = valid_on(discounts, day)
    for scope in (*lineage, None):
        rules = [rule for rule in valid if rule.group_id == scope]
        if rules:
            return max(rules, key=lambda rule: (rule.percent, rule.valid_from))
    return None


def discounted(price: Decimal, percent: Decimal) -> Decimal:
    """The price less `percent`, rounded half up to the decimal places that the price has, at least two.

    >>> discounted(Decimal("495.00"), Decimal(8)), discounted(Decimal("0.0350"), Decimal(10))
    (Decimal('455.40'), Decimal('0.032'))
    """
    step = min(CENT, Decimal(1).scaleb(int(price.normalize().as_tuple().exponent)))
    return (price * (HUNDRED - percent) / HUNDRED).quantize(step, ROUND_HALF_UP)


def _latest(prices: Sequence[ListedPrice]) -> ListedPrice | None:
    """Of several, the one that began last; of those, by its list's code, so that the answer never wavers."""
    if len(prices) < 2:
        return prices[0] if prices else None
    return min(prices, key=lambda each: (-each.valid_from.toordinal(), each.list_code, each.price))
