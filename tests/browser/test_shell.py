"""The shell in a real browser: keyboard, themes, small screens, without scripts, and for everybody's eyes and hands."""

from types import ModuleType

from playwright.sync_api import Playwright, expect

from tests.browser import chromium
from tests.browser.conftest import FLAGS, Laptop, faults

PAGES = ("/users", "/users/new", "/profile", "/dealers", "/nowhere")


def test_head_office_works_by_keyboard_and_at_any_width(
    laptop: Laptop, world: ModuleType, complaints: list[str]
) -> None:
    laptop.sign_in("hq@example.com", "/users")
    page = laptop.page
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.locator("summary", has_text="Your account").click()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Your account")).to_be_focused()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()

    rows = page.locator("#users tbody tr")
    before = page.evaluate("performance.timeOrigin")
    page.locator("#users-q").press_sequentially("gokh")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Gökhan Ünal")
    assert "q=gokh" in page.url
    assert page.evaluate("performance.timeOrigin") == before, "the table was swapped, the page stayed"
    rows.first.click()
    expect(page).to_have_url(f"{laptop.url}/users/{world.ident('user.gokhan')}")
    page.go_back()
    expect(rows).to_have_count(1)

    page.context.set_offline(True)
    page.fill("#users-q", "gokhx")
    expect(page.locator("#notices")).to_contain_text("Could not reach the server")
    expect(page.locator("#users-q")).to_have_value("gokhx")
    page.context.set_offline(False)
    complaints.clear()

    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{laptop.url}/users")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("#users thead")).to_have_css("position", "absolute")
    expect(page.locator("#rail")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.locator("#rail")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#rail")).to_be_hidden()
    assert complaints == []


def test_pages_are_for_everybody(laptop: Laptop, world: ModuleType, complaints: list[str]) -> None:
    page = laptop.page
    laptop.sign_in("hq@example.com", "/profile")
    for theme in ("light", "dark", "system"):
        page.select_option("#theme", theme)
        page.locator("main").get_by_role("button", name="Save").click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            page.goto(laptop.url + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert complaints == [], "before axe-core measures with inline styles, which the policy refuses"
    found = []
    for path in PAGES:
        page.goto(laptop.url + path)
        found += faults(page)
    page.locator("summary", has_text="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{laptop.url}/sign-in")
    assert found + faults(page) == []


def test_everything_works_without_scripts(playwright: Playwright, address: str, world: ModuleType) -> None:
    browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
    page = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{address}/users")
    page.fill("[name=email]", "hq@example.com")
    page.fill("[name=password]", "demo-portal")
    page.click("button:has-text('Sign in')")
    page.get_by_role("button", name="Menu").click()
    page.locator("#rail").get_by_role("link", name="Administration").click()
    page.get_by_role("button", name="Filters").click()
    page.select_option("#users-role", "manager")
    page.click("button:has-text('Apply')")
    assert "role=manager" in page.url
    expect(page.locator("#users tbody tr")).to_have_count(2)
    page.locator("#users .drop").click()
    expect(page.locator("#users tbody tr")).to_have_count(9)
    page.locator("summary", has_text="Language").click()
    page.get_by_role("button", name="Türkçe").click()
    expect(page.locator("html")).to_have_attribute("lang", "tr")
    assert page.url.endswith("/users")
    browser.close()
