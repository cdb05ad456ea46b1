"""What else a rep does in a day with no network, in a real browser: one journey through all of it."""

import re
from decimal import Decimal
from types import ModuleType
from uuid import UUID

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from models.check_in import CheckIn
from models.instruction import Instruction
from models.lead import Lead
from models.order_draft.drafting import take
from models.order_draft.queries import get_order_draft
from models.price import PriceListEntry
from models.quote import Quote
from models.session import Database
from models.survey import SurveyResponse
from tests.browser.conftest import Hosted, Laptop, faults
from tests.browser.test_field_offline import SUMMARY, SYSTEM, on_the_road
from tests.browser.test_field_records import go


def test_rep_does_with_no_network_what_the_manager_asked(
    laptop: Laptop, hosted: Hosted, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 38.42371, "longitude": 27.14284, "accuracy": 20})
    hosted.stop()
    go(page, "/position")
    expect(page.locator("#consent")).to_contain_text("You agreed")
    assert faults(page) == []
    go(page, "/")
    page.locator("#asked a", has_text="Aracı bakıma götür.").click()
    page.fill("#answer", "Yarın götürüyorum.")
    assert faults(page) == []
    page.click("#save")
    page.wait_for_url("**#/")
    go(page, f"/accounts/{world.ident('account.gemi')}/visit")
    page.click("#check-in-now")
    expect(page.locator("#check-in")).to_contain_text("position to about 100 m")
    asked = page.locator(f"[data-instruction='{world.ident('instruction.gemi')}']")
    asked.locator("textarea").fill("Deneme olumlu.")
    asked.locator("input[type=checkbox]").check()
    page.fill("#summary", SUMMARY)
    page.locator("[data-survey] summary").click()
    page.select_option("[data-survey] select", "Var")
    assert faults(page) == []
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    expect(page.locator("main")).to_contain_text("Anket ege")
    expect(page.locator("#arrival")).to_contain_text("Checked in")
    page.get_by_role("link", name="Minutes").click()
    expect(page.locator("#minutes")).to_have_value(re.compile(SUMMARY))
    assert "mailto:" in (page.locator("#mail").get_attribute("href") or "")
    assert faults(page) == []
    note_lead(page, world.ident("account.gemi"))
    quote = draft_quote(page, world.ident("account.gemi"))
    draft = draft_order(page, world.ident("account.gemi"), world.ident("dealer.kordon"))
    with system_database.transaction(SYSTEM) as db:
        listed = update(PriceListEntry).where(PriceListEntry.product_id == world.ident("product.e7018"))
        db.execute(listed.values(price=Decimal(550)))

    hosted.start()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        general, about = (db.get_one(Instruction, world.ident(f"instruction.{name}")) for name in ("cem", "gemi"))
        assert (general.answer, general.is_open) == ("Yarın götürüyorum.", True)
        assert (about.answer, about.is_open) == ("Deneme olumlu.", False)
        assert general.read_at
        assert about.read_at
        arrival = db.scalars(select(CheckIn).where(CheckIn.id != world.ident("check_in.gemi"))).one()
        assert (arrival.latitude, arrival.longitude) == (38.424, 27.143)
        answered = db.scalars(select(SurveyResponse).where(SurveyResponse.answers == {"q1": "Var"})).all()
        assert {each.visit_id for each in answered} > {world.ident("visit.gemi")}
        noted = db.scalars(select(Lead).where(Lead.user_id.is_not(None))).one()
        assert noted.contact
        assert (noted.status, str(noted.quantity), noted.contact.company) == (
            "received",
            "1200.000",
            "Gemi Onarım A.Ş.",
        )
    go(page, f"/quotes/{quote}")
    expect(page.locator("#drafted-total")).to_contain_text(
        "Drafted at 1,040.00, today 1,100.00 TRY without VAT: +60.00."
    )
    expect(page.locator("#differences")).to_contain_text("E7018-325: a unit was 520.00, now 550.00 TRY.")
    assert faults(page) == []
    page.click("#issue")
    expect(page.locator("h1")).to_contain_text("Quote T")
    with system_database.open(SYSTEM) as db:
        issued = db.get_one(Quote, UUID(quote))
        assert (issued.status, str(issued.net), bool(issued.agreed_at)) == ("issued", "1100.00", True)
    propose_order(page, draft)
    with system_database.transaction(SYSTEM) as db:
        proposed = get_order_draft(db, UUID(draft))
        assert (proposed.status, str(proposed.amount), str(proposed.drafted_amount)) == (
            "proposed",
            "2024.00",
            "1980.00",
        )
        take(db, proposed, "S-77")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#outcome")).to_contain_text("Kordon Kaynak Malzemeleri ordered this: order S-77.")
    go(page, "/position")
    with page.expect_response("**/fieldsync/v1/push"):
        page.click("#withdraw")
    expect(page.locator("#agree")).to_be_visible()
    with system_database.open(SYSTEM) as db:
        assert not db.scalars(select(CheckIn).where(CheckIn.latitude.is_not(None))).all()


def draft_quote(page: Page, account: object) -> str:
    """Two boxes at the price that the laptop knows."""
    go(page, f"/accounts/{account}/quote")
    page.fill("#product", "bazik")
    page.locator("#offers button").first.click()
    page.fill("#quantity-0", "0")
    page.click("#save")
    expect(page.locator("#quantity-0-error")).to_be_visible()
    page.fill("#quantity-0", "2")
    expect(page.locator("#totals")).to_contain_text("1,040.00 TRY")
    assert faults(page) == []
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    return page.url.rsplit("/", 1)[1]


def draft_order(page: Page, account: object, dealer: object) -> str:
    """Four boxes for the dealer, at the price that he paid last. Thrown away, and taken back."""
    go(page, f"/accounts/{account}/order-draft")
    page.select_option("#dealer", str(dealer))
    page.fill("#product", "bazik")
    page.locator("#offers button").first.click()
    expect(page.locator("#lines")).to_contain_text("495.00 TRY a box: what Kordon Kaynak Malzemeleri paid on")
    page.fill("#quantity-0", "4")
    page.fill("#note", "Perşembe")
    expect(page.locator("#totals")).to_contain_text("1,980.00 TRY")
    page.click("#drop")
    page.click("#undo")
    assert faults(page) == []
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    page.click("#discard")
    page.click("#undo")
    expect(page.locator("#propose")).to_have_count(0)
    return page.url.rsplit("/", 1)[1]


def propose_order(page: Page, draft: str) -> None:
    """The server priced it; the rep sees what differs and lets the dealer have it."""
    go(page, f"/order-drafts/{draft}")
    expect(page.locator("#differences")).to_contain_text("E7018-325: a unit was 495.00, now 506.00 TRY.")
    assert faults(page) == []
    page.click("#propose")
    expect(page.locator("#outcome")).to_contain_text("has it since")


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
