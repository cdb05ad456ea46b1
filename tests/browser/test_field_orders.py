"""What a laptop does when the office orders it to, in a real browser."""

from types import ModuleType

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.session import Database
from models.sync.device import Device, DeviceStatus
from models.sync.inbox import Operation
from tests.browser.conftest import Laptop
from tests.browser.test_field_offline import SYSTEM, note_visit, on_the_road

LEFT = """async () => [
  ...(await indexedDB.databases()).map(each => each.name),
  ...(await caches.keys()),
  ...Object.keys(localStorage),
  ...(await navigator.serviceWorker.getRegistrations()).map(each => each.scope),
]"""
"""Whatever this browser still keeps for the portal."""


def tell(database: Database, status: DeviceStatus) -> None:
    """Order something of the laptop that was opened last."""
    with database.transaction(SYSTEM) as db:
        device = db.scalars(select(Device).order_by(Device.registered_at.desc(), Device.id.desc())).first()
        assert device is not None
        device.status = status.value


def what_is_left(page: Page) -> list[str]:
    """What the browser keeps, once it is through: the last note goes after the server has heard."""
    left: list[str] = []
    for _ in range(100):
        left = page.evaluate(LEFT)
        if not left:
            break
        page.wait_for_timeout(100)
    return left


def test_laptop_is_lost_then_erases_itself_after_it_sent_what_waits(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    tell(system_database, DeviceStatus.LOST)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#stopped")).to_contain_text("This laptop was reported lost")
    expect(page.locator("#field")).not_to_contain_text("Gemi")
    tell(system_database, DeviceStatus.ACTIVE)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("main h1")).to_have_text("Today")

    page.context.route("**/fieldsync/**", lambda route: route.abort())
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    other = page.context.new_page()
    other.goto(f"{laptop.url}/field/#/accounts")
    expect(other.locator("#results")).to_contain_text("Gemi")
    page.bring_to_front()
    tell(system_database, DeviceStatus.WIPE)
    page.context.unroute("**/fieldsync/**")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#stopped")).to_contain_text("This laptop was erased")
    expect(page.locator("#stopped")).to_contain_text("was sent before")
    with system_database.open(SYSTEM) as db:
        for _ in range(100):
            wiped = db.scalars(select(Device.wiped_at).where(Device.status == "wipe")).one()
            if wiped:
                break
            page.wait_for_timeout(50)
            db.rollback()
        assert wiped is not None
        sent = select(Operation.verdict).where(Operation.body["kind"].as_string() == "visit")
        assert "held" in set(db.scalars(sent))
    expect(other.locator("#stopped")).to_contain_text("This laptop was erased")
    assert what_is_left(page) == []
    page.goto(f"{laptop.url}/field/")
    expect(page.locator(".door-page")).to_contain_text("Sign in once on this laptop")
