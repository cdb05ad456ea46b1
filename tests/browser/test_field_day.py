"""The plan of the week, what competitors do and who supplies, noted with no network in a real browser."""

from datetime import timedelta
from types import ModuleType

from playwright.sync_api import expect
from sqlalchemy import select

from models.base import now
from models.market import CompetitorActivity
from models.market.supply import SupplyLink
from models.session import Database
from models.visit import Visit
from tests.browser.conftest import Hosted, Laptop
from tests.browser.test_field_offline import SYSTEM, back_online, on_the_road
from tests.browser.test_field_records import go


def test_rep_plans_moves_cancels_and_visits_and_notes_rivals_and_suppliers_offline(
    laptop: Laptop, hosted: Hosted, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    hosted.stop()
    gemi = world.ident("account.gemi")
    today, later = (now() + timedelta(days=3 * step) for step in (0, 1))
    go(page, "/plan")
    expect(page.locator("#week .card")).to_have_count(7)

    go(page, f"/accounts/{gemi}/plan")
    page.fill("#planned_on", "2020-01-01")
    page.click("#save")
    expect(page.locator("#planned_on-error")).to_have_text("Choose today or a later day.")
    page.locator(".pick").first.click()
    page.click("#save")
    planned = page.locator(f"[data-day='{today:%Y-%m-%d}'] .touch-row", has_text="Gemi")
    expect(planned).to_contain_text("Saved on this laptop")
    planned.get_by_role("link", name="Change").click()
    page.locator(f".pick[data-day='{later:%Y-%m-%d}']").click()
    page.click("#save")
    moved = page.locator(f"[data-day='{later:%Y-%m-%d}'] .touch-row", has_text="Gemi")
    moved.get_by_role("link", name="Change").click()
    page.click("#cancel")
    expect(page.locator("main")).to_contain_text("The visit is cancelled.")
    page.click("#undo")
    expect(moved).to_be_visible()

    go(page, f"/accounts/{gemi}/activity")
    page.click("#save")
    expect(page.locator("#text-error")).to_have_text("This must be filled in.")
    page.select_option("#brand_id", index=1)
    page.fill("#text", "Ücretsiz makine bıraktılar.")
    page.fill("#told_by", "İsmail Usta")
    page.click("#save")
    expect(page.locator("#activities")).to_contain_text("Ücretsiz makine bıraktılar.")
    go(page, f"/accounts/{gemi}/supply")
    page.select_option("#brand_id", index=1)
    page.select_option("#dealer_id", index=1)
    expect(page.locator("#supplier")).to_be_hidden()
    page.click("#save")
    expect(page.locator("#supply")).to_contain_text("our dealer")

    hosted.start()
    back_online(page)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        visit = db.scalars(select(Visit).where(Visit.account_id == gemi, Visit.status == "planned")).one()
        assert visit.planned_on == later.date()
        said = db.scalars(select(CompetitorActivity.told_by).where(CompetitorActivity.text.like("Ücretsiz makine%")))
        assert said.one() == "İsmail Usta"
        dealers = db.scalars(select(SupplyLink.dealer_id).where(SupplyLink.account_id == gemi)).all()
        assert world.ident("dealer.kordon") in dealers

    go(page, f"/visits/{visit.id}/edit")
    page.fill("#summary", "Planlandığı gibi gidildi.")
    page.click("#save")
    expect(page.locator("#standing")).to_contain_text("Sent")
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Visit, visit.id).status == "completed"
