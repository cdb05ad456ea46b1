"""Accounts and people made and changed with no network, in a real browser."""

from types import ModuleType

from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from models.account import Account, Contact
from models.market import BrandUsage
from models.session import Database
from models.visit import Visit, VisitParticipant
from tests.browser.conftest import Hosted, Laptop
from tests.browser.test_field_offline import SUMMARY, SYSTEM, on_the_road

NAME = "Şişli Kazan / İĞÜŞÖÇ"


def go(page: Page, path: str) -> None:
    """Open a page of the app."""
    page.goto(page.url.split("#")[0] + f"#{path}")


def test_account_made_offline_gets_people_and_a_visit_before_the_server_ever_heard_of_it(
    laptop: Laptop, hosted: Hosted, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    hosted.stop()
    go(page, "/accounts/new")
    page.fill("#visit_interval_days", "0")
    page.fill("#email", "nobody")
    page.click("#save")
    expect(page.locator("#name-error")).to_have_text("This must be filled in.")
    expect(page.locator("#email-error")).to_contain_text("does not look like")
    expect(page.locator("#visit_interval_days-error")).to_contain_text("from 1 to 730")
    page.fill("#name", NAME)
    page.fill("#visit_interval_days", "21")
    page.fill("#email", "usta@example.com")
    page.fill("#segment", "Tersane")
    expect(page.locator("#bar-state")).to_contain_text("Draft kept on this laptop")
    page.wait_for_timeout(1000)
    laptop.kill()

    page = laptop.open()
    page.goto(f"{hosted.url}/field/")
    page.locator("#drafts a", has_text=NAME).first.click()
    expect(page.locator("#email")).to_have_value("usta@example.com")
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    account = page.url.rsplit("/", 1)[1]
    page.get_by_role("link", name="New contact").click()
    page.fill("#name", "Gülşen Iğdır")
    page.fill("#position", "Satın alma")
    page.click("#save")
    expect(page.locator("#people")).to_contain_text("Gülşen Iğdır")
    note_visit_from_scratch(page, account)

    hosted.start()
    page.context.clear_cookies()  # a browser that was killed may or may not have kept the newest ones
    laptop.sign_in("rep@example.com")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        made = db.scalars(select(Account).where(Account.name == NAME)).one()
        assert (str(made.id), made.visit_interval_days, made.segment) == (account, 21, "Tersane")
        visit = db.scalars(select(Visit).where(Visit.account_id == made.id)).one()
        usage = db.scalars(select(BrandUsage).where(BrandUsage.account_id == made.id)).one()
        people = select(Contact.name).join(VisitParticipant).where(VisitParticipant.visit_id == visit.id)
        assert (visit.summary, float(usage.quantity)) == (SUMMARY, 40)
        assert list(db.scalars(people)) == ["Gülşen Iğdır"]


def note_visit_from_scratch(page: Page, account: str) -> None:
    """A visit where nothing is known yet: the one contact, one brand, the words."""
    go(page, f"/accounts/{account}/visit")
    page.locator(".pick").first.click()
    page.fill("#summary", SUMMARY)
    page.select_option("#add-group", index=1)
    page.locator("[data-group] .cell:not(.cell-total) input").first.fill("40")
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")


def test_edits_of_two_people_in_two_fields_are_both_kept(
    laptop: Laptop, hosted: Hosted, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    gemi = world.ident("account.gemi")
    go(page, f"/accounts/{gemi}/edit")
    page.fill("#town", "Alsancak")
    expect(page.locator("#bar-state")).to_contain_text("Draft kept on this laptop")
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Account).where(Account.id == gemi).values(phone="+90 232 000 00 00"))
    page.evaluate("dispatchEvent(new Event('focus'))")
    go(page, "/")
    page.wait_for_timeout(1500)
    page.locator("#drafts a").first.click()
    page.click("#save")
    expect(page.locator("#standing")).to_contain_text("Sent")
    expect(page.locator("main")).to_contain_text("+90 232 000 00 00")
    with system_database.open(SYSTEM) as db:
        account = db.get_one(Account, gemi)
        assert (account.town, account.phone) == ("Alsancak", "+90 232 000 00 00")


def test_person_known_to_the_server_is_changed(laptop: Laptop, world: ModuleType, system_database: Database) -> None:
    page = on_the_road(laptop)
    go(page, f"/accounts/{world.ident('account.gemi')}")
    page.locator("#people a").first.click()
    page.fill("#phone", "+90 555 111 22 33")
    page.click("#save")
    expect(page.get_by_role("link", name="Call İsmail Usta")).to_be_visible()
    expect(page.locator("#people .chip")).to_have_count(0)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Contact, world.ident("contact.gemi")).phone == "+90 555 111 22 33"
