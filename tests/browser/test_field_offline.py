"""A rep's day without a network, in a real browser: what the page calls saved is there, whatever dies meanwhile."""

import json
from contextlib import suppress
from types import ModuleType

from playwright.sync_api import Error, Page, Route, expect
from sqlalchemy import delete, func, select, update

from models.access import Principal
from models.market import BrandUsage, Potential
from models.session import Database, Session
from models.sync.audit import new_epoch
from models.sync.device import Client
from models.sync.inbox import Operation
from models.visit import Comment, Visit, VisitParticipant
from tests.browser.conftest import Hosted, Laptop

SUMMARY = "Şişli / İĞÜŞÖÇ ığüşöç: they will decide in June"
SYSTEM = Principal.system("test")


def ready_for_the_road(page: Page) -> None:
    """Wait until the records are on the laptop and the app opens without a network."""
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    page.wait_for_function("navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))")


def on_the_road(laptop: Laptop) -> Page:
    """The rep's page, signed in and with everything on the laptop."""
    laptop.sign_in("rep@example.com")
    ready_for_the_road(laptop.page)
    return laptop.page


def back_online(page: Page) -> None:
    """Tell the page what the browser tells it when the network is back."""
    page.evaluate("dispatchEvent(new Event('online'))")


def note_visit(page: Page, account: object) -> None:
    """Fill the form as a rep does: two people, one of them new, three brands, and the words."""
    page.goto(page.url.split("#")[0] + f"#/accounts/{account}/visit")
    page.locator(".pick").first.click()
    page.locator("#add-person summary").click()
    page.fill("#person-name", "Çağrı Işık")
    page.press("#person-name", "Enter")
    page.fill("#summary", SUMMARY)
    fields = page.locator("[data-group] .cell:not(.cell-total) input")
    for place, quantity in enumerate(("1000", "250", "12.5")):
        fields.nth(place).fill(quantity)
    expect(page.locator("#bar-state")).to_contain_text("Draft kept on this laptop")
    page.click("#save")


def visits(database: Database) -> list[Visit]:
    with database.open(SYSTEM) as db:
        return list(db.scalars(select(Visit).where(Visit.summary == SUMMARY)))


def arrived(page: Page, database: Database) -> list[Visit]:
    """The visits on the server, once there are any."""
    for _ in range(300):
        if found := visits(database):
            return found
        page.wait_for_timeout(100)
    return []


def test_visit_noted_without_a_server_outlives_the_browser_and_arrives_once(
    laptop: Laptop, hosted: Hosted, world: ModuleType, system_database: Database
) -> None:
    on_the_road(laptop)

    hosted.stop()
    note_visit(laptop.page, world.ident("account.gemi"))
    expect(laptop.page.locator("#standing")).to_have_text("Saved on this laptop")
    expect(laptop.page.locator(".sync")).to_contain_text("1 visit waiting")
    laptop.close()

    page = laptop.open()
    page.goto(f"{hosted.url}/field/")
    expect(page.locator(".sync")).to_contain_text("1 visit waiting")
    page.locator(".sync").click()
    page.locator("#waiting summary").click()
    page.locator("#waiting").get_by_role("link", name="Show").click()
    expect(page.locator(".prose").first).to_have_text(SUMMARY)
    expect(page.locator("main")).to_contain_text("Çağrı Işık")

    hosted.start()
    back_online(page)
    expect(page.locator("#standing")).to_contain_text("Sent")
    (visit,) = visits(system_database)
    with system_database.open(SYSTEM) as db:
        usages = db.scalars(select(BrandUsage.quantity).where(BrandUsage.visit_id == visit.id))
        assert sorted(map(float, usages)) == [12.5, 250.0, 1000.0]
        people = select(func.count()).select_from(VisitParticipant).where(VisitParticipant.visit_id == visit.id)
        assert db.scalar(people) == 2

    place = {"territory_id": visit.territory_id, "region_id": visit.region_id}
    with system_database.transaction(SYSTEM) as db:
        db.add(Comment(visit_id=visit.id, user_id=world.ident("user.filiz"), text="Ask who decides.", **place))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#talk")).to_contain_text("Ask who decides.")
    page.fill("#answer", "The buyer does.")
    page.click("#send-answer")
    expect(page.locator("#talk .word-own")).to_contain_text("The buyer does.")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    with system_database.open(SYSTEM) as db:
        assert "The buyer does." in set(db.scalars(select(Comment.text)))


def test_browser_killed_right_after_saved_and_a_draft_half_written_lose_nothing(
    laptop: Laptop, hosted: Hosted, world: ModuleType, system_database: Database
) -> None:
    on_the_road(laptop)
    hosted.stop()
    note_visit(laptop.page, world.ident("account.gemi"))
    expect(laptop.page.locator("#standing")).to_have_text("Saved on this laptop")
    laptop.page.goto(f"{hosted.url}/field/#/accounts/{world.ident('account.gemi')}/visit")
    laptop.page.fill("#summary", "Half a thought")
    expect(laptop.page.locator("#bar-state")).to_contain_text("Draft kept on this laptop")
    laptop.page.wait_for_timeout(1000)
    laptop.kill()

    page = laptop.open()
    page.goto(f"{hosted.url}/field/")
    expect(page.locator(".sync")).to_contain_text("1 visit waiting")
    page.locator("#drafts a").first.click()
    expect(page.locator("#summary")).to_have_value("Half a thought")
    hosted.start()
    page.context.clear_cookies()  # a browser that was killed may or may not have kept the newest ones
    laptop.sign_in("rep@example.com")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert len(visits(system_database)) == 1


