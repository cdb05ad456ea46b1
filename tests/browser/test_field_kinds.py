"""What else a rep does in a day with no network, in a real browser: one journey through all of it."""

from types import ModuleType

from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.instruction import Instruction
from models.lead import Lead
from models.session import Database
from tests.browser.conftest import Laptop, Served, faults
from tests.browser.test_field_offline import SUMMARY, SYSTEM, on_the_road
from tests.browser.test_field_records import go


def test_rep_does_with_no_network_what_the_manager_asked(
    laptop: Laptop, served: Served, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    served.kill()
    page.locator("#asked a", has_text="Aracı bakıma götür.").click()
    page.fill("#answer", "Yarın götürüyorum.")
    assert faults(page) == []
    page.click("#save")
    page.wait_for_url("**#/")
    go(page, f"/accounts/{world.ident('account.gemi')}/visit")
    asked = page.locator(f"[data-instruction='{world.ident('instruction.gemi')}']")
    asked.locator("textarea").fill("Deneme olumlu.")
    asked.locator("input[type=checkbox]").check()
    page.fill("#summary", SUMMARY)
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    note_lead(page, world.ident("account.gemi"))

    served.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        general, about = (db.get_one(Instruction, world.ident(f"instruction.{name}")) for name in ("cem", "gemi"))
        assert (general.answer, general.is_open) == ("Yarın götürüyorum.", True)
        assert (about.answer, about.is_open) == ("Deneme olumlu.", False)
        assert general.read_at
        assert about.read_at
        noted = db.scalars(select(Lead).where(Lead.user_id.is_not(None))).one()
        assert noted.contact
        assert (noted.status, str(noted.quantity), noted.contact.company) == (
            "received",
            "1200.000",
            "Gemi Onarım A.Ş.",
        )
    expect(page.locator("#story")).to_contain_text("offered to the dealer who fits best")


def note_lead(page: Page, account: object) -> None:
    """Somebody at the account asks for something."""
    go(page, f"/accounts/{account}/lead")
    expect(page.locator("#company")).to_have_value("Gemi Onarım A.Ş.")
    page.fill("#wanted", "Yeni hat için bazik elektrod")
    page.fill("#quantity", "1,200")
    page.fill("#unit", "kg")
    assert faults(page) == []
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    expect(page.locator("#story")).to_contain_text("Once it is sent")
