"""Signing in and out."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

import pytest
from sqlalchemy import select, update

from models.base import now
from models.session import Database
from models.user import User
from models.user.session import UserSession
from tests.portal.conftest import Browser
from tests.world import ident, principals

SignedIn = Callable[[str], Browser]
RIGHT = {"email": "dealer@example.com", "password": "demo-portal"}


@pytest.fixture(autouse=True)
def cast(world: ModuleType) -> None:
    """Everybody here signs in as one of the cast."""


def test_stranger_sees_only_the_name_two_fields_and_a_button(client: Browser) -> None:
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert page.text.count('type="password"') == 1
    assert page.text.count("<nav") == 0
    assert page.headers["Cache-Control"] == "no-store"


def test_stranger_is_sent_to_sign_in_and_back(client: Browser) -> None:
    answer = client.get("/profile?tab=1")
    assert answer.location == "/sign-in?next=/profile?tab%3D1"
    assert client.submit("/sign-in", RIGHT | {"next": "/profile?tab=1"}).location == "/profile?tab=1"
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize(
    "next_", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]
)
def test_sign_in_never_leads_to_another_site(client: Browser, next_: str) -> None:
    assert client.submit("/sign-in", RIGHT | {"next": next_}).location == "/"


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"email": "nobody@example.com"}, {"email": "x\0@e.com"}])
def test_wrong_entries_are_refused_without_saying_which(client: Browser, wrong: dict[str, str]) -> None:
    answer = client.submit("/sign-in", RIGHT | wrong)
    assert answer.status_code == 422
    assert "The e-mail address or the password is not right." in answer.text
    assert "demo-portal" not in answer.text, "a password is never sent back"
    assert client.get("/profile").status_code == 302


def test_guessing_is_slowed_down_and_says_for_how_long(client: Browser) -> None:
    for _ in range(5):
        assert client.submit("/sign-in", RIGHT | {"password": "guess"}).status_code == 422
    answer = client.submit("/sign-in", RIGHT)
    assert answer.status_code == 429
    assert "Try again in 1 minute." in answer.text
    assert answer.headers["Retry-After"] == "60"
    assert client.submit("/sign-in", RIGHT | {"email": "rep@example.com"}).status_code == 303, "another account may"


def test_sign_in_starts_a_fresh_cookie(client: Browser) -> None:
    client.get("/sign-in")
    with client.session_transaction() as session:
        planted = session["csrf_token"]
        session["planted"] = "by a stranger"
    client.submit("/sign-in", RIGHT)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != planted


def test_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(client: Browser) -> None:
    cookie = client.submit("/sign-in", RIGHT).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_database_keeps_only_a_hash_of_the_token(client: Browser, database: Database) -> None:
    client.submit("/sign-in", RIGHT)
    with client.session_transaction() as session:
        token = session["_user_id"]
    with database.open(principals()["ayse"]) as db:
        kept = db.scalars(select(UserSession)).one()
        assert token.encode() not in kept.token_hash


def test_signing_out_ends_the_session_for_good(client: Browser) -> None:
    client.submit("/sign-in", RIGHT)
    with client.session_transaction() as session:
        stolen = session["_user_id"]
    answer = client.submit("/sign-out")
    assert answer.location == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache"', "never the storage: it holds unsent field work"
    with client.session_transaction() as session:
        session["_user_id"] = stolen
    assert client.get("/profile").status_code == 302


def test_session_ends_twelve_hours_after_its_last_use(as_user: SignedIn, database: Database) -> None:
    browser = as_user("dealer@example.com")
    _age(database, last_seen_at=now() - timedelta(hours=11))
    assert browser.get("/profile").status_code == 200, "and this is a use"
    with database.open(principals()["ayse"]) as db:
        assert db.scalars(select(UserSession)).one().last_seen_at > now() - timedelta(minutes=1)
    _age(database, last_seen_at=now() - timedelta(hours=13))
    assert browser.get("/profile").status_code == 302


def test_session_ends_after_two_weeks_whatever_its_use(as_user: SignedIn, database: Database) -> None:
    browser = as_user("dealer@example.com")
    _age(database, expires_at=now() - timedelta(minutes=1))
    assert browser.get("/profile").status_code == 302


def test_recent_use_is_not_written_again_on_every_page(
    as_user: SignedIn, statements: Callable[[], object], database: Database
) -> None:
    browser = as_user("dealer@example.com")
    with statements() as sql:  # type: ignore[attr-defined]
        browser.get("/profile")
    assert not [each for each in sql if "UPDATE" in each.upper().split()]


def test_deactivated_user_cannot_sign_in(client: Browser, database: Database) -> None:
    with database.transaction(principals()["hale"]) as db:
        db.get_one(User, ident("user.ayse")).active = False
    assert client.submit("/sign-in", RIGHT).status_code == 422


def test_signed_in_user_goes_straight_on(as_user: SignedIn) -> None:
    assert as_user("hq@example.com").get("/sign-in?next=/users").location == "/users"


def test_invitation_that_nobody_sent_is_refused(client: Browser) -> None:
    passwords = {"password": "long enough it is", "again": "long enough it is"}
    answer = client.submit("/invitations/guess", passwords)
    assert answer.status_code == 422
    assert "used already or is too old" in answer.text
    assert client.submit("/invitations/guess", passwords | {"again": "other"}).status_code == 422
    assert "at least 10 characters" in client.submit("/invitations/guess", {"password": "a", "again": "a"}).text


def _age(database: Database, **values: object) -> None:
    with database.transaction(principals()["ayse"]) as db:
        db.execute(update(UserSession).values(**values))
