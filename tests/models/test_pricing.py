"""How a dealer's price comes about: by cases, and by properties that hold for any lists and discounts."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.pricing import DiscountRule, ListedPrice, best_discount, dealer_price, discounted, valid_on

DAY = date(2026, 3, 2)
ELECTRODES, BASIC, MACHINES = (uuid5(UUID(int=0), name) for name in ("electrodes", "basic", "machines"))
LINEAGE = (BASIC, ELECTRODES)


def listed(
    price: str, *, own: bool = False, code: str = "open", start: int = -60, end: int | None = None
) -> ListedPrice:
    until = None if end is None else DAY + timedelta(days=end)
    return ListedPrice(code, code, own, "TRY", Decimal(price), DAY + timedelta(days=start), until)


def rule(percent: str, group: UUID | None = None, start: int = -60, end: int | None = None) -> DiscountRule:
    until = None if end is None else DAY + timedelta(days=end)
    return DiscountRule(group, None, Decimal(percent), DAY + timedelta(days=start), until)


@pytest.mark.parametrize(
    ("prices", "discounts", "expected"),
    [
        pytest.param([], [], None, id="no list names a price"),
        pytest.param([listed("520")], [], "520", id="the open list"),
        pytest.param([listed("520"), listed("530", own=True)], [], "530", id="the own list, even when it is dearer"),
        pytest.param([listed("520"), listed("495", own=True, end=-1)], [], "520", id="an own price that has ended"),
        pytest.param([listed("520"), listed("495", own=True, end=0)], [], "495", id="an own price on its last day"),
        pytest.param([listed("495", own=True, start=1)], [], None, id="a price that begins tomorrow"),
        pytest.param([listed("495", own=True, start=0)], [], "495", id="a price on its first day"),
        pytest.param([listed("520"), listed("540", start=-1)], [], "540", id="the entry that began last"),
        pytest.param([listed("7", code="b"), listed("5", code="a")], [], "5", id="the same day: by the list's code"),
        pytest.param([listed("100")], [rule("8")], "92.00", id="a discount on everything"),
        pytest.param([listed("100")], [rule("8"), rule("3", ELECTRODES)], "97.00", id="a parent group before all"),
        pytest.param(
            [listed("100")], [rule("20", ELECTRODES), rule("3", BASIC)], "97.00", id="the own group before its parent"
        ),
        pytest.param([listed("100")], [rule("3", BASIC), rule("5", BASIC)], "95.00", id="the larger of the same group"),
        pytest.param([listed("100")], [rule("9", MACHINES)], "100", id="a discount on another group"),
        pytest.param([listed("100")], [rule("9", BASIC, end=-1), rule("2")], "98.00", id="an expired discount"),
        pytest.param([listed("100", own=True)], [rule("10")], "90.00", id="a discount on the own list"),
        pytest.param([listed("100")], [rule("100")], "0.00", id="given away"),
    ],
)
def test_a_dealers_price(prices: list[ListedPrice], discounts: list[DiscountRule], expected: str | None) -> None:
    found = dealer_price(prices, discounts, LINEAGE, DAY)
    assert (found and str(found.price)) == expected


def test_the_explanation_names_list_rule_and_day() -> None:
    prices, discounts = [listed("520"), listed("495", own=True, code="mine")], [rule("8", ELECTRODES), rule("1")]
    found = dealer_price(prices, discounts, LINEAGE, DAY)
    assert found is not None
    assert (found.listed, found.discount, found.open_price, found.on) == (prices[1], discounts[0], prices[0], DAY)
    assert (found.discount_amount, found.currency) == (Decimal("39.60"), "TRY")


@pytest.mark.parametrize(
    ("price", "percent", "expected"),
    [
        ("10.00", "12.5", "8.75"),
        ("0.05", "50", "0.03"),
        ("0.0350", "10", "0.032"),
        ("1200", "0.001", "1199.99"),
        ("1.2345", "50", "0.6173"),
        ("0", "10", "0.00"),
    ],
)
def test_rounding_is_half_up_to_the_places_of_the_price(price: str, percent: str, expected: str) -> None:
    assert str(discounted(Decimal(price), Decimal(percent))) == expected


money = st.decimals(0, 100_000, places=4)
percents = st.decimals(0, 100, places=3)
days = st.integers(-40, 40)
groups = st.sampled_from([BASIC, ELECTRODES, MACHINES, None])
listings = st.builds(
    lambda price, own, code, start, length: listed(
        str(price), own=own, code=code, start=start, end=None if length is None else start + length
    ),
    money,
    st.booleans(),
    st.sampled_from(["a", "b", "c"]),
    days,
    st.none() | st.integers(0, 60),
)
rules = st.builds(
    lambda percent, group, start, length: rule(
        str(percent), group, start, end=None if length is None else start + length
    ),
    percents,
    groups,
    days,
    st.none() | st.integers(0, 60),
)


@given(money, percents)
def test_a_discount_is_never_more_than_the_price_nor_off_by_a_step(price: Decimal, percent: Decimal) -> None:
    found = discounted(price, percent)
    assert 0 <= found <= price
    assert abs(found - price * (100 - percent) / 100) <= Decimal("0.005")


@given(st.lists(listings, max_size=6), st.lists(rules, max_size=6))
def test_a_price_follows_from_what_is_valid_alone(prices: list[ListedPrice], discounts: list[DiscountRule]) -> None:
    found = dealer_price(prices, discounts, LINEAGE, DAY)
    assert found == dealer_price(valid_on(prices, DAY), valid_on(discounts, DAY), LINEAGE, DAY)
    turned = dealer_price(reversed(prices), reversed(discounts), LINEAGE, DAY)
    assert (found and found.price) == (turned and turned.price)
    assert (found is None) == (not valid_on(prices, DAY))
    if found is not None:
        assert found.listed in prices
        assert found.listed.own or not any(price.own for price in valid_on(prices, DAY))


@given(st.lists(rules, max_size=8))
def test_no_discount_of_a_nearer_scope_is_passed_over(discounts: list[DiscountRule]) -> None:
    found = best_discount(discounts, LINEAGE, DAY)
    order = [*LINEAGE, None]
    applicable = [each for each in valid_on(discounts, DAY) if each.group_id in order]
    assert (found is None) == (not applicable)
    if found is not None:
        nearest = min(order.index(each.group_id) for each in applicable)
        assert order.index(found.group_id) == nearest
        assert found.percent == max(each.percent for each in applicable if order.index(each.group_id) == nearest)
