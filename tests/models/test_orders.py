"""Lists of orders and their figures, for each kind of user, and what they cost."""

from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import text

from models.errors import NotFound
from models.order.figures import DealerFigures, Total, order_figures, orders_placed
from models.order.queries import (
    OrderFilter,
    OrderRow,
    get_order,
    list_orders,
    page_totals,
)
from models.session import Session
from models.text import fold
from tests.factories import add_orders
from tests.models.conftest import Opener, counted
from tests.world import NOON, days, ident

EVERYBODY = ["ayse", "burak", "cem", "ece", "filiz", "gokhan", "hale"]


@pytest.fixture
def orders(world: ModuleType, system: Session) -> None:
    """30 orders of each dealer beside the cast's own, Boğaz's half an hour after Kordon's."""
    add_orders(system, 30)
    for order in add_orders(system, 30, "bogaz"):
        order.placed_at += timedelta(minutes=30)
    system.commit()


def numbers(db: Session, **wanted: object) -> list[str]:
    return [row.number for row in list_orders(db, OrderFilter(**wanted))]  # type: ignore[arg-type]


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_newest_come_first_for_everybody(acting: Opener, orders: None, name: str) -> None:
    with acting(name) as db:
        visible = db.execute(text('select number from "order" order by placed_at desc, id desc')).scalars().all()
        assert numbers(db, limit=100) == visible
        assert numbers(db, limit=7, offset=20) == visible[20:27]
        assert numbers(db, limit=7, descending=False) == visible[::-1][:7]


def test_a_rep_without_a_territory_sees_an_empty_list(acting: Opener, orders: None) -> None:
    with acting("deniz") as db:
        assert numbers(db) == []


@pytest.mark.parametrize(("name", "whose"), [("ayse", {None}), ("cem", {"Kordon Kaynak Malzemeleri"})])
def test_only_others_than_dealers_read_whose_an_order_is(
    acting: Opener, orders: None, name: str, whose: set[str | None]
) -> None:
    with acting(name) as db:
        assert {row.dealer_name for row in list_orders(db, OrderFilter())} == whose


@pytest.mark.parametrize(
    ("name", "q", "found"),
    [
        ("ayse", "0012", ["kordon-0012"]),
        ("ayse", "bogaz", []),
        ("ayse", "KORDON-0003", ["kordon-0003"]),
        ("hale", "0012", []),
        ("hale", "bogaz-0012", ["bogaz-0012"]),
        ("hale", "BOĞAZ-0012", ["bogaz-0012"]),
        ("hale", "%", []),
        ("cem", "bogaz-0012", []),
    ],
)
def test_search_by_number(acting: Opener, orders: None, name: str, q: str, found: list[str]) -> None:
    with acting(name) as db:
        assert numbers(db, q=q) == found


def test_head_office_searches_by_the_dealers_name(acting: Opener, orders: None) -> None:
    with acting("hale") as db:
        assert len(numbers(db, q="çelik boğaz")) == 31
        assert {row.dealer_name for row in list_orders(db, OrderFilter(q="b-kordon"))} == {"Kordon Kaynak Malzemeleri"}


@pytest.mark.parametrize("name", ["ayse", "cem", "filiz", "hale"])
def test_status_and_period_narrow(acting: Opener, orders: None, name: str) -> None:
    with acting(name) as db:
        assert "S-kordon-1" in numbers(db, status="shipped")
        assert numbers(db, status="cancelled") == []
        placed = numbers(db, since=NOON - timedelta(hours=3), before=NOON - timedelta(hours=1), q="kordon-")
        assert placed == ["kordon-0002", "kordon-0003"]


@pytest.mark.parametrize("name", ["ayse", "cem", "hale"])
@pytest.mark.parametrize("sort", ["amount", "number"])
def test_other_orders_of_the_list(acting: Opener, orders: None, name: str, sort: str) -> None:
    with acting(name) as db:
        rows = list_orders(db, OrderFilter(sort=sort, limit=100))
    values: list[object] = [fold(row.number) if sort == "number" else row.amount for row in rows]
    assert values == sorted(values, reverse=True)  # type: ignore[type-var]
    assert len(values) > 30


def test_an_order_with_everything_on_it(acting: Opener, world: ModuleType) -> None:
    with acting("ayse") as db:
        assert counted(db, lambda: get_order(db, ident("order.kordon"))) <= 6
        order = get_order(db, ident("order.kordon"))
        assert order.dealer.name == "Kordon Kaynak Malzemeleri"
        assert [(line.product.code, line.shipped_quantity) for line in order.lines] == [("E7018-325", Decimal(24))]
        assert [step.status for step in order.timeline] == ["placed"]
        assert [line.quantity for line in order.shipments[0].lines] == [24]


@pytest.mark.parametrize("name", ["burak", "ece", "gokhan", "deniz"])
def test_another_ones_order_is_not_found(acting: Opener, world: ModuleType, name: str) -> None:
    with acting(name) as db, pytest.raises(NotFound):
        get_order(db, ident("order.kordon"))


def test_figures_leave_out_what_was_cancelled_and_keep_currencies_apart(
    acting: Opener, world: ModuleType, system: Session
) -> None:
    add_orders(system, 2)
    add_orders(system, 1, number="usd", currency="USD", amount=Decimal(7))
    add_orders(system, 1, number="gone", status="cancelled", amount=Decimal(9999))
    system.commit()
    with acting("ayse") as db:
        assert order_figures(db, NOON) == [
            DealerFigures("TRY", 2, Decimal(300), Decimal(18_516), Decimal(0)),
            DealerFigures("USD", 1, Decimal(7), Decimal(7), Decimal(0)),
        ]
        assert orders_placed(db, NOON - days(1), NOON)[0] == Total("TRY", Decimal(300), 2)


def test_the_foot_of_a_page_adds_up_by_currency() -> None:
    def row(currency: str, amount: int) -> OrderRow:
        return OrderRow(UUID(int=0), "", "placed", NOON, None, 1, Decimal(amount), currency, "erp", UUID(int=0), None)

    rows = [row("USD", 5), row("TRY", 10), row("TRY", 1)]
    assert page_totals(rows) == [Total("TRY", Decimal(11), 2), Total("USD", Decimal(5), 1)]


@pytest.mark.parametrize("name", ["ayse", "cem", "filiz", "hale"])
def test_a_list_costs_the_same_at_3_and_at_30_orders(
    acting: Opener, world: ModuleType, system: Session, name: str
) -> None:
    costs = []
    for part in ("a", "b"):
        for number in range(3 if part == "a" else 27):
            add_orders(system, 1, number=f"{part}{number}")
        system.commit()
        with acting(name) as db:
            costs.append(counted(db, lambda db=db: list_orders(db, OrderFilter())))  # type: ignore[misc]
    assert costs[0] == costs[1] <= 3
