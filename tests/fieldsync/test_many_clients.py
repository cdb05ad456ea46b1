"""Fifty laptops at once, each on a connection of its own, into one bucket: nothing is missed, nothing comes twice."""

import gzip
import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from models.session import Database
from models.user.session import start_session
from portal.app import create_app
from tests.fieldsync.cast import Cast
from tests.fieldsync.feed import entries, findings, head, territory
from tests.fieldsync.simulation.laptop import Profile, exchange
from tests.fieldsync.simulation.wire import CONFIG, Sent, call
from tests.postgres import Postgres

CLIENTS, ROUNDS, VISITS = 50, 2, 3


@pytest.fixture
def wide_database(postgres: Postgres, database_name: str) -> Iterator[Database]:
    """The test's database with a connection for every laptop."""
    narrow = postgres.open(database_name, "web")
    url = narrow.engine.url.render_as_string(hide_password=False)
    narrow.close()
    opened = Database(url, pool_size=CLIENTS, max_overflow=0)
    yield opened
    opened.close()


class Laptop(threading.Thread):
    """One browser profile that writes, sends and reads, as fast as it can."""

    def __init__(self, number: int, app: Any, cookie: str, cast: Cast, start: threading.Barrier) -> None:
        super().__init__(name=f"laptop {number}")
        self.app, self.cookie, self.cast, self.start_together = app, cookie, cast, start
        self.dice = random.Random(number)
        self.profile = Profile("rep", str(uuid4()), 1, 200, lambda: str(uuid4()))
        self.saved: set[str] = set()
        self.received: Counter[tuple[str, str, str, int]] = Counter()
        self.troubles: list[str] = []

    def run(self) -> None:
        """Let no trouble of a thread go unseen."""
        try:
            self.sync()
            self.start_together.wait()
            for turn in range(ROUNDS):
                self.write(turn)
                self.sync()
        except BaseException as error:
            self.troubles.append(repr(error))

    def write(self, turn: int) -> None:
        """Some visits, and an edit of the account that all others edit, too."""
        account = {"account_id": str(self.cast.account)}
        for _ in range(VISITS):
            visit = {**account, "happened_at": "2026-05-05T10:00:00Z", "summary": f"{self.name}, {turn}"}
            self.saved.add(self.save("visit", "create", visit, str(uuid4())))
        field = self.dice.choice(["town", "phone"])
        self.save("account", "patch", {field: f"{self.name}, {turn}"}, str(self.cast.account))

    def save(self, kind: str, action: str, patch: dict[str, Any], record: str) -> str:
        row = self.profile.rows.get((kind, record), {})
        base = {name: row.get(name) for name in patch}
        body = {"kind": kind, "id": record, "action": action, "patch": patch, "base": base}
        self.profile.save({**body, "base_version": row.get("version", 0), "epoch": self.profile.read_in})
        return record

    def sync(self) -> None:
        for _step in exchange(self.profile, self.post):
            pass

    def post(self, door: str, body: dict[str, Any]) -> tuple[int, Any]:
        """One request; of a pull, what came is counted, and nothing may lie before what was read already."""
        data = gzip.compress(json.dumps(body).encode(), compresslevel=1)
        status, answer, _ = call(self.app, Sent(door, data, self.cookie))
        decoded = json.loads(answer)
        if status != 200:
            self.troubles.append(f"{door} {status} {decoded}")
        for bucket, kind, row_id, seq, _record in decoded.get("changes", []):
            self.received[bucket, kind, row_id, seq] += 1
            if seq <= body["cursors"].get(bucket, 0):
                self.troubles.append(f"{seq} of {bucket} came after {body['cursors'][bucket]}")
        return status, decoded


def test_fifty_clients_at_once_into_one_bucket(wide_database: Database, system_database: Database, cast: Cast) -> None:
    app = create_app(CONFIG, wide_database)
    with wide_database.transaction(cast.principal("rep")) as db:
        token = start_session(db, "127.0.0.1", "test")
    http = app.test_client()
    with http.session_transaction() as session:
        session["_user_id"] = token
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = http.get_cookie(name)
    assert cookie is not None
    start = threading.Barrier(CLIENTS)
    laptops = [Laptop(number, app, f"{name}={cookie.value}", cast, start) for number in range(CLIENTS)]
    for laptop in laptops:
        laptop.start()
    for laptop in laptops:
        laptop.join()
    for laptop in laptops:
        laptop.sync()

    assert [trouble for laptop in laptops for trouble in laptop.troubles] == []
    assert findings(system_database) == []
    there = entries(system_database, territory(cast.ege))
    written = {row_id for laptop in laptops for row_id in laptop.saved}
    assert len(written) == CLIENTS * ROUNDS * VISITS
    assert {str(row_id) for kind, row_id in there if kind == "visit"} == written
    live = {(kind, str(row_id)): seq for (kind, row_id), (seq, op) in there.items() if op == "p"}
    assert len(set(live.values())) == len(live)
    for laptop in laptops:
        bucket = laptop.profile.buckets[territory(cast.ege)]
        assert {key: seq for key, (seq, _) in bucket.members.items()} == live
        assert bucket.cursor == head(system_database, territory(cast.ege))
        assert max(laptop.received.values()) == 1
        assert not laptop.profile.waiting()
        assert {saved.verdict for saved in laptop.profile.operations} <= {"applied", "merged", "conflict"}
