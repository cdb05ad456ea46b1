"""The pages on laptops, and orders to them."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType

import pytest
from sqlalchemy import select

from models.access import Principal
from models.base import new_id, now
from models.event import Event
from models.session import Database
from models.sync.device import Device
from models.sync.device_order import DeviceOrder
from tests.portal.conftest import Browser, writes
from tests.world import days, ident

SignedIn = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
SYSTEM = Principal.system("test")
CEM = f"/devices/{ident('device.cem')}"


@pytest.fixture
def manager(as_user: SignedIn, world: ModuleType) -> Browser:
    return as_user("manager@example.com")


def order(browser: Browser, command: str, **more: str) -> str:
    return browser.submit(f"{CEM}/orders", {"command": command, **more}, follow_redirects=True).text


def status(database: Database) -> str:
    with database.open(SYSTEM) as db:
        return db.get_one(Device, ident("device.cem")).status


def test_manager_sees_the_laptops_of_his_region(manager: Browser) -> None:
    page = manager.get("/devices").text
    assert "Cem Güneş" in page
    assert "Ece Çelik" not in page
    assert CEM in page


def test_health_is_said_in_words(manager: Browser, system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        device = db.get_one(Device, ident("device.cem"))
        device.waiting, device.oldest_waiting_at, device.last_seen_at = 14, now() - days(4), now()
        device.storage = {"kept": False, "quota": 1000, "usage": 900}
    page = manager.get(CEM).text
    words = ("the oldest was saved", "4 days ago", "delete it when the disk is full", "the browser grants is free")
    for said in words:
        assert said in page, said
    assert "14 waiting" in manager.get("/devices").text
    assert "14 waiting" in manager.get("/team").text
    assert CEM in manager.get(f"/team/{ident('user.cem')}").text


def test_laptop_is_blocked_and_goes_on_and_each_order_stays(manager: Browser, system_database: Database) -> None:
    assert "The laptop is blocked" in order(manager, "frozen", reason="Left in a taxi?")
    assert status(system_database) == "frozen"
    order(manager, "active")
    assert status(system_database) == "active"
    page = manager.get(CEM).text
    assert "Left in a taxi?" in page
    assert "Filiz Yıldız" in page
    with system_database.open(SYSTEM) as db:
        told = db.scalars(select(Event).where(Event.kind == "device_order").order_by(Event.id.desc()).limit(2)).all()
    assert [(event.actor_id, (event.after or {})["status"]) for event in told] == [
        (ident("user.filiz"), "active"),
        (ident("user.filiz"), "frozen"),
    ]


def test_erasing_asks_to_confirm(manager: Browser, system_database: Database) -> None:
    refused = manager.submit(f"{CEM}/orders", {"command": "wipe"})
    assert refused.status_code == 422
    assert "Confirm that everything" in refused.text
    assert status(system_database) == "active"
    assert "erases its data" in order(manager, "wipe", confirmed="y")
    assert status(system_database) == "wipe"
    order(manager, "active")
    assert status(system_database) == "active", "it can be called off until it was done"


def test_lost_laptop_signs_the_rep_out_everywhere(
    manager: Browser, as_user: SignedIn, system_database: Database
) -> None:
    rep = as_user("rep@example.com")
    other = as_user("rep2@example.com")
    order(manager, "lost")
    assert rep.get("/visits").status_code == 302
    assert other.get("/visits").status_code == 200


@pytest.mark.parametrize("command", ["active", "melt", ""])
def test_what_may_not_follow_is_refused(manager: Browser, system_database: Database, command: str) -> None:
    assert manager.submit(f"{CEM}/orders", {"command": command}).status_code == 422
    with system_database.open(SYSTEM) as db:
        assert len(db.scalars(select(DeviceOrder.id)).all()) == 1


def test_erased_laptop_takes_no_more_orders(manager: Browser, system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        device = db.get_one(Device, ident("device.cem"))
        device.status, device.wiped_at = "wipe", now()
    page = manager.get(CEM).text
    assert "It erased itself" in page
    assert "<dt>Erased</dt>" in page
    listed = manager.get("/devices?status=wipe").text
    said = re.sub(r"<[^>]+>", "|", listed.partition("<tbody>")[2])
    assert (said.count("|Erased|"), "To be erased" in said) == (2, False), "its health and its state"
    assert f"{CEM}/orders" not in page
    assert manager.submit(f"{CEM}/orders", {"command": "active"}).status_code == 422


def test_lists_narrow(manager: Browser) -> None:
    assert "Cem Güneş</a>" in manager.get("/devices?status=active").text
    assert "Nothing matches" in manager.get("/devices?status=lost").text
    assert "Cem Güneş</a>" in manager.get(f"/devices?rep={ident('user.cem')}").text


def test_list_costs_the_same_queries_however_long_and_writes_nothing(
    manager: Browser, system_database: Database, statements: Statements
) -> None:
    def grow(count: int) -> None:
        with system_database.transaction(SYSTEM) as db:
            own = {"user_id": ident("user.cem"), "region_id": ident("region.ege")}
            db.add_all(Device(id=new_id(), agent="Firefox", app="1", schema=1, **own) for _ in range(count))

    def cost() -> int:
        with statements() as sql:
            assert manager.get("/devices").status_code == 200
        assert writes(sql) == []
        return len(sql)

    grow(3)
    manager.get("/devices")
    few = cost()
    grow(20)
    assert cost() == few


def test_head_office_asks_laptops_to_encrypt_and_that_is_an_event(
    as_user: SignedIn, world: ModuleType, system_database: Database
) -> None:
    office = as_user("hq@example.com")
    assert "/devices/protection" in office.get("/devices").text
    asked = {"encrypted": "y", "pin_length": "8", "idle_minutes": "5", "lease_days": "7"}
    assert "Saved. Each laptop" in office.submit("/devices/protection", asked, follow_redirects=True).text
    wrong = office.submit("/devices/protection", asked | {"pin_length": "3", "lease_days": ""})
    assert wrong.status_code == 422
    assert "between 4 and 12" in wrong.text
    office.submit("/devices/protection", {name: value for name, value in asked.items() if name != "encrypted"})
    with system_database.open(SYSTEM) as db:
        of_people = select(Event).where(Event.kind == "field_policy", Event.actor_id.is_not(None))
        events = db.scalars(of_people.order_by(Event.id)).all()
    assert [((event.after or {})["encrypted"], event.actor_id) for event in events] == [
        (True, ident("user.hale")),
        (False, ident("user.hale")),
    ]


def test_managers_do_not_set_the_protection(manager: Browser) -> None:
    assert "/devices/protection" not in manager.get("/devices").text
    assert manager.get("/devices/protection").status_code == 403
