"""Market share on the screen."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType

import pytest

from models.access import Principal
from models.account import Account
from models.market.consolidate import consolidate
from models.market.run import MarketShareRun
from models.session import Database
from tests.factories_field import add_account, add_usage, add_visit
from tests.portal.conftest import Browser, writes
from tests.world import NOON, TODAY, days, ident

SignedIn = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
SYSTEM = Principal.system("test")
BASIC = f"/market/{ident('group.basic')}"


def run(system_database: Database, until: int = 0) -> None:
    """Consolidate the year that ended so many days ago."""
    with system_database.transaction(SYSTEM) as db:
        consolidate(db, TODAY - days(365 + until), TODAY - days(until))


@pytest.fixture(autouse=True)
def consolidated(world: ModuleType, system_database: Database) -> None:
    """Basic electrodes: 30 % are ours. Five accounts in Ege and one in Marmara told; rutile only in Marmara."""
    with system_database.transaction(SYSTEM) as db:
        for number in range(3):
            account = add_account(db, f"Tersane {number}", "manisa")
            visit = add_visit(db, account, "deniz", NOON - days(40))
            for brand, quantity in (("ours", 300), ("rival", 700)):
                add_usage(db, account, quantity, brand, user="deniz", on=TODAY - days(40), visit=visit)
        add_usage(db, db.get_one(Account, ident("account.vinc")), 10, group="rutile", user="ece")
    run(system_database)


@pytest.fixture
def manager(as_user: SignedIn) -> Browser:
    return as_user("manager@example.com")


def test_manager_sees_his_region_by_brand(manager: Browser) -> None:
    page = manager.get("/market").text
    assert "Basic electrodes" in page
    assert "30%" in page
    assert "70%" in page
    assert "n = 5" in page
    assert "100% of 5 accounts" in page
    assert "Marmara" not in page


def test_head_office_sees_our_share_by_region_and_all_brands(as_user: SignedIn) -> None:
    hq = as_user("hq@example.com")
    page = hq.get("/market").text
    assert "Ege" in page
    assert "Marmara" in page
    assert "n = 6 · 100%" in page
    brands = hq.get("/market?by=brand").text
    assert "Rakip" in brands
    assert "100% of 6 accounts" in brands


def test_thin_cell_says_how_few_told(as_user: SignedIn) -> None:
    page = as_user("hq@example.com").get("/market").text
    thin = page.split('class="thin"')[1].split("</td>")[0]
    assert "n = 1" in thin
    assert "<progress" not in thin


@pytest.mark.parametrize("email", ["dealer@example.com", "rep@example.com"])
@pytest.mark.parametrize("path", ["/market", BASIC, f"{BASIC}/total"])
def test_dealer_and_rep_may_not_look(as_user: SignedIn, email: str, path: str) -> None:
    assert as_user(email).get(path).status_code == 403


def test_share_changes_by_exactly_what_was_logged(manager: Browser, system_database: Database) -> None:
    assert "30.0%" in manager.get(BASIC).text
    with system_database.transaction(SYSTEM) as db:
        add_usage(db, db.get_one(Account, ident("account.gemi")), 2000)
    assert "30.0%" in manager.get(BASIC).text, "until the next run"
    run(system_database)
    page = manager.get(BASIC).text
    assert "34.7%" in page, "4,100 of 11,800"
    assert "4,100" in page
    assert "11,800" in page


def test_cell_leads_to_the_visits_behind_it(manager: Browser) -> None:
    page = manager.get(BASIC).text
    for account in ("Gemi Onarım", "Kazan Sanayi", "Tersane 2"):
        assert account in page
    assert f'href="/visits/{ident("visit.gemi")}"' in page
    assert "Vinç" not in page
    ours = manager.get(f"{BASIC}?brand={ident('brand.ours')}").text.partition('id="evidence"')[2]
    assert "<td>Rakip</td>" not in ours
    assert ours.count("<td>Anka</td>") == 5


def test_head_office_narrows_a_line_to_a_region(as_user: SignedIn) -> None:
    hq = as_user("hq@example.com")
    assert "of 6 accounts" in hq.get(BASIC).text
    page = hq.get(f"{BASIC}?region={ident('region.marmara')}").text
    assert "of 1 accounts" in page
    assert "too few to rely on" in page
    assert "Vinç ve Çelik Yapı" in page
    assert "Gemi Onarım" not in page


def test_another_region_in_the_address_shows_no_more(manager: Browser) -> None:
    page = manager.get(f"{BASIC}?region={ident('region.marmara')}").text
    assert "Vinç" not in page
    assert "of 5 accounts" in page, "what means nothing to the reader is left out"


def test_total_shows_everything_beneath_a_group(as_user: SignedIn) -> None:
    page = as_user("hq@example.com").get(f"/market/{ident('group.consumables')}/total").text
    assert "with everything beneath it" in page
    assert "15,010" in page
    assert "Rutile electrodes" in page


def test_group_that_nobody_told_about_says_so(manager: Browser) -> None:
    assert "Nobody told anything here" in manager.get(f"/market/{ident('group.rutile')}").text
    assert manager.get(f"/market/{ident('account.gemi')}").status_code == 404


def test_trend_says_what_it_shows_in_words_and_numbers(manager: Browser, system_database: Database) -> None:
    run(system_database, until=31)
    with system_database.transaction(SYSTEM) as db:
        add_usage(db, db.get_one(Account, ident("account.gemi")), 5200)
    run(system_database)
    page = manager.get(BASIC).text
    assert "Basic electrodes: Anka gained 18.7 points in four weeks" in page
    numbers = page.partition('id="trend"')[2].partition("</table>")[0]
    assert "30 Jan 2026" in numbers
    assert numbers.count("<tr>") == 3
    assert "48.7%" in numbers
    assert "data-subject>Anka" in numbers


def test_nothing_is_shown_before_the_first_run(manager: Browser, system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        for each in db.query(MarketShareRun).all():
            db.delete(each)
    assert "No market share yet" in manager.get("/market").text
    assert manager.get(BASIC).status_code == 404


def test_htmx_gets_the_line_alone(manager: Browser) -> None:
    part = manager.get(BASIC, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="line"')


def test_pages_cost_the_same_queries_however_much_was_told_and_write_nothing(
    as_user: SignedIn, system_database: Database, statements: Statements
) -> None:
    hq = as_user("hq@example.com")
    paths = ("/market", "/market?by=brand", BASIC, f"/market/{ident('group.consumables')}/total")

    def cost() -> list[int]:
        counts = []
        for path in paths:
            with statements() as sql:
                assert hq.get(path).status_code == 200
            assert writes(sql) == []
            counts.append(len(sql))
        return counts

    def grow(count: int) -> None:
        with system_database.transaction(SYSTEM) as db:
            for number in range(count):
                account = add_account(db, f"Hesap {count} {number}", "istanbul")
                add_usage(db, account, 10, "other", group="rutile", user="ece")
        run(system_database)

    hq.get("/market")
    grow(3)
    few = cost()
    grow(30)
    assert cost() == few
