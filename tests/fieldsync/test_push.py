"""Pushing: each operation takes effect once, in its place, and only for the user whose client it is."""

import copy
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from fieldsync.exchange import Failure
from models.session import Database
from models.sync import inbox
from models.sync.inbox import Operation
from models.sync.rows import Interrupted
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client


def visit_patch(cast: Cast, **more: object) -> dict[str, object]:
    return {
        "account_id": str(cast.account),
        "kind": "visit",
        "status": "completed",
        "happened_at": "2026-05-05T10:00:00+03:00",
        "summary": "Şişli / İĞÜŞÖÇ ığüşöç",
        "participants": [str(cast.contact)],
        **more,
    }


def count(database: Database, cls: type) -> int:
    with database.open(SYSTEM) as db:
        return db.scalar(select(func.count()).select_from(cls)) or 0


def sender(database: Database, op: dict[str, Any]) -> UUID:
    """The client as whose an operation is kept."""
    with database.open(SYSTEM) as db:
        return db.get_one(Operation, UUID(op["op_id"])).client_id


def test_rep_sends_a_whole_visit_and_reads_it_back(rep: Client, cast: Cast) -> None:
    visit = rep.op("visit", "create", visit_patch(cast))
    place = {"account_id": str(cast.account), "visit_id": visit["id"], "product_group_id": str(cast.group)}
    usages = [
        rep.op(
            "brand_usage", "create", {**place, "brand_id": str(brand), "quantity": "12.5", "observed_on": "2026-05-05"}
        )
        for brand in cast.brands
    ]
    potential = rep.op("potential", "create", {**place, "quantity": 40, "observed_on": "2026-05-05"})
    results = rep.push(visit, *usages, potential)
    assert [(result["verdict"], result["version"]) for result in results] == [("applied", 1)] * 5
    rep.pull()
    held = rep.record("visit", visit["id"])
    assert held["summary"] == "Şişli / İĞÜŞÖÇ ığüşöç"
    assert held["happened_at"] == "2026-05-05T07:00:00.000Z"
    assert held["participants"] == [str(cast.contact)]
    assert held["user_name"] == "Ayşe Yılmaz"
    assert rep.record("brand_usage", usages[0]["id"])["quantity"] == "12.5"


def test_operation_sent_again_has_one_effect_and_the_same_answer(
    rep: Client, cast: Cast, system_database: Database
) -> None:
    ops = [rep.op("visit", "create", visit_patch(cast)) for _ in range(3)]
    first = rep.push(*ops)
    assert rep.push(*ops) == first
    assert rep.push(*ops[1:], rep.op("visit", "create", visit_patch(cast)))[:2] == first[1:]
    assert count(system_database, Visit) == 4


def test_gap_is_refused_with_the_place_to_go_on_from(rep: Client, cast: Cast, system_database: Database) -> None:
    rep.push(rep.op("visit", "create", visit_patch(cast)))
    rep.op("visit", "create", visit_patch(cast))
    with pytest.raises(Failure) as failure:
        rep.push(rep.op("visit", "create", visit_patch(cast)))
    assert (failure.value.status, failure.value.body) == (409, {"error": "gap", "last_seq": 1})
    assert count(system_database, Visit) == 1


def test_copied_profile_is_told_and_goes_on_under_a_new_client(
    rep: Client, cast: Cast, database: Database, system_database: Database
) -> None:
    twin = copy.copy(rep)
    rep.push(rep.op("visit", "create", visit_patch(cast)))
    unsent = twin.op("visit", "create", visit_patch(cast, summary="From the copy"))
    with pytest.raises(Failure, match="forked"):
        twin.push(unsent)
    renewed = Client(database, rep.principal)
    assert renewed.push({**unsent, "seq": 1})[0]["verdict"] == "applied"
    assert count(system_database, Visit) == 2


