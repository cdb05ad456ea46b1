"""What waits and what went wrong, as the rep sees it and as he decides about it."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

from playwright.sync_api import Page, Playwright, Route, expect

from models.account import Account
from models.session import Database
from tests.browser.conftest import Laptop, faults
from tests.browser.test_field_offline import SUMMARY, SYSTEM, note_visit, ready_for_the_road, visits

PHRASE = "sabah erken kalkan yol alır"


def cut_off(page: Page) -> None:
    """Take the server out of reach."""
    page.route("**/fieldsync/**", lambda route: route.abort())


def reconnect(page: Page) -> None:
    """Let it be reached again."""
    page.unroute("**/fieldsync/**")
    page.evaluate("dispatchEvent(new Event('online'))")


def open_waiting(page: Page) -> None:
    """The page of what waits."""
    page.goto(page.url.split("#")[0] + "#/waiting")
    expect(page.locator("#facts")).to_be_visible()


def edit_phone(page: Page, account: object, phone: str) -> None:
    """Change an account's telephone number as a rep does."""
    page.goto(page.url.split("#")[0] + f"#/accounts/{account}/edit")
    page.fill("#phone", phone)
    page.click("#save")
    page.wait_for_url(f"**/accounts/{account}")


def write_visit(page: Page, account: object, words: str) -> None:
    """Save a visit of a few words; ends on its page."""
    page.goto(page.url.split("#")[0] + f"#/accounts/{account}/visit")
    page.fill("#summary", words)
    page.click("#save")
    expect(page.locator(".prose").first).to_have_text(words)


def phone_of(database: Database, account: Any) -> str | None:
    with database.open(SYSTEM) as db:
        return db.get_one(Account, account).phone


