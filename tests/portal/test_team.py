"""The team and its reps."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import time
from types import ModuleType

import pytest

from models.access import Principal
from models.base import new_id, now
from models.region import Territory, assign_territory
from models.session import Database
from models.sync.device import Device
from models.user import User
from models.visit import plan_visit
from tests.factories_field import add_account, add_visit, move_to_now
from tests.portal.conftest import Browser, writes
from tests.world import days, ident

SignedIn = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
SYSTEM = Principal.system("test")
CEM = f"/team/{ident('user.cem')}"


@pytest.fixture(autouse=True)
def lately(world: ModuleType, system_database: Database) -> None:
    """The cast's visits were three days ago, and two accounts of Cem's wait."""
    with system_database.transaction(SYSTEM) as db:
        move_to_now(db)
        for name, age in (("Geciken Kazan", 120), ("Bekleyen Boru", 33)):
            add_visit(db, add_account(db, name), happened_at=now() - days(age))


@pytest.fixture
def manager(as_user: SignedIn) -> Browser:
    return as_user("manager@example.com")


def test_manager_sees_his_reps_with_words_beside_the_colours(manager: Browser) -> None:
    page = manager.get("/team").text
    assert "Cem Güneş" in page
    assert "Deniz Şahin" in page
    assert "Ece Çelik" not in page
    assert "chip-late" in page
    assert "behind" in page, "one of Cem's three accounts is on time"
    assert "On plan" in page, "Deniz's only one is"


def test_head_office_sees_everybody_with_the_region(as_user: SignedIn) -> None:
    page = as_user("hq@example.com").get("/team").text
    assert "Ece Çelik" in page
    assert "Marmara: İstanbul" in page


@pytest.mark.parametrize("email", ["dealer@example.com", "rep@example.com"])
@pytest.mark.parametrize("path", ["/team", CEM])
def test_dealer_and_rep_may_not_look(as_user: SignedIn, email: str, path: str) -> None:
    assert as_user(email).get(path).status_code == 403


def test_manager_of_another_region_finds_nobody(as_user: SignedIn) -> None:
    browser = as_user("manager2@example.com")
    assert browser.get(CEM).status_code == 404
    assert browser.get(f"/team/{ident('user.ece')}").status_code == 200


@pytest.mark.parametrize("name", ["filiz", "ayse", "nobody"])
def test_whoever_is_no_rep_is_not_found(manager: Browser, name: str) -> None:
    assert manager.get(f"/team/{ident(f'user.{name}')}").status_code == 404


def test_rep_shows_the_accounts_that_wait_longest_first(manager: Browser) -> None:
    page = manager.get(CEM).text
    assert page.index("Geciken Kazan") < page.index("Bekleyen Boru")
    assert "Overdue, 4.0 intervals" in page
    assert ">Due<" in page
    assert "Gemi Onarım" not in page
    assert f'href="/visits?rep={ident("user.cem")}"' in page


def test_rep_with_everything_on_time_is_told_so(manager: Browser) -> None:
    assert "All on time" in manager.get(f"/team/{ident('user.deniz')}").text


def test_unsent_work_and_silent_laptops_are_told_apart(manager: Browser, system_database: Database) -> None:
    assert "No laptop has ever" in manager.get(f"/team/{ident('user.deniz')}").text
    assert "none yet" in manager.get("/team").text
    with system_database.transaction(SYSTEM) as db:
        common = {"region_id": ident("region.ege"), "agent": "Chrome", "app": "1", "schema": 1, "last_seen_at": now()}
        waits = {"waiting": 3, "oldest_waiting_at": now() - days(2)}
        db.add(Device(id=new_id(), user_id=ident("user.cem"), **waits, **common))
        db.add(Device(id=new_id(), user_id=ident("user.deniz"), **common))
    page = manager.get("/team").text
    assert "3 waiting" in page
    assert "2 days ago" in page
    assert "All sent" in page


def test_territory_that_nobody_holds_is_said(manager: Browser, system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.add(Territory(code="usak", name="Uşak", region_id=ident("region.ege")))
    assert "Nobody holds the territory Uşak." in manager.get("/team").text


def test_team_costs_the_same_queries_however_large_and_writes_nothing(
    manager: Browser, system_database: Database, statements: Statements
) -> None:
    def grow(count: int) -> None:
        with system_database.transaction(SYSTEM) as db:
            for number in range(count):
                code = f"t{count}-{number}"
                territory = Territory(code=code, name=code, region_id=ident("region.ege"))
                user = User(email=f"{code}@example.com", name=f"Rep {code}", role="rep")
                db.add_all([territory, user])
                db.flush()
                assign_territory(db, territory, user, now() - days(1))

    def cost() -> int:
        with statements() as sql:
            assert manager.get("/team").status_code == 200
        assert writes(sql) == []
        return len(sql)

    manager.get("/team")
    grow(3)
    few = cost()
    grow(30)
    assert cost() == few


def test_manager_reads_the_order_of_a_rep_s_day_with_its_times(manager: Browser, system_database: Database) -> None:
    on = now().date() + days(1)
    with system_database.transaction(SYSTEM) as db:
        for place, (name, locked) in enumerate(
            (("Uzak Tersane", None), ("Yakın Kazan", time(15, 0)), ("Adressiz", None))
        ):
            account = add_account(db, name)
            if name != "Adressiz":
                account.latitude, account.longitude = 38.42, 27.44 - place / 10
            db.flush()
            visit = plan_visit(db, account, db.get_one(User, ident("user.cem")), on)
            visit.place_in_day, visit.locked_time = (3 - place) if name != "Adressiz" else None, locked
    page = manager.get(f"{CEM}/route?on={on}").text
    assert page.index("Yakın Kazan") < page.index("Uzak Tersane") < page.index("Adressiz")
    assert "15:00–15:45" in page
    assert "Place not known" in page
    assert "16:" in page.split("Uzak Tersane")[1], "half an hour of road behind the one who is expected"
    assert "Nothing planned" in manager.get(f"{CEM}/route?on={on - days(400)}").text
    assert manager.get(f"{CEM}/route?on=nonsense").status_code == 200
    assert f"{CEM}/route" in manager.get(CEM).text
