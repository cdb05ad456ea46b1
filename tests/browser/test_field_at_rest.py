"""Encryption at rest in a real browser, in Turkish: chosen, locked, unlocked, and taken off again; nothing is lost."""

from types import ModuleType

from playwright.sync_api import Page, expect

from models.session import Database
from models.sync.at_rest import get_policy
from tests.browser.conftest import Laptop, faults
from tests.browser.test_field_offline import SUMMARY, SYSTEM, visits

PIN = "kuzey-74"
ON_THE_DISK = """async () => {
  const {name} = (await indexedDB.databases()).find(each => each.name.startsWith("field-"));
  const database = await new Promise(done => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
  });
  const all = await Promise.all([...database.objectStoreNames].map(store => new Promise(done => {
    const request = database.transaction(store).objectStore(store).getAll();
    request.onsuccess = () => done(request.result);
  })));
  database.close();
  return JSON.stringify(all, (_, value) => value instanceof Uint8Array ? `sealed ${value.length}` : value);
}"""
"""Everything that lies in the rep's database, as somebody who copies the disk would find it."""


def ask_for(database: Database, *, encrypted: bool) -> None:
    """What head office does on its page."""
    with database.transaction(SYSTEM) as db:
        policy = get_policy(db)
        policy.encrypted = encrypted
        db.add(policy)


def unlock(page: Page, pin: str) -> None:
    page.fill("#pin", pin)
    page.press("#pin", "Enter")


def test_rep_encrypts_works_offline_unlocks_and_goes_back_without_losing_anything(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    laptop.close()
    page = laptop.open(width=360, locale="tr-TR")
    ask_for(system_database, encrypted=True)
    laptop.sign_in("rep@example.com")
    expect(page.locator("#choose-pin h1")).to_contain_text("Bir PIN seçin")
    assert faults(page) == []
    page.fill("#new-pin", "111111")
    page.fill("#new-pin-again", "111111")
    page.click("#choose")
    expect(page.locator("#pin-said")).to_contain_text("en az üç farklı karakter")
    page.fill("#new-pin", PIN)
    page.fill("#new-pin-again", PIN)
    page.click("#choose")
    expect(page.locator(".sync")).to_contain_text("Her şey gönderildi")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))")

    page.context.route("**/fieldsync/**", lambda route: route.abort())
    note_visit_in_turkish(page, world.ident("account.gemi"))
    kept = page.evaluate(ON_THE_DISK)
    assert "sealed" in kept
    for secret in ("they will decide", "Gemi", "Çağrı"):
        assert secret not in kept, secret

    page.reload()
    expect(page.locator("#locked")).to_contain_text("1 ziyaret bekliyor")
    assert faults(page) == []
    unlock(page, "000000")
    expect(page.locator("#lock-said")).to_contain_text("Bu PIN yanlış.")
    unlock(page, PIN)
    expect(page.locator(".prose").first).to_have_text(SUMMARY)
    other = page.context.new_page()
    other.goto(f"{laptop.url}/field/#/accounts")
    other.fill("input[type=search]", "gemi")
    expect(other.locator("#results")).to_contain_text("Gemi Onarım")
    page.goto(f"{laptop.url}/field/#/waiting")
    page.click("#lock")
    expect(page.locator("#locked")).to_be_visible()
    expect(other.locator("#locked")).to_be_visible()
    other.close()

    page.context.unroute("**/fieldsync/**")
    unlock(page, PIN)
    expect(page.locator(".sync")).to_contain_text("Her şey gönderildi")
    assert len(visits(system_database)) == 1
    ask_for(system_database, encrypted=False)
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#lock")).to_have_count(0)
    plain = page.evaluate(ON_THE_DISK)
    assert "sealed" not in plain
    assert "they will decide" in plain
    page.reload()
    expect(page.locator("#sent")).to_contain_text("Gemi Onarım")


def note_visit_in_turkish(page: Page, account: object) -> None:
    page.goto(page.url.split("#")[0] + f"#/accounts/{account}/visit")
    page.fill("#summary", SUMMARY)
    page.click("#save")
    expect(page.locator("#standing")).to_have_text("Bu bilgisayara kaydedildi")