def test_same_operation_from_a_new_client_keeps_its_first_verdict(
    rep: Client, cast: Cast, database: Database, system_database: Database
) -> None:
    op = rep.op("visit", "create", visit_patch(cast))
    first = rep.push(op)
    renewed = Client(database, rep.principal)
    for _ in range(2):  # the second time its place is taken, but by nothing that the inbox keeps there
        again = renewed.push({**op, "seq": 1})
        assert [(result["verdict"], result["version"]) for result in again] == [("applied", 1)]
    assert first[0]["op_id"] == again[0]["op_id"]
    assert count(system_database, Visit) == 1


def test_operation_that_another_rep_sent_is_held_and_changes_nothing(
    rep: Client, rep2: Client, cast: Cast, system_database: Database
) -> None:
    op = rep.op("visit", "create", visit_patch(cast))
    assert rep.push(op)[0]["verdict"] == "applied"
    copied = rep2.op("account", "create", {"name": "Yeni", "territory_id": str(cast.marmara)}, op_id=op["op_id"])
    own = rep2.op("account", "create", {"name": "Öz", "territory_id": str(cast.marmara)})
    first, second = rep2.push(copied, own)
    assert (first["verdict"], second["verdict"]) == ("held", "applied")
    assert "somebody else" in first["message"]["text"]
    rep2.pull()
    assert rep2.record("account", copied["id"]) is None
    assert sender(system_database, op) == UUID(rep.id)


def test_operation_that_arrives_twice_at_the_same_time_has_one_effect(
    rep: Client, cast: Cast, database: Database, system_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    op, fork = rep.op("visit", "create", visit_patch(cast)), Client(database, rep.principal)
    find = inbox.find_operations

    def meanwhile(*args: Any) -> Any:
        found = find(*args)
        monkeypatch.undo()
        assert rep.push(op)[0]["verdict"] == "applied"
        return found

    monkeypatch.setattr(inbox, "find_operations", meanwhile)
    with pytest.raises(Interrupted):  # a 503, after which the client sends it again
        fork.push({**op, "seq": 1})
    assert sender(system_database, op) == UUID(rep.id)
    assert fork.push({**op, "seq": 1})[0]["verdict"] == "applied"
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Visit, UUID(op["id"])).version == 1


def test_other_rep_with_this_reps_client_is_refused_and_nothing_is_kept(
    rep: Client, cast: Cast, system_database: Database
) -> None:
    op = rep.op("visit", "create", visit_patch(cast))
    rep.principal = cast.principal("rep2")
    with pytest.raises(Failure) as failure:
        rep.push(op)
    assert (failure.value.status, failure.value.body["error"]) == (403, "wrong_user")
    assert count(system_database, Operation) == 0


def test_unknown_client_is_asked_to_register(rep: Client, cast: Cast) -> None:
    rep.id = "00000000-0000-4000-8000-000000000001"
    with pytest.raises(Failure) as failure:
        rep.push(rep.op("visit", "create", visit_patch(cast)))
    assert (failure.value.status, failure.value.body["error"]) == (409, "unknown_client")


def test_registering_with_a_foreign_client_or_device_is_refused(rep: Client, rep2: Client, database: Database) -> None:
    from fieldsync.devices import register

    for device, client in ((rep.device, rep2.id), (rep2.device, rep.id)):
        with pytest.raises(Failure, match="wrong_user"):
            rep2.call(register, {"device": device, "client": client, "schema": 1, "app": "test"})


def test_frozen_device_sends_into_quarantine(rep: Client, cast: Cast, system_database: Database) -> None:
    from models.sync.device import Device

    with system_database.transaction(SYSTEM) as db:
        db.get_one(Device, UUID(rep.device)).status = "frozen"
    (result,) = rep.push(rep.op("visit", "create", visit_patch(cast)))
    assert result["verdict"] == "held"
    assert count(system_database, Visit) == 0
    assert count(system_database, Operation) == 1
    assert rep.page()["changes"] == []