def test_conflict_stands_side_by_side_and_the_choice_converges(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    gemi = world.ident("account.gemi")
    laptop.sign_in("rep@example.com")
    page = laptop.page
    ready_for_the_road(page)
    cut_off(page)
    edit_phone(page, gemi, "0232 111")
    with system_database.transaction(SYSTEM) as db:
        db.get_one(Account, gemi).phone = "0232 999"
    reconnect(page)
    open_waiting(page)
    dispute = page.locator(".dispute", has_text="0232 111")
    expect(dispute).to_contain_text("On the server0232 999")
    expect(dispute).to_contain_text("You wrote0232 111")
    assert phone_of(system_database, gemi) == "0232 999", "nothing is overwritten in silence"
    dispute.locator("[data-keep=mine]").click()
    expect(dispute).to_have_count(0)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert phone_of(system_database, gemi) == "0232 111"
    page.goto(page.url.split("#")[0] + f"#/accounts/{gemi}")
    expect(page.locator(".facts")).to_contain_text("0232 111")


def test_discarded_and_taken_back_a_visit_goes_out_once(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    laptop.sign_in("rep@example.com")
    page = laptop.page
    ready_for_the_road(page)
    cut_off(page)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    open_waiting(page)
    entry = page.locator("#waiting details")
    entry.locator("summary").click()
    expect(entry.locator(".changes")).to_contain_text(SUMMARY)
    expect(entry.locator(".changes")).to_contain_text("Çağrı Işık")
    entry.locator("[data-act=drop]").click()
    expect(page.locator("#said")).to_contain_text("Discarded.")
    expect(page.locator("#waiting")).to_have_count(0)
    expect(page.locator("#discarded")).to_contain_text("Gemi Onarım")
    reconnect(page)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert visits(system_database) == []
    page.locator("#undo").click()
    expect(page.locator("#discarded")).to_have_count(0)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert len(visits(system_database)) == 1


def test_unsent_work_goes_to_another_laptop_in_an_encrypted_file(
    laptop: Laptop, playwright: Playwright, world: ModuleType, system_database: Database, tmp_path: Path
) -> None:
    laptop.sign_in("rep@example.com")
    page = laptop.page
    ready_for_the_road(page)
    cut_off(page)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    open_waiting(page)
    page.locator("#carry summary").click()
    page.fill("#passphrase", "too short")
    page.click("#export")
    expect(page.locator("#carried")).to_contain_text("at least 12 characters")
    page.fill("#passphrase", PHRASE)
    with page.expect_download() as download:
        page.click("#export")
    file = tmp_path / "work.json"
    download.value.save_as(file)
    assert "they will decide" not in file.read_text()
    assert json.loads(file.read_text())["kdf"]["iterations"] >= 600_000

    other = Laptop(playwright, tmp_path / "other", laptop.url)
    other.open()
    other.sign_in("rep@example.com")
    ready_for_the_road(other.page)
    open_waiting(other.page)
    other.page.locator("#carry summary").click()
    other.page.set_input_files("#import-file", file)
    other.page.fill("#passphrase", "not the right one at all")
    other.page.click("#import")
    expect(other.page.locator("#carried")).to_contain_text("The passphrase does not fit")
    other.page.fill("#passphrase", PHRASE)
    other.page.click("#import")
    expect(other.page.locator("#carried")).to_contain_text("changes taken in.")
    expect(other.page.locator("#sent")).to_contain_text("Gemi Onarım")
    assert len(visits(system_database)) == 1
    other.page.click("#import")
    expect(other.page.locator("#carried")).to_contain_text("were here already")
    other.close()
    reconnect(page)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert len(visits(system_database)) == 1, "whoever sends it"


def test_second_tab_and_private_window_are_told(laptop: Laptop, world: ModuleType) -> None:
    laptop.sign_in("rep@example.com")
    page = laptop.page
    ready_for_the_road(page)
    open_waiting(page)
    expect(page.locator("#keeping")).not_to_contain_text("The app is open in")
    second = page.context.new_page()
    second.goto(f"{laptop.url}/field/")
    expect(page.locator("#keeping")).to_contain_text("The app is open in 2 tabs")
    second.close()
    expect(page.locator("#keeping")).not_to_contain_text("The app is open in")
    refuse = "StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('no', 'SecurityError'))"
    page.add_init_script(refuse)
    page.reload()
    expect(page.locator("#warnings")).to_contain_text("This is a private window")


def test_full_disk_is_told_and_the_form_keeps_everything(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    laptop.sign_in("rep@example.com")
    page = laptop.page
    ready_for_the_road(page)
    page.add_init_script(
        """const begin = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (stores, mode, options) {
          const tx = begin.call(this, stores, mode, options);
          if (window.diskIsFull && mode === "readwrite" && options?.durability === "strict") {
            Object.defineProperty(tx, "error", {value: new DOMException("full", "QuotaExceededError")});
            setTimeout(() => { try { tx.abort() } catch { /* over already */ } });
          }
          return tx;
        };"""
    )
    page.reload()
    ready_for_the_road(page)
    cut_off(page)
    page.evaluate("window.diskIsFull = true")
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#bar-state")).to_contain_text("Not saved: this laptop has no space left")
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    page.evaluate("window.diskIsFull = false")
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    reconnect(page)
    expect(page.locator("#standing")).to_contain_text("Sent")
    assert len(visits(system_database)) == 1


def test_signing_out_with_unsent_work_warns_and_keeps_it(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    laptop.sign_in("rep@example.com")
    page = laptop.page
    ready_for_the_road(page)
    cut_off(page)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    page.goto(page.url.split("#")[0] + "#/sign-out")
    expect(page.locator("main")).to_contain_text("1 visit waiting")
    expect(page.get_by_role("link", name="Stay")).to_be_visible()
    page.click("#leave")
    page.wait_for_url("**/sign-in**")
    page.unroute("**/fieldsync/**")
    laptop.sign_in("rep@example.com")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert len(visits(system_database)) == 1


FIELD_PAGES = ("/", "/accounts", "/accounts/new", "/accounts/{gemi}", "/accounts/{gemi}/edit", "/accounts/{gemi}/visit")


def test_field_screens_are_for_everybody_in_turkish(
    laptop: Laptop, world: ModuleType, complaints: list[str], system_database: Database
) -> None:
    gemi = world.ident("account.gemi")
    page = laptop.page
    laptop.sign_in("rep@example.com", "/profile")
    page.select_option("#locale", "tr")
    page.locator("main form:has(#theme) button[type=submit]").click()
    expect(page.locator("html")).to_have_attribute("lang", "tr")
    page.goto(f"{laptop.url}/field/")
    expect(page.locator(".sync")).to_contain_text("Her şey gönderildi")
    make_everything_wait(page, gemi, system_database)
    visit = page.evaluate("location.hash.split('/').at(-1)")
    paths = [*FIELD_PAGES, f"/visits/{visit}", f"/visits/{visit}/edit", "/waiting", "/sign-out", "/nowhere"]
    found = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 4000})  # so that no bar that sticks covers anything
        for path in paths:
            page.goto(f"{laptop.url}/field/#{path.format(gemi=gemi)}")
            expect(page.locator("main h1, main h2").first).to_be_visible()
            page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")
            page.wait_for_timeout(150)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            found += [f"{width} {fault}" for fault in faults(page)]
    assert found == []


def make_everything_wait(page: Page, account: object, database: Database) -> None:
    """A conflict, a refused visit, a discarded one and one that waits; ends on the page of that visit."""
    page.add_init_script("globalThis.CompressionStream = undefined")  # so that the route below can read the body
    page.reload()
    cut_off(page)
    edit_phone(page, account, "0232 111")
    with database.transaction(SYSTEM) as db:
        db.get_one(Account, account).phone = "0232 999"
    write_visit(page, account, "Geri gelen ziyaret")

    def break_the_date(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        for op in body["ops"]:
            if op["kind"] == "visit":
                op["patch"]["happened_at"] = "some day"
        route.continue_(post_data=json.dumps(body))

    page.route("**/fieldsync/v1/push", break_the_date)
    reconnect(page)
    expect(page.locator(".notice")).to_be_visible()
    page.unroute("**/fieldsync/v1/push")
    cut_off(page)
    write_visit(page, account, "Vazgeçilen ziyaret")
    open_waiting(page)
    page.locator("#waiting summary").last.click()
    page.locator("#waiting [data-act=drop]").last.click()
    expect(page.locator("#discarded")).to_be_visible()
    write_visit(page, account, "Bekleyen ziyaret")
