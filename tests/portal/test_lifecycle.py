"""A request from click to commit."""

import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask import Blueprint
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from models.session import Database
from models.trouble import Trouble, trouble_of
from models.user import User, UserPreference
from portal import app as application
from portal.web import Portal
from portal.web.permissions import public
from tests.portal import probes
from tests.portal.conftest import CONFIG, Browser, writes
from tests.world import ident, principals

SignedIn = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def with_probes(monkeypatch: pytest.MonkeyPatch, world: ModuleType) -> None:
    """The application, and the views that only tests have."""
    monkeypatch.setattr(application, "FEATURES", (*application.FEATURES, probes.bp))


@pytest.fixture
def dealer(as_user: SignedIn, app: Portal) -> Browser:
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    return as_user("dealer@example.com")


@pytest.fixture
def theme(database: Database) -> Callable[[], str | None]:
    """What the database holds in the end."""

    def read() -> str | None:
        with database.open(principals()["ayse"]) as db:
            return db.get_one(UserPreference, ident("user.ayse")).theme

    return read


@pytest.mark.parametrize(("status", "kept"), [(200, "dark"), (303, "dark"), (400, None), (422, None), (503, None)])
def test_change_is_kept_if_the_answer_says_so(
    dealer: Browser, theme: Callable[[], str | None], status: int, kept: str | None
) -> None:
    assert dealer.submit(f"/probes/prefer/{status}").status_code == status
    assert theme() == kept


def test_reading_a_page_never_writes(dealer: Browser, theme: Callable[[], str | None]) -> None:
    assert dealer.get("/probes/prefer/200").status_code == 200
    assert theme() is None


def test_broken_view_changes_nothing_and_says_nothing_of_its_insides(
    dealer: Browser, theme: Callable[[], str | None]
) -> None:
    answer = dealer.submit("/probes/prefer-and-fail")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "secret detail" not in answer.text
    assert theme() is None


def test_refusal_at_the_commit_reaches_the_reader(dealer: Browser, database: Database) -> None:
    mehmet_may_be_changed = dealer.submit(f"/probes/rename/{ident('user.mehmet')}")
    assert mehmet_may_be_changed.status_code == 200
    assert "Renamed, says the view." in dealer.get("/profile").text
    answer = dealer.submit(f"/probes/rename/{ident('user.ayse')}")
    assert answer.status_code == 409, "the policy lets her see her own row, but not change it: no row was changed"
    assert "Renamed, says the view." not in answer.text + dealer.get("/profile").text
    with database.open(principals()["ayse"]) as db:
        assert db.get_one(User, ident("user.ayse")).name == "Ayşe Kılıç"


def test_row_that_the_policy_forbids_is_a_404(dealer: Browser) -> None:
    assert dealer.submit(f"/probes/add/{ident('user.new')}").status_code == 404


