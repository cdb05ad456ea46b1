"""The route of a day in a real browser: where it begins, a proposal, and another order of it with no network."""

from datetime import time, timedelta
from types import ModuleType

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.account import Account
from models.base import now
from models.route.working_day import WorkingDay
from models.session import Database
from models.visit import Visit
from tests.browser.conftest import Hosted, Laptop, faults
from tests.browser.test_field_offline import SYSTEM, back_online, on_the_road
from tests.browser.test_field_records import go
from tests.factories_field import add_account

ON = now().date() + timedelta(days=2)
NAMES = ("Doğu Kazan", "Orta Tersane", "Batı Makine")


def add_places(system_database: Database) -> None:
    """Three overdue accounts along one road, one that nobody knows where it is, and no other with an interval."""
    with system_database.transaction(SYSTEM) as db:
        for account in db.scalars(select(Account)):
            account.visit_interval_days = None
        for place, name in enumerate(NAMES):
            account = add_account(db, name, interval=1)
            account.latitude, account.longitude = 38.42, 27.5 - place / 10
            account.created_at = now() - timedelta(days=60)
            account.opening_hours = "; ".join(
                f"{day} 08:00-20:00" for day in ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
            )
        add_account(db, "Adressiz Atölye", interval=1).created_at = now() - timedelta(days=60)


def set_the_day(page: Page) -> None:
    """The rep says where he sets out from and how long a visit takes."""
    go(page, "/day")
    page.fill("#visit_minutes", "3")
    page.fill("#end_time", "07:00")
    page.fill("#start_place", "nowhere")
    page.click("#save")
    expect(page.locator("#visit_minutes-error")).to_contain_text("at least 5")
    expect(page.locator("#end_time-error")).to_contain_text("after it begins")
    expect(page.locator("#start_place-error")).to_contain_text("latitude and a longitude")
    page.fill("#visit_minutes", "30")
    page.fill("#start_time", "09:00")
    page.fill("#end_time", "18:00")
    page.fill("#start_place", "38.42, 27.2")
    page.click("#save")
    expect(page.locator("h1")).to_have_text("Route")


def order(page: Page) -> list[str]:
    """The stops by name."""
    return [each.split(" ", 1)[1] for each in page.locator("#stops .touch-title").all_inner_texts()]


def test_rep_takes_a_route_over_and_changes_it_offline(
    laptop: Laptop, hosted: Hosted, world: ModuleType, system_database: Database
) -> None:
    add_places(system_database)
    page = on_the_road(laptop)
    set_the_day(page)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    go(page, f"/route/{ON}")
    expect(page.locator("main")).to_contain_text("No stops yet")
    page.click("#propose")
    expect(page.locator("#proposed .touch-row")).to_have_count(3)
    expect(page.locator("#proposed .touch-row").first).to_contain_text("overdue since")
    expect(page.locator("#left-out")).to_contain_text("place not known")
    expect(page.locator(".route-map .stop")).to_have_count(3)
    assert faults(page) == []
    proposed = page.locator("#proposed .num").all_inner_texts()

    page.click("#take")
    expect(page.locator("#stops .touch-row")).to_have_count(3)
    assert page.locator("#stops .num").all_inner_texts() == proposed
    assert order(page) in ([*NAMES], [*reversed(NAMES)])
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert faults(page) == []

    hosted.stop()
    first, second, third = order(page)
    page.get_by_role("button", name=f"{first} later").press("Enter")
    expect(page.locator("#said")).to_contain_text(f"{first} is stop 2 of 3")
    assert order(page) == [second, first, third]
    expect(page.get_by_role("button", name=f"{first} later")).to_be_focused()
    page.get_by_role("button", name=f"Keep {third} at its time").click()
    expect(page.locator("#stops")).to_contain_text("expected at")
    page.click("#propose")
    expect(page.locator("#said")).to_contain_text("There is no connection")
    page.locator("#placeless a.btn").first.click()
    page.fill("#place", "38.5, 27.3")
    page.fill("#hours_Mo", "9-12.30, 13.30-18")
    page.fill("#hours_Su", "-")
    page.click("#save")
    expect(page.locator(".facts")).to_contain_text("09:00–12:30, 13:30–18:00")

    hosted.start()
    back_online(page)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        planned = db.scalars(select(Visit).where(Visit.planned_on == ON).order_by(Visit.place_in_day)).all()
        assert [visit.place.name for visit in planned if visit.place] == [second, first, third]
        assert [visit.locked_time is None for visit in planned] == [True, True, False]
        found = db.scalars(select(Account).where(Account.name == "Adressiz Atölye")).one()
        assert (found.latitude, found.longitude) == (38.5, 27.3)
        assert found.opening_hours == "Mo 09:00-12:30,13:30-18:00; Su off"
        day = db.get_one(WorkingDay, world.ident("user.cem"))
        assert (day.start_time, day.visit_minutes, day.start_longitude) == (time(9), 30, 27.2)
