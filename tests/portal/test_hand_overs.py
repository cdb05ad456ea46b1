"""The pages for handing over."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import select, update

from models.access import Principal
from models.account import Account
from models.base import now
from models.hand_over import HandOver
from models.region import TerritoryAssignment
from models.session import Database
from tests.portal.conftest import Browser
from tests.world import ident

SignedIn = Callable[[str], Browser]
SYSTEM = Principal.system("test")
GEMI = f"/hand-overs/accounts/{ident('account.gemi')}"


@pytest.fixture
def manager(as_user: SignedIn, world: ModuleType, system_database: Database) -> Browser:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(HandOver).values(cancelled_at=now()))
    return as_user("manager@example.com")


def day(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def give(browser: Browser, days: int, rep: str = "deniz", **more: str) -> str:
    data = {"territory": str(ident("territory.izmir")), "rep": str(ident(f"user.{rep}")), "effective_on": day(days)}
    return browser.submit("/hand-overs/territories", data | more, follow_redirects=True).text


def test_manager_hands_over_today_and_the_team_shows_it(manager: Browser, system_database: Database) -> None:
    page = give(manager, 0, reason="Maternity leave")
    assert "Handed over." in page
    assert "Maternity leave" in page
    assert "Deniz Şahin" in page
    with system_database.open(SYSTEM) as db:
        open_ones = (TerritoryAssignment.held_until.is_(None),)
        of_izmir = select(TerritoryAssignment.user_id).where(
            TerritoryAssignment.territory_id == ident("territory.izmir"), *open_ones
        )
        assert db.scalars(of_izmir).one() == ident("user.deniz")


def test_future_hand_over_is_planned_and_called_off(manager: Browser, system_database: Database) -> None:
    page = give(manager, 9)
    assert "Until then nothing changes." in page
    assert "planned already" in give(manager, 10)
    with system_database.open(SYSTEM) as db:
        planned = db.scalars(select(HandOver).where(HandOver.cancelled_at.is_(None))).one()
    page = manager.submit(f"/hand-overs/{planned.id}/cancellation", follow_redirects=True).text
    assert "Called off." in page


def test_entries_that_are_wrong_are_said_and_kept(manager: Browser) -> None:
    data = {"territory": str(ident("territory.istanbul")), "rep": "", "effective_on": "soon", "reason": "Because"}
    page = manager.submit("/hand-overs/territories", data)
    assert page.status_code == 422
    assert 'value="Because"' in page.text
    assert "Cem Güneş holds" in give(manager, 0, rep="cem")


def test_account_is_handed_over_from_its_page(manager: Browser, system_database: Database) -> None:
    assert GEMI in manager.get(f"/accounts/{ident('account.gemi')}").text
    page = manager.get(GEMI).text
    assert "From Manisa to İzmir" in page
    assert "İstanbul" not in page.split("<form", 2)[-1], "a manager stays in his region"
    data = {"territory": str(ident("territory.manisa")), "effective_on": day(0)}
    assert "Gemi Onarım" in manager.submit(GEMI, data, follow_redirects=True).text
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Account, ident("account.gemi")).territory_id == ident("territory.manisa")


def test_head_office_moves_an_account_to_another_region(as_user: SignedIn, manager: Browser) -> None:
    data = {"territory": str(ident("territory.istanbul")), "effective_on": day(0)}
    assert "Handed over." in as_user("hq@example.com").submit(GEMI, data, follow_redirects=True).text
    assert manager.get(GEMI).status_code == 404
    assert as_user("manager2@example.com").get(GEMI).status_code == 200


def test_list_narrows_by_state(manager: Browser) -> None:
    give(manager, 9)
    assert "Deniz Şahin" in manager.get("/hand-overs?state=planned").text.split("<form", 4)[-1]
    assert "Nothing matches" in manager.get("/hand-overs?state=done").text
