"""The doors themselves: who may knock, how a body travels, and that an answer means committed."""

import gzip
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.session import Database, Session
from models.sync import inbox
from models.sync.device import Client
from models.sync.rows import Interrupted
from models.user.session import start_session
from models.visit import Visit
from portal.app import create_app
from portal.config import Config
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.test_push import visit_patch

CONFIG = Config(data_dir=Path("/nonexistent"), secret_key="only for tests")


class Browser:
    """A browser in which somebody is signed in, or nobody."""

    def __init__(self, http: FlaskClient) -> None:
        self.http = http
        self.device, self.client = str(uuid.uuid4()), str(uuid.uuid4())

    def post(self, door: str, body: Any, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        own = {"Content-Type": "application/json", "Origin": "http://localhost", "Accept": "application/json"}
        return self.http.post(f"/fieldsync/v1/{door}", data=data, headers=own | (headers or {}), **more)

    def register(self) -> TestResponse:
        return self.post("register", {"device": self.device, "client": self.client, "schema": 1, "app": "test"})

    def op(self, cast: Cast, seq: int, **patch: Any) -> dict[str, Any]:
        ids = {"op_id": str(uuid.uuid4()), "id": str(uuid.uuid4())}
        return {"seq": seq, **ids, "kind": "visit", "action": "create", "patch": visit_patch(cast, **patch)}

    def push(self, ops: list[Any], **more: Any) -> TestResponse:
        return self.post("push", {"client": self.client, "schema": 1, "app": "test", "ops": ops}, **more)


@pytest.fixture
def stranger(database: Database) -> Browser:
    return Browser(create_app(CONFIG, database).test_client())


@pytest.fixture
def browser(stranger: Browser, database: Database, cast: Cast) -> Browser:
    with database.transaction(cast.principal("rep")) as db:
        token = start_session(db, "127.0.0.1", "test")
    with stranger.http.session_transaction() as session:
        session["_user_id"] = token
    assert stranger.register().status_code == 200
    return stranger


def count(database: Database, cls: type) -> int:
    with database.open(SYSTEM) as db:
        return db.scalar(select(func.count()).select_from(cls)) or 0


def test_stranger_is_told_to_sign_in_in_json(stranger: Browser) -> None:
    response = stranger.register()
    assert (response.status_code, response.mimetype) == (401, "application/json")


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://localhost.elsewhere.example", "null", ""])
def test_page_of_another_site_is_refused(browser: Browser, origin: str) -> None:
    response = browser.post("pull", {}, headers={"Origin": origin})
    assert (response.status_code, response.get_json()["error"]) == (403, "bad_origin")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_foreign_form_could_send_is_refused(browser: Browser, kind: str) -> None:
    assert browser.post("pull", {}, headers={"Content-Type": kind}).status_code == 415


def test_every_answer_says_time_epoch_and_versions(browser: Browser, cast: Cast) -> None:
    pull = {"client": browser.client, "schema": 1, "epoch": None, "cursors": {}, "limit": 10}
    for response in (browser.register(), browser.push([browser.op(cast, 1)]), browser.post("pull", pull)):
        assert {"server_time", "epoch", "device", "schema", "lowest_schema"} <= set(response.get_json())
        assert response.headers["Cache-Control"] == "no-store"


def test_bodies_are_compressed_both_ways(browser: Browser, cast: Cast, system_database: Database) -> None:
    body = {"client": browser.client, "schema": 1, "ops": [browser.op(cast, seq) for seq in range(1, 31)]}
    packed = gzip.compress(json.dumps(body).encode())
    response = browser.post("push", packed, headers={"Content-Encoding": "gzip", "Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(response.data))["last_seq"] == 30
    assert count(system_database, Visit) == 30


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * (512 * 1024 + 1), {}, 413),
        (gzip.compress(b"0" * 10_000_000, mtime=0), {"Content-Encoding": "gzip"}, 413),
        (gzip.compress(b'{"ops": []}', mtime=0)[:-6], {"Content-Encoding": "gzip"}, 400),
        (b"no gzip at all", {"Content-Encoding": "gzip"}, 400),
        (b'{"ops": [NaN]}', {}, 400),
        (b'{"ops": [1e999]}', {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"ops": ', {}, 400),
        (b"[]", {}, 400),
        (b"\xff\xfe", {}, 400),
    ],
)
def test_damaged_and_oversized_bodies_are_told_apart(
    browser: Browser, body: bytes, headers: dict[str, str], status: int
) -> None:
    response = browser.post("push", body, headers=headers)
    assert response.status_code == status
    assert isinstance(response.get_json()["error"], str)


def test_more_than_five_hundred_operations_are_too_many(browser: Browser, cast: Cast) -> None:
    assert browser.push([browser.op(cast, seq) for seq in range(1, 502)]).status_code == 413


@pytest.mark.parametrize(
    "ops",
    [None, {}, ["x"], [{"seq": 1}], [{"seq": True, "op_id": str(uuid.uuid4())}], [{"seq": 2**53, "op_id": "x"}]],
)
def test_operations_without_a_place_are_a_broken_request(browser: Browser, ops: Any) -> None:
    response = browser.push(ops)
    assert (response.status_code, response.get_json()["error"]) == (400, "bad_request")


def test_sequence_with_a_hole_inside_is_a_broken_request(browser: Browser, cast: Cast) -> None:
    assert browser.push([browser.op(cast, 1), browser.op(cast, 3)]).status_code == 400


def test_commit_that_fails_is_no_success(
    browser: Browser, cast: Cast, system_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = Session.commit

    def fail(_session: Session) -> None:
        raise ConnectionError("the database is gone")

    monkeypatch.setattr(Session, "commit", fail)
    browser.http.application.config["PROPAGATE_EXCEPTIONS"] = False
    op = browser.op(cast, 1)
    assert browser.push([op]).status_code == 500
    monkeypatch.setattr(Session, "commit", committed)
    assert count(system_database, Visit) == 0
    assert browser.push([op]).get_json()["results"][0]["verdict"] == "applied"
    assert count(system_database, Visit) == 1


def test_deadlock_asks_to_come_again(
    browser: Browser, cast: Cast, system_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadlock(*_: object) -> None:
        raise Interrupted("40P01")

    with monkeypatch.context() as trouble:
        trouble.setattr(inbox, "keep", deadlock)
        response = browser.push([browser.op(cast, 1)])
    assert (response.status_code, response.get_json()["error"]) == (503, "busy")
    assert count(system_database, Visit) == 0
    assert browser.push([browser.op(cast, 1)]).get_json()["results"][0]["verdict"] == "applied"


def test_refused_requests_leave_the_sequence_alone(browser: Browser, cast: Cast, system_database: Database) -> None:
    assert browser.push([browser.op(cast, 2)]).status_code == 409
    with system_database.open(SYSTEM) as db:
        assert db.scalars(select(Client.last_seq)).one() == 0
    assert browser.push([browser.op(cast, 1)]).status_code == 200


@pytest.mark.parametrize("cursors", [None, [], {"catalogue": -1}, {"catalogue": "1"}, {"catalogue": True}])
def test_pull_with_cursors_that_are_none_is_a_broken_request(browser: Browser, cursors: Any) -> None:
    body = {"client": browser.client, "schema": 1, "epoch": None, "cursors": cursors}
    assert browser.post("pull", body).status_code == 400
