"""What the rep sees when the world changed while he was away: another territory, another version, a copied profile."""

import json
import shutil
from pathlib import Path
from types import ModuleType

from playwright.sync_api import Page, Playwright, Route, expect
from sqlalchemy import select

from models.account import Account
from models.region import Territory
from models.session import Database
from models.visit import Visit
from tests.browser.conftest import Laptop
from tests.browser.test_field_offline import SUMMARY, SYSTEM, arrived, note_visit, ready_for_the_road, visits
from tests.browser.test_field_waiting import cut_off, open_waiting, reconnect, write_visit

IN_AN_HOUR = "new Date(Date.now() + 36e5 - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 16)"
"""As a form writes it."""


def move_away(database: Database, account_id: object) -> None:
    """Give an account to another territory, now."""
    with database.transaction(SYSTEM) as db:
        account = db.get_one(Account, account_id)
        other = db.scalars(select(Territory).where(Territory.id != account.territory_id)).first()
        assert other is not None
        account.territory_id, account.region_id = other.id, other.region_id


def test_visits_at_an_account_that_moved_away_arrive_or_are_kept_and_told(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    gemi = world.ident("account.gemi")
    laptop.sign_in("rep@example.com")
    page = laptop.page
    ready_for_the_road(page)
    cut_off(page)
    write_visit(page, gemi, "While it was his")
    move_away(system_database, gemi)
    page.goto(page.url.split("#")[0] + f"#/accounts/{gemi}/visit")
    page.fill("#summary", "Without knowing it")
    later = page.evaluate(
        "new Date(Date.now() + 36e5 - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 16)"
    )
    page.fill("#happened_at", later)
    page.click("#save")
    expect(page.locator(".prose").first).to_have_text("Without knowing it")
    reconnect(page)
    expect(page.locator(".sync")).to_contain_text("1 needs your attention")
    with system_database.open(SYSTEM) as db:
        assert list(db.scalars(select(Visit.summary).where(Visit.summary.like("Wh%")))) == ["While it was his"]
    open_waiting(page)
    entry = page.locator("#problems")
    expect(entry).to_contain_text("Visit · Gemi Onarım A.Ş.")
    expect(entry).to_contain_text("no longer in your territory. Your work is kept and your manager decides about it.")
    entry.locator("summary").click()
    expect(entry.locator(".changes")).to_contain_text("Without knowing it")
    page.goto(page.url.split("#")[0] + "#/accounts")
    expect(page.locator("#found")).to_be_visible()
    expect(page.locator("#results")).not_to_contain_text("Gemi Onarım")


def test_old_app_is_asked_in_words_for_a_new_version_and_still_sends(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    laptop.sign_in("rep@example.com")
    page = laptop.page
    page.add_init_script("globalThis.CompressionStream = undefined")  # so that the route below can read the body
    page.reload()
    ready_for_the_road(page)

    def speak_an_old_schema(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        route.continue_(post_data=json.dumps({**body, "schema": 0}))

    page.route("**/fieldsync/v1/p*", speak_an_old_schema)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator(".sync")).to_contain_text(
        "A new version is needed. Close all tabs of the app and open it again."
    )
    assert len(arrived(page, system_database)) == 1, "pushing is allowed for ever"
    page.unroute("**/fieldsync/v1/p*")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert len(visits(system_database)) == 1


def test_copied_profile_sends_the_work_of_both_once(
    laptop: Laptop, playwright: Playwright, world: ModuleType, system_database: Database, tmp_path: Path
) -> None:
    gemi = world.ident("account.gemi")
    laptop.sign_in("rep@example.com")
    ready_for_the_road(laptop.page)
    cut_off(laptop.page)
    note_visit(laptop.page, gemi)
    expect(laptop.page.locator("#standing")).to_have_text("Saved on this laptop")
    laptop.close()
    shutil.copytree(tmp_path / "profile", tmp_path / "copy", ignore=shutil.ignore_patterns("Singleton*"))
    other = Laptop(playwright, tmp_path / "copy", laptop.url)
    for machine, words in ((laptop, "On the old laptop"), (other, "On the copy")):
        page = open_cut_off(machine)
        write_visit(page, gemi, words)
    for machine in (laptop, other, laptop):
        reconnect(machine.page)
        expect(machine.page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        noted = sorted(summary or "" for summary in db.scalars(select(Visit.summary).where(Visit.account_id == gemi)))
    assert [noted.count(words) for words in (SUMMARY, "On the old laptop", "On the copy")] == [1, 1, 1]
    open_waiting(other.page)
    expect(other.page.locator("#problems")).to_have_count(0)
    other.close()


def open_cut_off(machine: Laptop) -> Page:
    """Open the app with the server out of reach."""
    page = machine.open()
    cut_off(page)
    page.goto(f"{machine.url}/field/")
    expect(page.locator(".sync")).to_contain_text("waiting")
    return page
