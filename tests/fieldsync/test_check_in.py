"""Check-ins: when a rep arrived, and roughly where, only as long as he agrees to it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from models.base import now
from models.check_in import KEPT, check_in_of, forget_positions
from models.session import Database
from models.sync.audit import audit_feed
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

AT = {"checked_in_at": "2026-05-05T10:00:00Z", "latitude": 38.4237891, "longitude": 27.1428345, "accuracy_m": 25}


def visit(client: Client, cast: Cast) -> Any:
    """A visit that took place."""
    took_place = {"account_id": str(cast.account), "happened_at": "2026-05-05T10:00:00Z", "summary": "Talked."}
    return client.op("visit", "create", took_place)


def agree(client: Client) -> Any:
    """The rep agrees."""
    return client.op("position_consent", "create", {"given_at": "2026-05-01T10:00:00Z"})


def arrivals(client: Client) -> list[tuple[Any, Any]]:
    """The positions that a client holds."""
    held = (entry for rows in client.held.values() for entry in rows.items())
    return [(record["latitude"], record["longitude"]) for (kind, _), (_, record) in held if kind == "check_in"]


def test_without_consent_only_the_time_is_kept_and_with_it_the_position_to_a_hundred_metres(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    before, after = visit(rep, cast), visit(rep, cast)
    silent = rep.op("check_in", "create", {**AT, "visit_id": before["id"]})
    first, second = agree(rep), agree(rep)
    said = rep.op("check_in", "create", {**AT, "visit_id": after["id"]})
    results = rep.push(before, after, silent, first, second, said)
    assert [each["verdict"] for each in results] == ["applied"] * 6
    again = rep.op("check_in", "create", {**AT, "visit_id": after["id"]}, said["id"])
    alien = rep.op("check_in", "create", {**AT, "latitude": 91, "visit_id": after["id"]})
    assert [each["verdict"] for each in rep.push(again, alien)] == ["merged", "needs_fix"]
    rep.pull()
    rep2.pull()
    assert sorted(arrivals(rep), key=str) == [(38.424, 27.143), (None, None)]
    assert arrivals(rep2) == []
    with database.open(cast.principal("manager")) as db:
        arrival = check_in_of(db, db.get_one(Visit, after["id"]))
        assert arrival is not None
        assert (arrival.latitude, arrival.accuracy_m) == (38.424, 25)


def test_withdrawing_forgets_every_position_and_no_other_place_ever_held_one(
    database: Database, cast: Cast, rep: Client, system_database: Database
) -> None:
    made, given = visit(rep, cast), agree(rep)
    rep.push(made, given, rep.op("check_in", "create", {**AT, "visit_id": made["id"]}))
    rep.pull()
    assert arrivals(rep) == [(38.424, 27.143)]
    ended = rep.op("position_consent", "patch", {"withdrawn_at": "2099-01-01T00:00:00Z"}, given["id"])
    later = visit(rep, cast)
    results = rep.push(ended, later, rep.op("check_in", "create", {**AT, "visit_id": later["id"]}))
    assert [each["verdict"] for each in results] == ["applied"] * 3
    rep.pull()
    assert arrivals(rep) == [(None, None)] * 2
    with system_database.open(SYSTEM) as db:
        for table, column in (("op_inbox", "body"), ("event", "before"), ("event", "after"), ("row_history", "before")):
            held = text(f"select count(*) from {table} where {column}::text like '%38.42%'")  # noqa: S608 - our own names
            assert db.scalar(held) == 0, table
        assert audit_feed(db) == []


def test_positions_are_forgotten_after_three_months(
    database: Database, cast: Cast, rep: Client, system_database: Database
) -> None:
    given, made = agree(rep), visit(rep, cast)
    rep.push(given, made, rep.op("check_in", "create", {**AT, "visit_id": made["id"]}))
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("update check_in set checked_in_at = :at"), {"at": now()})
        assert forget_positions(db, now() - KEPT) == 0
        assert (forget_positions(db, now() + timedelta(days=1)), forget_positions(db, now())) == (1, 0)
    rep.pull()
    assert arrivals(rep) == [(None, None)]
