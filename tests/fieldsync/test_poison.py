"""One operation that cannot be applied never holds up another, and is never lost."""

from typing import Any

import pytest
from sqlalchemy import select

from fieldsync.mutations import Batch
from fieldsync.operations import WAITS_TOO, Change, Result
from models.session import Database
from models.sync.inbox import Operation
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.test_push import visit_patch

POISON: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "an unknown kind": ({"kind": "teleport"}, {}, "held"),
    "an unknown action": ({"action": "explode"}, {}, "held"),
    "a field of a newer client": ({}, {"mood": "sunny"}, "held"),
    "a patch that is no object": ({"patch": [1]}, {}, "held"),
    "a kind that only goes down": ({"kind": "product", "patch": {"name": "Mine"}}, {}, "needs_fix"),
    "no record": ({"id": "x"}, {}, "held"),
    "a date that is none": ({}, {"happened_at": "yesterday"}, "needs_fix"),
    "a far date": ({}, {"happened_at": "0001-01-01T00:00:00+23:59"}, "needs_fix"),
    "a broken rule of the table": ({}, {"happened_at": None}, "needs_fix"),
    "too long a text": ({}, {"summary": "x" * 20_001}, "needs_fix"),
    "a text that the database cannot hold": ({}, {"summary": "a\x00b"}, "needs_fix"),
    "half a letter": ({}, {"summary": "a\ud800b"}, "needs_fix"),
    "an account that is nowhere": ({}, {"account_id": "00000000-0000-4000-8000-000000000001"}, "needs_fix"),
    "no account": ({}, {"account_id": None}, "needs_fix"),
    "a participant that is nowhere": ({}, {"participants": ["00000000-0000-4000-8000-000000000001"]}, "needs_fix"),
    "somebody else's name": ({}, {"user_id": "00000000-0000-4000-8000-000000000001"}, "needs_fix"),
}


def test_poison_is_kept_and_its_neighbours_are_applied(
    rep: Client, cast: Cast, system_database: Database, subtests: pytest.Subtests
) -> None:
    for name, (envelope, patch, verdict) in POISON.items():
        with subtests.test(name):
            before = rep.op("visit", "create", visit_patch(cast))
            poison = {**rep.op("visit", "create", visit_patch(cast, **patch)), **envelope}
            after = rep.op("visit", "create", visit_patch(cast))
            results = rep.push(before, poison, after)
            assert [result["verdict"] for result in results] == ["applied", verdict, "applied"]
            assert results[1]["message"]["text"]
            with system_database.open(SYSTEM) as db:
                kept = db.scalars(select(Operation).where(Operation.seq == poison["seq"])).one()
            assert kept.verdict == verdict
            assert kept.body == poison or "text" in kept.body
            assert rep.push(before, poison, after) == results


def test_all_poison_at_once_leaves_the_good_ones(rep: Client, cast: Cast) -> None:
    ops: list[Any] = []
    expected: list[str] = []
    for envelope, patch, verdict in POISON.values():
        ops.append({**rep.op("visit", "create", visit_patch(cast, **patch)), **envelope})
        ops.append(rep.op("visit", "create", visit_patch(cast)))
        expected += [verdict, "applied"]
    assert [result["verdict"] for result in rep.push(*ops)] == expected


def test_mistake_of_the_server_holds_the_operation_and_nothing_else(
    rep: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = rep.op("visit", "create", visit_patch(cast, summary="breaks"))
    merged = Batch._merge

    def merge(batch: Batch, change: Change) -> Result:
        if change.patch["summary"] == "breaks":
            raise ZeroDivisionError
        return merged(batch, change)

    monkeypatch.setattr(Batch, "_merge", merge)
    results = rep.push(broken, rep.op("visit", "create", visit_patch(cast)))
    assert [result["verdict"] for result in results] == ["held", "applied"]


def test_what_hangs_on_a_refused_record_waits_for_it(rep: Client, cast: Cast) -> None:
    contact = rep.op("contact", "create", {"account_id": str(cast.account), "name": ""})
    visit = rep.op("visit", "create", visit_patch(cast, participants=[contact["id"]]))
    free = rep.op("visit", "create", visit_patch(cast))
    assert [result["verdict"] for result in rep.push(contact, visit, free)] == ["needs_fix", "needs_fix", "applied"]


def test_edit_of_a_refused_record_waits_with_it(rep: Client, cast: Cast) -> None:
    refused = rep.op("visit", "create", visit_patch(cast) | {"mood": "sunny"})
    edits = [rep.op("visit", "patch", {"summary": text}, id=refused["id"]) for text in ("one", "two")]
    together = rep.push(refused, edits[0])
    alone = rep.push(edits[1])
    assert [result["verdict"] for result in [*together, *alone]] == ["held"] * 3
    assert together[1]["message"]["text"] == alone[0]["message"]["text"] == WAITS_TOO


def test_refused_record_is_created_by_a_later_operation(rep: Client, cast: Cast) -> None:
    refused = rep.op("visit", "create", visit_patch(cast, happened_at="soon"))
    rep.push(refused)
    mended = rep.op("visit", "create", visit_patch(cast), id=refused["id"])
    assert rep.push(mended)[0]["verdict"] == "applied"


def test_new_records_that_refer_to_each_other_arrive_in_one_batch(rep: Client, cast: Cast) -> None:
    account = rep.op("account", "create", {"name": "Yeni Tersane", "territory_id": str(cast.ege)})
    contact = rep.op("contact", "create", {"account_id": account["id"], "name": "Ali"})
    visit = rep.op("visit", "create", visit_patch(cast, account_id=account["id"], participants=[contact["id"]]))
    assert [result["verdict"] for result in rep.push(account, contact, visit)] == ["applied"] * 3
    rep.pull()
    assert rep.record("visit", visit["id"])["participants"] == [contact["id"]]
