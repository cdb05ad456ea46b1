"""Everybody tries every route, on their own record, another dealer's and another territory's."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from flask import url_for
from werkzeug.test import TestResponse

from models.session import Session
from portal.web import Portal
from tests import world as cast
from tests.matrix import MATRIX, PUBLIC, Row
from tests.portal.conftest import Browser

SignedIn = Callable[[str], Browser]


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one of the cast does must not change what the next one finds."""
    monkeypatch.setattr(Session, "commit", Session.rollback)


def send(app: Portal, browser: Browser, endpoint: str, values: dict[str, str]) -> TestResponse:
    (rule,) = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    with app.test_request_context():
        path = url_for(endpoint, **dict[str, Any](values))
    if "GET" in (rule.methods or ()):
        return browser.get(path)
    (method,) = (rule.methods or set()) - {"OPTIONS", "HEAD"}
    if MATRIX[endpoint].json:
        return browser.open(path, method=method, json={}, headers={"Origin": "http://localhost"})
    return browser.open(path, method=method, data={"csrf_token": browser.csrf_token()})


def tries(row: Row) -> list[dict[str, str]]:
    return [dict(row.values) | {"id": str(cast.ident(record))} for record in row.records] or [dict(row.values)]


def expected(row: Row, person: str, values: dict[str, str]) -> str:
    if row.roles == PUBLIC:
        return "answered"
    principal = cast.principals()[person]
    if principal.role not in row.roles:
        return "forbidden"
    if "id" in values:
        record = next(name for name in row.records if str(cast.ident(name)) == values["id"])
        seers = row.seen_by.get(record)
        if seers != "*" and person not in (seen_by(values["id"]) if seers is None else seers.split()):
            return "not found"
    return "answered"


def seen_by(id: str) -> frozenset[str]:
    return next(audience for _, record, audience in cast.audiences() if str(record) == id)


def outcome(response: TestResponse) -> str:
    if response.status_code in (302, 401) and (response.location or "").startswith("/sign-in"):
        return "sent to sign-in"
    names = {401: "sent to sign-in", 403: "forbidden", 404: "not found"}
    fine = response.status_code < 400 or response.status_code in (400, 409, 422)
    return names.get(response.status_code) or ("answered" if fine else f"status {response.status_code}")


@pytest.mark.parametrize("endpoint", sorted(MATRIX))
def test_route_answers_whom_it_should(app: Portal, as_user: SignedIn, world: ModuleType, endpoint: str) -> None:
    row = MATRIX[endpoint]
    wrong = []
    for person, email in cast.EMAILS.items():
        for values in tries(row):
            got, wanted = outcome(send(app, as_user(email), endpoint, values)), expected(row, person, values)
            if got != wanted:
                wrong.append(f"{person} {values}: {got}, expected {wanted}")
    assert wrong == []


@pytest.mark.parametrize("endpoint", sorted(MATRIX))
def test_stranger_is_asked_to_sign_in(app: Portal, world: ModuleType, endpoint: str) -> None:
    row = MATRIX[endpoint]
    for values in tries(row):
        browser = app.test_client()
        assert isinstance(browser, Browser)
        wanted = "answered" if row.roles == PUBLIC else "sent to sign-in"
        if endpoint in ("sign_in.create", "sign_in.delete", "preferences.create"):
            continue  # they answer with a redirect to sign-in, as they should
        assert outcome(send(app, browser, endpoint, values)) == wanted
