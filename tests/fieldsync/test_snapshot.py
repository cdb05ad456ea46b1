"""The catalogue as one file for a first sync."""

import gzip
import json
from typing import Any

import pytest
from sqlalchemy import update

from fieldsync.pull import pull
from fieldsync.snapshot import make_snapshot
from models.product import Product
from models.session import Database
from models.sync.audit import new_epoch
from models.sync.snapshot import FAR_BEHIND, is_behind
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.test_routes import Browser, browser, stranger

__all__ = ["browser", "stranger"]


@pytest.fixture
def made(system_database: Database, cast: Cast) -> int:
    with system_database.transaction(SYSTEM) as db:
        assert is_behind(db)
        count = make_snapshot(db)
    with system_database.transaction(SYSTEM) as db:
        assert (is_behind(db), make_snapshot(db)) == (False, 0), "once is enough"
    return count


def ask(rep: Client, **more: Any) -> dict[str, Any]:
    body = {"client": rep.id, "schema": 1, "epoch": rep.epoch, "cursors": rep.cursors, "snapshots": True, **more}
    answer: dict[str, Any] = rep.call(pull, body)
    return answer


def read(browser: Browser, url: str) -> list[Any]:
    response = browser.http.get(url)
    assert response.headers["Content-Encoding"] == "gzip"
    assert "immutable" in response.headers["Cache-Control"]
    return [json.loads(line) for line in gzip.decompress(response.data).splitlines()]


def take(rep: Client, browser: Browser, offered: dict[str, Any]) -> None:
    lines = read(browser, offered["url"])
    assert (len(lines), sum(line[3] for line in lines) % 2**53) == (offered["count"], offered["digest"])
    rep.held["catalogue"] = {(kind, row_id): (seq, record) for _, kind, row_id, seq, record in lines}
    rep.cursors["catalogue"] = offered["cursor"]


def test_first_sync_reads_the_file_and_goes_on_from_there(
    rep: Client, browser: Browser, cast: Cast, made: int, system_database: Database
) -> None:
    answer = ask(rep)
    assert "catalogue" not in {*answer["added"], *answer["heads"], *answer["cursors"]}
    assert not any(change[0] == "catalogue" for change in answer["changes"])
    assert answer["snapshot"]["count"] == made
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Product).values(name="Renamed meanwhile"))
    take(rep, browser, answer["snapshot"])
    page = rep.page()
    assert [change[1] for change in page["changes"] if change[0] == "catalogue"] == ["product"]
    assert "catalogue" not in page["added"]
    rep.check(page["heads"])


def test_removed_record_goes_with_the_next_pull(
    rep: Client, browser: Browser, cast: Cast, made: int, system_database: Database
) -> None:
    offered = ask(rep)["snapshot"]
    with system_database.transaction(SYSTEM) as db:
        db.delete(db.query(Product).one())
    take(rep, browser, offered)
    rep.check(rep.page()["heads"])


def test_client_that_does_not_ask_or_has_some_of_it_gets_pages(rep: Client, cast: Cast, made: int) -> None:
    assert "snapshot" not in ask(rep, snapshots=False)
    rep.pull()
    assert "snapshot" not in ask(rep)


def test_no_snapshot_of_another_life_or_before_there_is_one(rep: Client, cast: Cast, system_database: Database) -> None:
    assert "snapshot" not in ask(rep)
    with system_database.transaction(SYSTEM) as db:
        make_snapshot(db)
    assert "snapshot" in ask(rep)
    with system_database.transaction(SYSTEM) as db:
        new_epoch(db, "test")
    answer = ask(rep)
    assert "snapshot" not in answer
    assert any(change[0] == "catalogue" for change in answer["changes"])


def test_snapshot_is_made_anew_when_it_is_far_behind(cast: Cast, made: int, system_database: Database) -> None:
    for number in range(FAR_BEHIND):
        with system_database.transaction(SYSTEM) as db:
            db.execute(update(Product).values(name=f"Name {number}"))
    with system_database.open(SYSTEM) as db:
        assert is_behind(db)


def test_unknown_snapshot_is_told(browser: Browser) -> None:
    response = browser.http.get("/fieldsync/v1/catalogue/00000000-0000-4000-8000-000000000001")
    assert (response.status_code, response.get_json()["error"]) == (409, "unknown_snapshot")
