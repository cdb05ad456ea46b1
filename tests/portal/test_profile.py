"""What a user sees and changes of himself."""

from collections.abc import Callable
from types import ModuleType

import pytest

from models.session import Database
from models.user.session import list_sessions
from tests.portal.conftest import Browser
from tests.world import ident, principals

SignedIn = Callable[[str], Browser]
CHANGE = {"current": "demo-portal", "password": "mavi kapı yedi", "again": "mavi kapı yedi"}


@pytest.fixture
def browser(as_user: SignedIn, world: ModuleType) -> Browser:
    return as_user("rep@example.com")


def test_user_sees_who_he_is_and_for_whom_he_acts(browser: Browser) -> None:
    page = browser.get("/profile").text
    assert all(text in page for text in ("Cem Güneş", "rep@example.com", "Field rep", "İzmir", "This browser"))


def test_user_changes_the_password_and_other_browsers_are_signed_out(browser: Browser, as_user: SignedIn) -> None:
    other = as_user("rep@example.com")
    assert browser.submit("/profile/password", CHANGE).location == "/profile"
    assert "Other browsers were signed out" in browser.get("/profile").text
    assert other.get("/profile").status_code == 302
    fresh = browser.application.test_client()
    assert isinstance(fresh, Browser)
    signed_in = fresh.submit("/sign-in", {"email": "rep@example.com", "password": CHANGE["password"]})
    assert signed_in.status_code == 303


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ({"current": "wrong"}, "current password is not right"),
        ({"again": "different"}, "two are not the same"),
        ({"password": "short", "again": "short"}, "at least 10 characters"),
        ({"password": "", "again": ""}, "required"),
    ],
)
def test_wrong_password_changes_are_explained(browser: Browser, entries: dict[str, str], error: str) -> None:
    answer = browser.submit("/profile/password", CHANGE | entries)
    assert answer.status_code == 422
    assert error in answer.text


def test_user_signs_other_browsers_out(browser: Browser, as_user: SignedIn, database: Database) -> None:
    second = as_user("rep@example.com")
    with database.open(principals()["cem"]) as db:
        earlier = {session.id for session in list_sessions(db)}
    third = as_user("rep@example.com")
    with database.open(principals()["cem"]) as db:
        (added,) = {session.id for session in list_sessions(db)} - earlier
    browser.submit(f"/profile/sign-ins/{added}/end")
    assert [each.get("/profile").status_code for each in (browser, second, third)] == [200, 200, 302]
    browser.submit("/profile/sign-ins/end")
    assert [each.get("/profile").status_code for each in (browser, second)] == [200, 302]


def test_nobody_ends_a_foreign_session(browser: Browser, as_user: SignedIn, database: Database) -> None:
    dealer = as_user("dealer@example.com")
    with database.open(principals()["ayse"]) as db:
        foreign = list_sessions(db)[0].id
    for somebody in (browser, as_user("hq@example.com")):
        for id_ in (foreign, ident("sign-in.none")):
            answer = somebody.submit(f"/profile/sign-ins/{id_}/end")
            assert answer.status_code == 404
            assert "signed out" not in somebody.get("/profile").text
    assert dealer.get("/profile").status_code == 200


def test_language_and_theme_are_kept_with_the_user(browser: Browser, as_user: SignedIn) -> None:
    answer = browser.submit("/preferences", {"locale": "it", "theme": "dark", "next": "/profile"})
    assert answer.location == "/profile"
    elsewhere = as_user("rep@example.com").get("/profile").text
    assert '<html lang="it" data-theme="dark">' in elsewhere


def test_language_and_theme_are_kept_in_the_browser_of_a_stranger(client: Browser, world: ModuleType) -> None:
    assert '<html lang="en"' in client.get("/sign-in").text
    client.submit("/preferences", {"locale": "tr", "next": "/sign-in"})
    client.submit("/preferences", {"theme": "light", "next": "/sign-in"})
    assert '<html lang="tr" data-theme="light">' in client.get("/sign-in").text
    client.submit("/preferences", {"locale": "klingon", "theme": "<script>"})
    assert '<html lang="tr" data-theme="light">' in client.get("/sign-in").text


def test_browser_is_greeted_in_the_language_it_asks_for(client: Browser, world: ModuleType) -> None:
    page = client.get("/sign-in", headers={"Accept-Language": "de, it;q=0.8, tr;q=0.4"})
    assert '<html lang="it"' in page.text
    assert '<html lang="en"' in client.get("/sign-in", headers={"Accept-Language": "de"}).text