def test_busy_database_asks_to_wait(dealer: Browser, app: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    def full(_token: str, **_: object) -> None:
        raise PoolTimeout("QueuePool limit reached")

    monkeypatch.setattr(app.database, "resume", full)
    for wanted in ("text/html", "application/json"):
        answer = dealer.get("/profile", headers={"Accept": wanted})
        assert (answer.status_code, answer.mimetype) == (503, wanted)
        assert answer.headers["Retry-After"] == "5"
        assert "QueuePool" not in answer.text


@pytest.fixture
def impatient(dealer: Browser, app: Portal, database_name: str, admin_url: str) -> Engine:
    """The administrator's connections, while the web waits a tenth of a second for a lock."""
    engine = create_engine(admin_url, poolclass=NullPool)
    with engine.begin() as shorter:
        shorter.exec_driver_sql(f"alter role portal_web in database \"{database_name}\" set lock_timeout = '100ms'")
    app.database.engine.dispose()
    return engine


def test_what_another_holds_for_too_long_is_given_up(
    dealer: Browser, impatient: Engine, theme: Callable[[], str | None]
) -> None:
    token = dealer.csrf_token()
    with impatient.begin() as other:
        other.exec_driver_sql("lock table user_preference in exclusive mode")
        answer = dealer.post("/probes/prefer/200", data={"csrf_token": token})
        assert answer.status_code == 503
        assert "Busy at the moment" in answer.text
    assert theme() is None
    assert dealer.submit("/probes/prefer/200").status_code == 200, "the next one is served again"


def test_sign_ins_that_another_holds_are_given_up_too(dealer: Browser, impatient: Engine) -> None:
    with impatient.begin() as other:
        other.exec_driver_sql("lock table user_session in access exclusive mode")
        answer = dealer.get("/profile")
        assert answer.status_code == 503
        assert "Busy at the moment" in answer.text
    assert dealer.get("/profile").status_code == 200


def test_what_is_noted_after_the_answer_does_not_undo_it(
    dealer: Browser, impatient: Engine, theme: Callable[[], str | None]
) -> None:
    token = dealer.csrf_token()
    with impatient.begin() as long_ago:
        long_ago.exec_driver_sql("update user_session set last_seen_at = last_seen_at - interval '1 hour'")
    with impatient.begin() as other:
        other.exec_driver_sql("select 1 from user_session for no key update")
        assert dealer.post("/probes/prefer/200", data={"csrf_token": token}).status_code == 200
    assert theme() == "dark"


def test_a_transaction_that_rests_for_too_long_is_ended(database: Database) -> None:
    with database.open(None) as db:
        db.execute(text("set local idle_in_transaction_session_timeout = '50ms'"))
        time.sleep(0.15)
        with pytest.raises(DBAPIError) as ended:
            db.execute(text("select 1"))
        assert trouble_of(ended.value) is Trouble.BUSY
    with database.open(None) as db:
        assert db.scalar(text("select 1")) == 1


def test_stranger_costs_no_database_session(client: Browser, statements: Callable[[], Any]) -> None:
    with statements() as sql:
        assert client.get("/sign-in").status_code == 200
        assert client.get("/profile").status_code == 302
        assert client.get("/nowhere").status_code == 404
    assert sql == []


def test_page_costs_one_statement_beside_its_own_and_writes_nothing(
    dealer: Browser, statements: Callable[[], Any]
) -> None:
    with statements() as sql:
        dealer.get("/probes/status/404")
    own = [each for each in sql if "pg_catalog" not in each]
    assert own == [], "who it is was asked past SQLAlchemy, and the page of an error counts nothing that waits"
    with statements() as sql:
        dealer.get("/staff")
    assert len(sql) == 2, "the staff, what waits"
    assert writes(sql) == []


def test_application_does_not_start_with_a_view_that_says_nothing(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    silent = Blueprint("silent", __name__)
    silent.add_url_rule("/silent", "view", lambda: "")
    silent.add_url_rule("/loud", "other", public(lambda: ""))
    monkeypatch.setattr(application, "FEATURES", (silent,))
    with pytest.raises(RuntimeError, match=r"silent\.view") as error:
        application.create_app(CONFIG, database)
    assert "silent.other" not in str(error.value)


def test_post_without_a_token_changes_nothing_and_keeps_the_entries(
    dealer: Browser, theme: Callable[[], str | None]
) -> None:
    entries = {"note": "Görüşme <notu>", "password": "open sesame"}
    answer = dealer.post("/probes/prefer/200", data=entries)
    assert answer.status_code == 400
    assert "Görüşme &lt;notu&gt;" in answer.text
    assert "open sesame" not in answer.text
    assert theme() is None


def test_post_from_another_site_is_not_handed_back(dealer: Browser) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = dealer.post("/probes/prefer/200", data={"note": "planted"}, headers=headers)
        assert answer.status_code == 400
        assert "planted" not in answer.text


def test_entries_outlive_the_session(dealer: Browser, theme: Callable[[], str | None]) -> None:
    token = dealer.csrf_token()
    with dealer.session_transaction() as session:
        session["_user_id"] = "ended"
    answer = dealer.post("/probes/prefer/200", data={"csrf_token": token, "note": "Uzun bir not"})
    assert answer.status_code == 401
    assert "You are no longer signed in" in answer.text
    assert "Uzun bir not" in answer.text
    assert theme() is None


def test_entries_outlive_a_lost_cookie(dealer: Browser, theme: Callable[[], str | None]) -> None:
    dealer.delete_cookie("portal")
    answer = dealer.post("/probes/prefer/200", data={"csrf_token": "of a lost cookie", "note": "Uzun bir not"})
    assert answer.status_code == 401
    assert 'href="/sign-in?next=/"' in answer.text
    assert 'value="Uzun bir not"' in answer.text
    assert theme() is None


def test_a_stranger_whose_form_is_too_old_is_led_to_sign_in(client: Browser, world: ModuleType) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}):
        answer = client.post("/sign-in", data={"email": "dealer@example.com", "password": "x"}, headers=headers)
        assert answer.status_code == 400
        assert 'href="/sign-in"' in answer.text


def test_htmx_leaves_what_was_typed_where_it_is(client: Browser) -> None:
    answer = client.post("/probes/prefer/200", data={"note": "typed"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


def test_htmx_is_sent_to_sign_in_with_the_page_it_came_from(client: Browser) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/users?q=a&page=2"}
    answer = client.get("/users", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/users?q%3Da%26page%3D2"
