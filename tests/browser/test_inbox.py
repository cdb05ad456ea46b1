"""The manager's desk in a real browser: the inbox by keyboard, a comment without a new page, charts, and axe-core."""

import itertools
from types import ModuleType

import pytest
from playwright.sync_api import expect

from models.access import Principal
from models.base import now
from models.market.consolidate import consolidate
from models.session import Database
from tests.browser.conftest import Laptop, faults
from tests.factories_field import add_account, add_usage, add_visit, move_to_now
from tests.world import days, ident

SYSTEM = Principal.system("test")
BASIC = f"/market/{ident('group.basic')}"


@pytest.fixture(autouse=True)
def worked(world: ModuleType, system_database: Database) -> None:
    """The cast's visits were three days ago, one more was yesterday; there are market share runs of two months."""
    with system_database.transaction(SYSTEM) as db:
        move_to_now(db)
        account = add_account(db, "Yeni Tersane")
        visit = add_visit(db, account, happened_at=now() - days(1), summary="Deneme istediler.")
        today = now().date()
        for number, brand in enumerate(("ours", "rival", "other")):
            add_usage(db, account, 100 * (number + 1), brand, visit=visit, on=today - days(40 * (number == 0)))
        for end in (today - days(35), today):
            consolidate(db, end - days(365), end)


def test_manager_reads_and_comments_by_keyboard(laptop: Laptop, complaints: list[str]) -> None:
    laptop.sign_in("manager@example.com", "/visits")
    page = laptop.page
    started = page.evaluate("performance.timeOrigin")
    opened, rows = page.locator("#visit article h2"), page.locator("#visits li:not(.divider)")
    page.keyboard.press("j")
    expect(opened).to_have_text("Yeni Tersane")
    expect(rows.first).not_to_have_class("unread")
    expect(page).to_have_title("Yeni Tersane · Channel Portal")
    page.keyboard.press("j")
    expect(opened).not_to_have_text("Yeni Tersane")
    page.keyboard.press("k")
    expect(opened).to_have_text("Yeni Tersane")
    page.keyboard.press("e")
    expect(rows.nth(2).locator("a")).to_have_attribute("aria-current", "true")
    expect(opened).not_to_have_text("Yeni Tersane")

    page.keyboard.press("c")
    expect(page.locator("#comments textarea")).to_be_focused()
    page.keyboard.type("jkec: numuneyi yarın götür")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("#comments li").last).to_contain_text("numuneyi yarın götür")
    expect(page.locator("#comments textarea")).to_have_value("")
    expect(page.locator("#notices")).to_contain_text("Your comment is saved.")
    assert page.evaluate("performance.timeOrigin") == started, "parts were swapped, the page stayed"

    address = page.url
    page.go_back()
    expect(opened).to_have_text("Yeni Tersane")
    page.goto(address)
    expect(page.locator("#comments li").last).to_contain_text("numuneyi yarın götür")
    assert complaints == []


def test_comment_that_was_begun_waits_for_its_visit(laptop: Laptop) -> None:
    laptop.sign_in("manager@example.com", "/visits")
    page, opened = laptop.page, laptop.page.locator("#visit article h2")
    page.keyboard.press("j")
    expect(opened).to_have_text("Yeni Tersane")
    field = page.locator("#comments textarea")
    field.fill("Yarım kalan")
    page.get_by_role("link", name="Gemi Onarım").first.click()
    expect(opened).to_have_text("Gemi Onarım A.Ş.")
    expect(field).to_have_value("")
    page.get_by_role("link", name="Yeni Tersane").first.click()
    expect(opened).to_have_text("Yeni Tersane")
    expect(field).to_have_value("Yarım kalan")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator("#comments li").last).to_contain_text("Yarım kalan")
    page.reload()
    expect(field).to_have_value("")


def test_visit_opens_in_place_of_the_list_on_a_phone(laptop: Laptop) -> None:
    laptop.sign_in("manager@example.com", "/visits")
    page = laptop.page
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("#visit")).to_be_hidden()
    page.get_by_role("link", name="Yeni Tersane").click()
    expect(page.locator("#visit article h2")).to_have_text("Yeni Tersane")
    expect(page.locator("#visits")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Visits").last.click()
    expect(page.locator("#visits")).to_be_visible()


def test_trend_is_drawn_from_its_table(laptop: Laptop, complaints: list[str]) -> None:
    laptop.sign_in("manager@example.com", "/market")
    page = laptop.page
    page.get_by_role("link", name="Basic electrodes").click()
    chart = page.locator("figure.chart canvas")
    expect(chart).to_be_visible()
    lines = page.evaluate(
        "Chart.getChart(document.querySelector('figure.chart canvas')).data.datasets.map(d => d.data)"
    )
    cells = page.locator("#trend tbody tr").evaluate_all("rows => rows.map(row => row.cells[1].dataset.value)")
    assert [str(value) for value in lines[0]] == [f"{float(value)}" for value in cells]
    assert len(cells) == 3
    page.get_by_label("Brand", exact=True).select_option(label="Öteki")
    expect(page.locator("#line")).to_contain_text("Share of Öteki")
    expect(chart).to_be_visible()
    assert complaints == []


def test_pages_are_for_everybody(laptop: Laptop) -> None:
    laptop.sign_in("hq@example.com", "/visits")
    page = laptop.page
    found = []
    paths = ("/visits", f"/visits/{ident('visit.gemi')}", "/team", f"/team/{ident('user.cem')}", "/market", BASIC)
    for width, path in itertools.product((1280, 360), (*paths, "/market?by=brand")):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(laptop.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        found += faults(page)
    assert found == []


def test_digest_is_for_everybody(laptop: Laptop) -> None:
    laptop.sign_in("dealer@example.com", "/digest")
    assert faults(laptop.page) == []
