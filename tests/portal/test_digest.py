"""The dealers' market digest on the screen."""

from collections.abc import Callable
from types import ModuleType

import pytest

from models.access import Permission, Principal
from models.market.consolidate import consolidate
from models.session import Database
from models.user import User
from tests.factories_field import add_account, add_usage
from tests.portal.conftest import Browser
from tests.world import TODAY, days, ident

SignedIn = Callable[[str], Browser]
SYSTEM = Principal.system("test")


def tell(system_database: Database, accounts: int, brand: str = "ours", quantity: int = 100) -> None:
    """So many accounts in the dealer's region use rutile electrodes, as three people told."""
    with system_database.transaction(SYSTEM) as db:
        for number in range(accounts):
            account = add_account(db, f"{brand} {number}")
            user = ("cem", "deniz", "filiz")[number % 3]
            add_usage(db, account, quantity, brand, group="rutile", user=user)
        consolidate(db, TODAY - days(365), TODAY)


@pytest.fixture
def dealer(as_user: SignedIn, world: ModuleType) -> Browser:
    return as_user("dealer@example.com")


def test_four_accounts_are_too_few_and_five_are_enough(dealer: Browser, system_database: Database) -> None:
    tell(system_database, 4)
    page = dealer.get("/digest").text
    assert "Nothing to show yet" in page
    assert "Rutile" not in page
    tell(system_database, 1)
    page = dealer.get("/digest").text
    assert "Rutile electrodes" in page
    assert "100%" in page


def test_small_brands_stand_together(dealer: Browser, system_database: Database) -> None:
    tell(system_database, 9)
    tell(system_database, 4, "rival")
    tell(system_database, 5, "other", 60)
    page = dealer.get("/digest").text
    assert "Other brands" in page
    assert "44%" in page
    assert "Rakip" not in page
    assert "Öteki" not in page


def test_dealer_of_another_region_is_told_of_his_own(
    dealer: Browser, as_user: SignedIn, system_database: Database
) -> None:
    tell(system_database, 5)
    assert "Rutile" not in as_user("dealer2@example.com").get("/digest").text


def test_staff_needs_the_right(as_user: SignedIn, world: ModuleType, system_database: Database) -> None:
    assert as_user("staff@example.com").get("/digest").status_code == 403
    with system_database.transaction(SYSTEM) as db:
        db.get_one(User, ident("user.mehmet")).grant({Permission.SEE_DIGEST})
    assert as_user("staff@example.com").get("/digest").status_code == 200


@pytest.mark.parametrize("email", ["rep@example.com", "manager@example.com", "hq@example.com"])
def test_digest_is_for_dealers(as_user: SignedIn, world: ModuleType, email: str) -> None:
    assert as_user(email).get("/digest").status_code == 403


@pytest.mark.parametrize("path", ["/market", "/team", "/visits"])
def test_dealer_reaches_nothing_else_of_the_market(dealer: Browser, path: str) -> None:
    assert dealer.get(path).status_code == 403
