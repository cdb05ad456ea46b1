"""What people read when something went wrong, and the headers on every answer."""

from collections.abc import Callable
from types import ModuleType

import pytest

from models.session import Database
from portal import app as application
from portal.web import Portal
from portal.web.errors import WORDS
from tests.portal import probes
from tests.portal.conftest import Browser

SignedIn = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def with_probes(monkeypatch: pytest.MonkeyPatch, world: ModuleType) -> None:
    """The application, and the views that only tests have."""
    monkeypatch.setattr(application, "FEATURES", (*application.FEATURES, probes.bp))


@pytest.mark.parametrize("status", sorted(WORDS))
def test_every_error_says_what_happened_and_what_to_do(client: Browser, status: int) -> None:
    answer = client.get(f"/probes/status/{status}")
    assert answer.status_code == status
    assert WORDS[status].title in answer.text
    assert WORDS[status].happened.replace("'", "&#39;") in answer.text
    assert "To the start" in answer.text


def test_error_of_a_signed_in_user_keeps_the_way_around(as_user: SignedIn) -> None:
    page = as_user("hq@example.com").get("/nowhere")
    assert page.status_code == 404
    assert 'id="rail"' in page.text


def test_refusal_of_a_rule_is_told_in_its_words(client: Browser) -> None:
    answer = client.get("/probes/refused")
    assert answer.status_code == 409
    assert "There is no dealer with the code &lt;b&gt;." in answer.text


def test_unseen_and_missing_are_the_same_page(client: Browser) -> None:
    gone, missing = client.get("/probes/gone").text, client.get("/probes/status/404").text
    assert gone.replace("/probes/gone", "") == missing.replace("/probes/status/404", "")


def test_wrong_method_is_explained(client: Browser) -> None:
    assert client.get("/preferences").status_code == 405


def test_programs_get_json(client: Browser) -> None:
    answer = client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.json == {"error": 404, "message": WORDS[404].happened}
    assert client.get("/profile", headers={"Accept": "application/json"}).status_code == 401


def test_too_large_a_body_is_refused(app: Portal, client: Browser) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    token = client.csrf_token()
    assert client.post("/probes/upload", data={"csrf_token": token, "text": "x" * 2000}).status_code == 413


def test_health_tells_whether_the_database_answers_and_no_more(client: Browser, app: Portal) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").json) == (200, {"status": "ok"})
    database, app.database = app.database, Database("postgresql+psycopg://portal_web@127.0.0.1:1/nowhere")
    broken = client.get("/healthz")
    app.database = database
    assert (broken.status_code, broken.json) == (503, {"status": "unavailable"})


def test_every_answer_forbids_what_this_site_never_does(client: Browser) -> None:
    for path in ("/sign-in", "/nowhere", "/static/dev/css/portal.css", "/healthz"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_page_of_a_signed_in_user_is_never_kept_by_others(as_user: SignedIn) -> None:
    answer = as_user("rep@example.com").get("/profile")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.headers["Vary"]
