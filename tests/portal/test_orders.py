"""Orders on screen: one's own, searched, sorted, added up, and as a file."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType

import pytest

from models.access import Principal
from models.session import Database
from tests import world as cast
from tests.factories import add_orders
from tests.portal.conftest import Browser, writes

AsUser = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
ORDER = f"/orders/{cast.ident('order.kordon')}"


@pytest.fixture
def orders(world: ModuleType, system_database: Database) -> Callable[..., None]:
    """Adds orders to the cast's: `orders(30, "bogaz", status="confirmed")`."""

    def add(*args: object, **values: object) -> None:
        with system_database.transaction(Principal.system("set the scene")) as db:
            add_orders(db, *args, **values)  # type: ignore[arg-type]

    return add


def test_a_dealer_sees_his_own_orders_and_no_column_of_dealers(as_user: AsUser, orders: Callable[..., None]) -> None:
    orders(3, "bogaz")
    page = as_user("dealer@example.com").get("/orders").text
    assert "S-kordon-1" in page
    assert "bogaz" not in page
    assert ">Dealer<" not in page


def test_head_office_sees_whose_an_order_is(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("hq@example.com").get("/orders").text
    assert "Kordon Kaynak" in page
    assert "Boğaz Çelik" in page


def test_an_order_line_by_line(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("dealer@example.com").get(ORDER).text
    for shown in ("S-kordon-1", "E7018-325", "40\N{NO-BREAK SPACE}box", "Partly shipped", "IRS-kordon", "18,216.00"):
        assert shown in page


@pytest.mark.parametrize("email", ["dealer2@example.com", "rep2@example.com", "manager2@example.com"])
def test_another_ones_order_does_not_exist(as_user: AsUser, world: ModuleType, email: str) -> None:
    assert as_user(email).get(ORDER).status_code == 404


def test_staff_without_the_right_are_turned_away(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("staff@example.com")
    assert browser.get("/orders").status_code == browser.get(ORDER).status_code == 403


def test_search_status_and_period_narrow(as_user: AsUser, orders: Callable[..., None]) -> None:
    orders(5)
    browser = as_user("dealer@example.com")
    assert "kordon-0004" in browser.get("/orders?q=0004").text
    assert "kordon-0004" not in browser.get("/orders?status=shipped").text
    assert "S-kordon-1" not in browser.get("/orders?since=2026-03-02").text
    assert "S-kordon-1" in browser.get("/orders?until=2026-02-24").text
    assert "Nothing matches" in browser.get("/orders?until=2026-02-23").text
    assert "kordon-0004" in browser.get("/orders?since=nonsense&status=nonsense&sort=nonsense&page=-1&size=7").text


def test_a_day_begins_and_ends_where_the_portal_is(as_user: AsUser, orders: Callable[..., None]) -> None:
    orders(1, number="late", placed_at=cast.NOON.replace(hour=21, minute=30))  # half past midnight in Istanbul
    browser = as_user("dealer@example.com")
    assert "late" in browser.get("/orders?since=2026-03-03&q=late").text
    assert "Nothing matches" in browser.get("/orders?until=2026-03-02&q=late").text


def test_the_foot_adds_up_the_page_by_currency(as_user: AsUser, orders: Callable[..., None]) -> None:
    orders(2)
    page = as_user("dealer@example.com").get("/orders").text
    assert "3 orders on this page" in page
    assert "18,516.00" in page
    orders(1, number="usd", currency="USD")
    page = as_user("dealer@example.com").get("/orders").text
    assert "1 order on this page" in page
    assert "100.00" in page


def test_pages_lead_on_and_back(as_user: AsUser, orders: Callable[..., None]) -> None:
    orders(30)
    browser = as_user("dealer@example.com")
    first, second = browser.get("/orders?size=25").text, browser.get("/orders?size=25&page=2").text
    assert "Next" in first
    assert "Back" in second
    assert ("kordon-0001" in first, "kordon-0030" in first) == (True, False)
    assert ("kordon-0001" in second, "kordon-0030" in second) == (False, True)


@pytest.mark.parametrize(("kind", "mimetype"), [("csv", "text/csv"), ("xlsx", "spreadsheetml")])
def test_a_file_holds_all_that_the_filters_leave(
    as_user: AsUser, orders: Callable[..., None], kind: str, mimetype: str
) -> None:
    orders(60)
    answer = as_user("dealer@example.com").get(f"/orders?export={kind}&status=placed&size=25")
    assert mimetype in (answer.mimetype or "")
    if kind == "csv":
        assert answer.text.count("\n") == 61
        assert "kordon-0060" in answer.text


def test_htmx_gets_the_table_alone(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("dealer@example.com")
    part = browser.get("/orders?q=kordon", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="orders">')
    assert part.vary.as_set() >= {"hx-request"}
    boosted = browser.get("/orders", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "<!doctype html>" in boosted.text


@pytest.mark.parametrize("email", ["dealer@example.com", "rep@example.com", "hq@example.com"])
def test_a_page_costs_the_same_at_3_and_at_30_orders_and_writes_nothing(
    as_user: AsUser, orders: Callable[..., None], statements: Statements, email: str
) -> None:
    browser, counts = as_user(email), []
    for part, more in (("a", 2), ("b", 27)):
        for number in range(more):
            orders(1, number=f"{part}{number}")
        with statements() as sql:
            browser.get("/orders")
        counts.append(len(sql))
        assert writes(sql) == []
    assert counts[0] == counts[1]


def test_an_empty_list_says_what_comes(as_user: AsUser, world: ModuleType) -> None:
    assert "No orders yet" in as_user("rep2@example.com").get("/orders").text