def test_sign_in_page_of_a_foreign_network_is_not_taken_for_an_answer(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)

    def hotel(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to our hotel</h1>")

    page.route("**/fieldsync/**", hotel)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator(".sync")).to_contain_text("asks for a sign-in of its own")
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    assert visits(system_database) == []
    page.unroute("**/fieldsync/**")
    back_online(page)
    expect(page.locator("#standing")).to_contain_text("Sent")
    assert len(visits(system_database)) == 1


def test_answer_that_was_lost_does_not_make_a_second_visit(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)

    def lose(route: Route) -> None:
        route.fetch()
        with suppress(Error):  # the page may have given up on the answer by itself
            route.abort()

    page.route("**/fieldsync/v1/push", lose)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator(".sync")).to_contain_text("1 visit waiting")
    assert len(arrived(page, system_database)) == 1
    page.unroute("**/fieldsync/v1/push")
    back_online(page)
    expect(page.locator("#standing")).to_contain_text("Sent")
    assert len(visits(system_database)) == 1


def test_session_that_ran_out_asks_for_sign_in_and_keeps_the_work(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    page.context.clear_cookies()
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator(".sync")).to_contain_text("Sign in to send 1 visit")
    assert visits(system_database) == []
    laptop.sign_in("rep@example.com")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert len(visits(system_database)) == 1


def test_another_rep_on_the_same_browser_gets_a_copy_of_his_own(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    page.context.clear_cookies()
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#standing")).to_have_text("Saved on this laptop")
    laptop.sign_in("rep2@example.com")
    expect(page.locator(".sync")).to_contain_text("Somebody else is signed in")
    page.locator(".sync").click()
    page.locator("#switch").click()
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    page.goto(f"{laptop.url}/field/#/accounts")
    expect(page.locator("#results")).not_to_contain_text("Gemi")
    assert visits(system_database) == []
    page.context.clear_cookies()
    laptop.sign_in("rep@example.com")
    expect(page.locator(".sync")).to_contain_text("Somebody else is signed in")
    page.locator(".sync").click()
    page.locator("#switch").click()
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert len(visits(system_database)) == 1


def test_visit_that_the_server_refused_is_mended_and_sent_once(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    page.add_init_script("globalThis.CompressionStream = undefined")  # so that the route below can read the body
    page.reload()
    ready_for_the_road(page)

    def break_the_date(route: Route) -> None:
        body = json.loads(route.request.post_data or "")
        for op in body["ops"]:
            if op["kind"] == "visit":
                op["patch"]["happened_at"] = "some day"
        route.continue_(post_data=json.dumps(body))

    page.route("**/fieldsync/v1/push", break_the_date)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#standing")).to_have_text("Needs attention")
    expect(page.locator(".notice")).to_contain_text("This must be a date.")
    expect(page.locator(".sync")).to_contain_text("1 needs your attention")
    page.unroute("**/fieldsync/v1/push")
    page.get_by_role("link", name="Look over").click()
    expect(page.locator("#summary")).to_have_value(SUMMARY)
    page.click("#save")
    expect(page.locator("#standing")).to_contain_text("Sent")
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    (visit,) = visits(system_database)
    with system_database.open(SYSTEM) as db:
        usages = select(func.count()).select_from(BrandUsage).where(BrandUsage.visit_id == visit.id)
        assert db.scalar(usages) == 3


def test_server_restored_from_before_gets_what_it_had_once_acknowledged(
    laptop: Laptop, world: ModuleType, system_database: Database
) -> None:
    page = on_the_road(laptop)
    note_visit(page, world.ident("account.gemi"))
    expect(page.locator("#standing")).to_contain_text("Sent")
    (visit,) = visits(system_database)
    with system_database.transaction(SYSTEM) as db:
        forget(db, visit)
        new_epoch(db, "restored")
    assert visits(system_database) == []
    page.evaluate("dispatchEvent(new Event('focus'))")
    (again,) = arrived(page, system_database)
    expect(page.locator(".sync")).to_contain_text("Everything is sent")
    assert again.id == visit.id
    expect(page.locator(".prose").first).to_have_text(SUMMARY)


def forget(db: Session, visit: Visit) -> None:
    """Take the database back to before the visit arrived."""
    for cls in (BrandUsage, Potential, VisitParticipant):
        db.execute(delete(cls).where(cls.visit_id == visit.id))
    db.execute(delete(Visit).where(Visit.id == visit.id))
    db.execute(delete(Operation).where(Operation.body["tz"].astext != ""))
    db.execute(update(Client).values(last_seq=0))
