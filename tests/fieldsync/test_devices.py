"""What laptops are told, and what they say of themselves."""

import json
from uuid import UUID

import pytest
from sqlalchemy import update

from models.session import Database
from models.sync.device import Device
from models.sync.device_order import Command, order
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.test_push import visit_patch
from tests.fieldsync.test_routes import Browser, browser, stranger

__all__ = ["browser", "stranger"]


def told(database: Database, cast: Cast, device: str, command: Command) -> None:
    with database.transaction(cast.principal("manager")) as db:
        order(db, UUID(device), command, confirmed=True)


def device_of(database: Database, device: str) -> Device:
    with database.open(SYSTEM) as db:
        return db.get_one(Device, UUID(device))


@pytest.mark.parametrize("command", [Command.FREEZE, Command.LOSE, Command.WIPE])
def test_laptop_that_was_stopped_sends_into_quarantine_and_gets_nothing(
    rep: Client, cast: Cast, database: Database, system_database: Database, command: Command
) -> None:
    rep.pull()
    told(database, cast, rep.device, command)
    (result,) = rep.push(rep.op("visit", "create", visit_patch(cast)))
    assert result["verdict"] == "held"
    assert result["message"]["text"].startswith("This laptop is blocked")
    before = device_of(system_database, rep.device).last_pulled_at
    body = {"client": rep.id, "schema": 1, "epoch": rep.epoch, "cursors": rep.cursors}
    from fieldsync.pull import pull

    answer = rep.call(pull, body)
    assert (answer["device"], answer["changes"], answer["dropped"]) == (command.value, [], [])
    assert device_of(system_database, rep.device).last_pulled_at == before, "that was no good pull"


def test_laptop_goes_on_where_it_was(rep: Client, cast: Cast, database: Database) -> None:
    told(database, cast, rep.device, Command.FREEZE)
    told(database, cast, rep.device, Command.UNFREEZE)
    assert rep.push(rep.op("visit", "create", visit_patch(cast)))[0]["verdict"] == "applied"
    assert rep.pull()[-1]["device"] == "active"


def test_laptop_without_a_session_hears_what_it_shall_do(
    stranger: Browser, rep: Client, cast: Cast, database: Database, system_database: Database
) -> None:
    assert stranger.post("device", {"device": rep.device}).get_json()["device"] == "active"
    assert stranger.post("device", {"device": rep.device, "wiped": True}).status_code == 200
    assert device_of(system_database, rep.device).wiped_at is None, "nobody told it to"
    told(database, cast, rep.device, Command.WIPE)
    assert stranger.post("device", {"device": rep.device}).get_json()["device"] == "wipe"
    assert stranger.post("device", {"device": rep.device, "wiped": True}).get_json()["device"] == "wipe"
    assert device_of(system_database, rep.device).wiped_at is not None


def test_door_for_everybody_tells_nothing_of_unknown_laptops(stranger: Browser) -> None:
    unknown = "00000000-0000-4000-8000-000000000001"
    answer = stranger.post("device", {"device": unknown, "wiped": True}).get_json()
    assert set(answer) == {"server_time", "device"}
    assert answer["device"] == "active"
    assert stranger.post("device", {"device": "x"}).status_code == 400


def pull_with(rep: Client, sums: object) -> dict[str, object]:
    from fieldsync.pull import pull

    body = {"client": rep.id, "schema": 1, "epoch": rep.epoch, "cursors": rep.cursors, "sums": sums}
    answer: dict[str, object] = rep.call(pull, json.loads(json.dumps(body)))
    return answer


def sums_of(rep: Client) -> dict[str, list[int]]:
    return {name: [len(held), sum(seq for seq, _ in held.values()) % 2**53] for name, held in rep.held.items()}


def test_laptop_that_adds_up_is_left_alone(rep: Client, cast: Cast, system_database: Database) -> None:
    rep.pull()
    answer = pull_with(rep, sums_of(rep))
    assert (answer["reset"], answer["changes"]) == ([], [])
    assert device_of(system_database, rep.device).mismatched_at is None


def test_laptop_that_lost_a_record_reads_the_bucket_again_and_is_noted(
    rep: Client, cast: Cast, system_database: Database
) -> None:
    rep.pull()
    bucket = f"territory:{cast.ege}"
    rep.held[bucket].popitem()
    answer = pull_with(rep, sums_of(rep))
    assert answer["reset"] == [bucket]
    assert device_of(system_database, rep.device).mismatched_at is not None


@pytest.mark.parametrize("sums", [None, [], 7, {"catalogue": "x"}, {"nowhere": [1, 2]}])
def test_sums_that_are_none_do_no_harm(rep: Client, cast: Cast, sums: object) -> None:
    rep.pull()
    assert pull_with(rep, sums)["device"] == "active"


def test_sums_of_a_bucket_that_moved_on_say_nothing(rep: Client, cast: Cast, system_database: Database) -> None:
    rep.pull()
    held = sums_of(rep)
    rep.push(rep.op("visit", "create", visit_patch(cast)))
    answer = pull_with(rep, held)
    assert (answer["reset"], len(list(answer["changes"]))) == ([], 1)  # type: ignore[call-overload]
    with system_database.transaction(SYSTEM) as db:
        assert db.execute(update(Device).values(waiting=0)).rowcount == 1  # type: ignore[attr-defined]
