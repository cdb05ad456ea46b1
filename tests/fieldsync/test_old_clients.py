"""Clients that speak an older version of the records, or a newer one than the server."""

from typing import Any
from uuid import UUID

import pytest

from fieldsync import devices, operations, pull, push, records, upcast
from fieldsync.decisions import accept
from models.account import Account
from models.session import Database
from models.sync.decision import get_operation
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.test_push import visit_patch

NEWEST = 4


def report_became_visit(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "kind": "visit"} if body.get("kind") == "report" else body


def note_became_summary(body: dict[str, Any]) -> dict[str, Any]:
    patch = dict(body["patch"])
    if "note" in patch:
        patch["summary"] = patch.pop("note")
    return {**body, "patch": patch}


def weeks_became_days(body: dict[str, Any]) -> dict[str, Any]:
    patch = dict(body["patch"])
    if "visit_interval_weeks" in patch:
        patch["visit_interval_days"] = 7 * patch.pop("visit_interval_weeks")
    return {**body, "patch": patch}


@pytest.fixture(autouse=True)
def fourth_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is three versions on: a kind was renamed, then a field, then a unit changed."""
    for module in (records, devices, operations):
        monkeypatch.setattr(module, "SCHEMA", NEWEST)
    steps = {1: report_became_visit, 2: note_became_summary, 3: weeks_became_days}
    monkeypatch.setattr(upcast, "STEPS", steps)


def send(rep: Client, schema: int, *ops: dict[str, Any]) -> list[dict[str, Any]]:
    body = {"client": rep.id, "schema": schema, "app": "old", "epoch": rep.epoch, "ops": list(ops)}
    results: list[dict[str, Any]] = rep.call(push.push, body)["results"]
    return results


def old_visit(rep: Client, cast: Cast, kind: str = "report", field: str = "note") -> dict[str, Any]:
    patch = visit_patch(cast)
    patch[field] = "Görüşüldü."
    return rep.op(
        kind, "create", {name: value for name, value in patch.items() if name in (field, "account_id", *KEPT)}
    )


KEPT = ("kind", "status", "happened_at")


@pytest.mark.parametrize(
    ("schema", "kind", "field"),
    [(1, "report", "note"), (2, "visit", "note"), (3, "visit", "summary"), (4, "visit", "summary")],
)
def test_client_up_to_three_versions_back_is_understood(
    rep: Client, cast: Cast, system_database: Database, schema: int, kind: str, field: str
) -> None:
    op = old_visit(rep, cast, kind, field)
    change = {"visit_interval_weeks": 2} if schema < NEWEST else {"visit_interval_days": 14}
    edit = rep.op("account", "patch", change, id=str(cast.account), base_version=1)
    results = send(rep, schema, op, edit)
    assert [result["verdict"] for result in results] == ["applied", "applied"]
    assert send(rep, schema, op, edit) == results, "sent again, it is the same operation"
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Visit, UUID(op["id"])).summary == "Görüşüldü."
        assert db.get_one(Account, cast.account).visit_interval_days == 14
        kept = get_operation(db, UUID(op["op_id"]))
        assert (kept.body, kept.schema) == (op, schema), "the inbox keeps what was sent"


def test_what_waits_is_brought_up_when_somebody_decides(
    rep: Client, cast: Cast, database: Database, system_database: Database
) -> None:
    from models.sync.device import Device

    with system_database.transaction(SYSTEM) as db:
        db.get_one(Device, UUID(rep.device)).status = "frozen"
    op = old_visit(rep, cast)
    assert send(rep, 1, op)[0]["verdict"] == "held"
    with database.transaction(cast.principal("manager")) as db:
        assert accept(db, UUID(op["op_id"])).verdict == "applied"
        assert db.get_one(Visit, UUID(op["id"])).summary == "Görüşüldü."


def test_work_that_waited_while_the_app_was_renewed_speaks_its_own_version(rep: Client, cast: Cast) -> None:
    old, new = {**old_visit(rep, cast), "schema": 1}, rep.op("visit", "create", visit_patch(cast))
    assert [result["verdict"] for result in send(rep, NEWEST, old, new)] == ["applied", "applied"]


def test_old_words_in_a_new_client_are_held_not_guessed(rep: Client, cast: Cast) -> None:
    assert send(rep, NEWEST, old_visit(rep, cast))[0]["verdict"] == "held"


def test_newer_client_is_taken_in_as_far_as_it_is_understood(rep: Client, cast: Cast) -> None:
    known = rep.op("visit", "create", visit_patch(cast))
    unknown = rep.op("visit", "create", visit_patch(cast) | {"mood": "good"})
    assert [result["verdict"] for result in send(rep, 9, known, unknown)] == ["applied", "held"]


def test_step_that_fails_holds_the_one_operation(rep: Client, cast: Cast) -> None:
    broken = {**old_visit(rep, cast), "patch": None}
    fine = old_visit(rep, cast)
    assert [result["verdict"] for result in send(rep, 1, broken, fine)] == ["held", "applied"]


def test_too_old_a_client_pushes_for_ever_and_is_asked_to_upgrade_when_it_pulls(
    rep: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    rep.pull()
    for module in (records, devices, pull):
        monkeypatch.setattr(module, "LOWEST_SCHEMA", 2)
    assert send(rep, 1, old_visit(rep, cast))[0]["verdict"] == "applied"
    body = {"client": rep.id, "schema": 1, "epoch": rep.epoch, "cursors": rep.cursors}
    answer = rep.call(pull.pull, body)
    assert (answer["upgrade"], answer["changes"], answer["dropped"], answer["lowest_schema"]) == (True, [], [], 2)
