"""The home page of each kind of user."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType

import pytest
import time_machine

from models.access import Permission, Principal
from models.session import Database
from models.user import User
from tests import world as cast
from tests.factories import add_leads, add_orders
from tests.portal.conftest import Browser, writes

AsUser = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def noon() -> object:
    """Noon of the cast's day."""
    with time_machine.travel(cast.NOON):
        yield


def test_a_dealer_starts_with_what_he_owes_and_must_answer(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("dealer@example.com")
    assert browser.get("/").location == "/desk"
    page = browser.get("/desk").text
    for shown in (
        "Kordon Kaynak Malzemeleri",
        "379,999.50",
        "8,000.00",
        "erp, as of 15:00",
        "Gemi onarımı",
        "left",
        "S-kordon-1",
        "18,216.00",
        "IRS-kordon",
    ):
        assert shown in page
    assert "Boğaz" not in page


def test_the_year_is_compared_with_the_same_part_of_last_year(
    as_user: AsUser, world: ModuleType, system_database: Database
) -> None:
    last_year = cast.NOON.replace(year=2025, month=2)
    with system_database.transaction(Principal.system("set the scene")) as db:
        add_orders(db, 1, number="then", placed_at=last_year, amount=9_108)
        add_orders(db, 1, number="later", placed_at=last_year.replace(month=9), amount=1)
    assert "+100% against the same part of last year" in as_user("dealer@example.com").get("/desk").text


def test_a_quote_that_ends_soon_waits_too(as_user: AsUser, world: ModuleType) -> None:
    assert "Şişli / İĞÜŞÖÇ" not in as_user("dealer@example.com").get("/desk").text
    with time_machine.travel(cast.NOON + cast.days(20)):
        assert "Şişli / İĞÜŞÖÇ" in as_user("dealer@example.com").get("/desk").text


def test_staff_see_only_what_they_were_granted(as_user: AsUser, world: ModuleType, system_database: Database) -> None:
    browser = as_user("staff@example.com")
    page = browser.get("/desk").text
    for hidden in ("379,999.50", "Overdue", "Gemi onarımı", "S-kordon-1", "Open orders", "IRS-kordon"):
        assert hidden not in page
    with system_database.transaction(Principal.system("grant")) as db:
        db.get_one(User, cast.ident("user.mehmet")).grant({Permission.SEE_ORDERS, Permission.SEE_CREDIT})
    page = browser.get("/desk").text
    assert "379,999.50" in page
    assert "S-kordon-1" in page
    assert "Gemi onarımı" not in page


@pytest.mark.parametrize(
    ("email", "shown", "hidden"),
    [
        ("rep@example.com", ("Planned for today", "S-kordon-1", "Gemi onarımı"), ("S-bogaz-1",)),
        ("manager@example.com", ("Newest visits", "Gemi Onarım", "Kazan Sanayi", "S-kordon-1"), ("S-bogaz-1", "Vinç")),
        ("hq@example.com", ("Leads without a dealer", "Every lead has a dealer", "S-bogaz-1", "Vinç"), ()),
    ],
)
def test_everybody_else_reads_of_their_own_part_of_the_country(
    as_user: AsUser, world: ModuleType, email: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    page = as_user(email).get("/desk").text
    assert [text for text in shown if text not in page] == []
    assert [text for text in hidden if text in page] == []


def test_a_rep_without_anything_reads_why(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("rep2@example.com").get("/desk").text
    assert "Nothing waits for an answer" in page
    assert "No orders yet" in page


@pytest.mark.parametrize("email", ["dealer@example.com", "rep@example.com", "manager@example.com", "hq@example.com"])
def test_a_home_page_costs_the_same_however_much_there_is_and_writes_nothing(
    as_user: AsUser, world: ModuleType, system_database: Database, statements: Statements, email: str
) -> None:
    browser, counts = as_user(email), []
    for part, more in (("a", 1), ("b", 12)):
        with system_database.transaction(Principal.system("set the scene")) as db:
            for number in range(more):
                add_orders(db, 1, number=f"{part}{number}")
                add_leads(db, 1, number=f"{part}{number}")
        with statements() as sql:
            browser.get("/desk")
        counts.append(len(sql))
        assert writes(sql) == []
    assert counts[0] == counts[1]
