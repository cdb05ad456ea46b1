"""Drafts of orders on screen: the dealer's list, his answer, and what others see of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType

import pytest
import time_machine

from models.access import Permission, Principal
from models.order_draft import OrderDraft
from models.session import Database
from models.user import User
from tests import world as cast
from tests.portal.conftest import Browser, writes

AsUser = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
DRAFT = f"/order-drafts/{cast.ident('order_draft.gemi')}"
EARLY = f"/order-drafts/{cast.ident('order_draft.early')}"
SYSTEM = Principal.system("test")


@pytest.fixture(autouse=True)
def noon() -> object:
    """Noon of the cast's day."""
    with time_machine.travel(cast.NOON):
        yield


def kept(system_database: Database) -> OrderDraft:
    with system_database.open(SYSTEM) as db:
        return db.get_one(OrderDraft, cast.ident("order_draft.gemi"))


def test_a_dealer_finds_what_his_rep_proposed_and_nothing_that_is_still_written(
    as_user: AsUser, world: ModuleType
) -> None:
    browser = as_user("dealer@example.com")
    page = browser.get("/order-drafts").text
    assert "Drafts from your rep" in page
    assert DRAFT in page
    assert EARLY not in page
    assert "Vinç" not in page
    page = browser.get(DRAFT).text
    for shown in ("Gemi Onarım A.Ş.", "E7018-325", "4\N{NO-BREAK SPACE}box", "1,980.00", "Perşembe", "I ordered this"):
        assert shown in page
    assert "520" not in page
    assert browser.get(EARLY).status_code == 404
    assert "E7018" not in browser.get("/order-drafts?status=ordered").text


@pytest.mark.parametrize("email", ["dealer2@example.com", "rep2@example.com", "manager2@example.com"])
def test_another_ones_draft_does_not_exist(as_user: AsUser, world: ModuleType, email: str) -> None:
    browser = as_user(email)
    assert browser.get(DRAFT).status_code == 404
    assert DRAFT not in browser.get("/order-drafts").text


def test_a_dealer_says_that_he_ordered_it_and_draft_and_order_meet(
    as_user: AsUser, world: ModuleType, system_database: Database
) -> None:
    browser = as_user("dealer@example.com")
    answer = browser.submit(f"{DRAFT}/order", {"take-number": "S-kordon-1"})
    assert (answer.status_code, answer.location) == (303, DRAFT)
    page = browser.get(DRAFT).text
    assert "I ordered this" not in page
    assert f"/orders/{cast.ident('order.kordon')}" in page
    draft = kept(system_database)
    assert (draft.status, draft.order_number, bool(draft.answered_at)) == ("ordered", "S-kordon-1", True)
    again = browser.submit(f"{DRAFT}/decline", {"decline-reason": "No"})
    assert again.status_code == 422
    assert "answered already" in again.text


def test_declining_asks_for_a_reason_and_the_manager_reads_it(
    as_user: AsUser, world: ModuleType, system_database: Database
) -> None:
    browser = as_user("dealer@example.com")
    assert browser.submit(f"{DRAFT}/decline", {"decline-reason": " "}).status_code == 422
    assert kept(system_database).status == "proposed"
    assert browser.submit(f"{DRAFT}/decline", {"decline-reason": "Depo dolu"}).status_code == 303
    for email in ("rep@example.com", "manager@example.com", "hq@example.com"):
        page = as_user(email).get(DRAFT).text
        assert "Depo dolu" in page
        assert "2,080.00" in page
        assert "I ordered this" not in page


def test_a_manager_sees_it_with_the_account_and_cannot_answer(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("manager@example.com")
    page = browser.get(f"/accounts/{cast.ident('account.gemi')}").text
    assert DRAFT in page
    assert EARLY in page
    assert browser.submit(f"{DRAFT}/order").status_code == 403
    assert "Gemi Onarım" in browser.get("/order-drafts?export=csv").text


def test_staff_answer_only_with_the_right(as_user: AsUser, world: ModuleType, system_database: Database) -> None:
    browser = as_user("staff@example.com")
    assert browser.get(DRAFT).status_code == 403
    with system_database.transaction(SYSTEM) as db:
        db.get_one(User, cast.ident("user.mehmet")).grant({Permission.SEE_ORDERS})
    assert "I ordered this" not in browser.get(DRAFT).text
    assert browser.submit(f"{DRAFT}/order").status_code == 403


def test_the_rail_counts_what_waits_and_reading_writes_nothing(
    as_user: AsUser, world: ModuleType, statements: Statements
) -> None:
    browser = as_user("dealer@example.com")
    browser.get("/order-drafts")
    with statements() as seen:
        page = browser.get("/order-drafts").text
    assert 'Drafts from your rep <span class="count">1</span>' in page
    assert writes(seen) == []
