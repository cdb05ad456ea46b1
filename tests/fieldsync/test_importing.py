"""Files of unsent work that head office takes in: written by the real client, kept once, whoever sends them again."""

import json
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from fieldsync.decisions import accept
from fieldsync.exported import read_exported
from fieldsync.importing import Imported, import_file
from models.access import Principal, Role
from models.base import now
from models.errors import Refused
from models.session import Database
from models.sync.blob import Blob, content_of, forget_orphans
from models.sync.inbox import Operation
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.world_field import PIXEL

PASSPHRASE = "uzun bir parola"
WRITER = Path(__file__).parents[1] / "field" / "write_file.js"
NODE = Path(sys.executable).parent / "node"


def write_file(user: object, account: object, photo: bytes = b"") -> str:
    """A file as the laptop of this user writes it, with two visits at the account, a draft, and one with a photo."""
    command = [str(NODE), str(WRITER), str(user), str(account), PASSPHRASE, b64encode(photo).decode()]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def take(database: Database, cast: Cast, text: str, passphrase: str = PASSPHRASE) -> Imported:
    with database.transaction(Principal.of(Role.HQ, cast.manager)) as db:
        return import_file(db, text, passphrase)


def kept(database: Database) -> list[Operation]:
    with database.open(SYSTEM) as db:
        return list(db.scalars(select(Operation).order_by(Operation.client_id, Operation.seq)))


def test_file_of_a_laptop_waits_for_a_decision_and_counts_once(
    rep: Client, cast: Cast, database: Database, system_database: Database
) -> None:
    text = write_file(cast.rep, cast.account)
    assert take(database, cast, text) == Imported("Cem Güneş", taken=2, known=0, unreadable=0, drafts=1)
    assert take(database, cast, text) == Imported("Cem Güneş", taken=0, known=2, unreadable=0, drafts=1)
    first, second = kept(system_database)
    assert {(each.user_id, each.region_id, each.verdict) for each in (first, second)} == {
        (cast.rep, cast.region, "held")
    }
    assert (first.result or {})["message"]["text"].startswith("Head office took this in from a file.")
    with database.transaction(cast.principal("manager")) as db:
        assert accept(db, first.op_id).verdict == "applied"
    with system_database.open(SYSTEM) as db:
        (visit,) = db.scalars(select(Visit).where(Visit.summary == "Şişli'de görüşüldü"))
        assert visit.user_id == cast.rep, "it stands as its writer's work"

    again = [{**body, "seq": None} for body in read_exported(text, PASSPHRASE).bodies]
    verdicts = [result["verdict"] for result in rep.push(*(numbered(rep, body) for body in again))]
    assert verdicts == ["applied", "held"], "the laptop came back after all, and is told what became of them"
    assert len(kept(system_database)) == 2


def test_photos_of_a_file_are_their_writer_s_and_kept_once(
    cast: Cast, rep: Client, database: Database, system_database: Database
) -> None:
    text = write_file(cast.rep, cast.account, PIXEL)
    assert take(database, cast, text) == Imported("Cem Güneş", taken=4, known=0, unreadable=0, drafts=1, photos=1)
    assert take(database, cast, text).photos == 1, "and it is there once"
    with system_database.transaction(SYSTEM) as db:
        (blob,) = db.scalars(select(Blob))
        assert (blob.user_id, blob.state, content_of(db, blob)) == (cast.rep, "verified", PIXEL)
        db.execute(update(Blob).values(created_at=now() - timedelta(days=31)))
        assert forget_orphans(db, now() - timedelta(days=30)) == 0, "its record still waits for a decision"
    damaged = write_file(cast.rep, cast.account, b"no picture")
    assert take(database, cast, damaged).unreadable == 1


def numbered(rep: Client, body: dict[str, Any]) -> dict[str, Any]:
    """The same operation as the laptop sends it, at its place."""
    rep.seq += 1
    return {**body, "seq": rep.seq}


def test_what_cannot_be_opened_changes_nothing(cast: Cast, database: Database, system_database: Database) -> None:
    text = write_file(cast.rep, cast.account)
    file = json.loads(text)
    broken = [
        ("", "This is not a file"),
        ("[]", "This is not a file"),
        (json.dumps({**file, "version": 2}), "This is not a file"),
        (json.dumps({**file, "kdf": {**file["kdf"], "iterations": 10**9}}), "This is not a file"),
        (json.dumps({**file, "data": file["data"][:-8] + "AAAAAAA="}), "does not fit"),
    ]
    for damaged, said in broken:
        with pytest.raises(Refused, match=said):
            take(database, cast, damaged)
    with pytest.raises(Refused, match="does not fit"):
        take(database, cast, text, "uzun bir Parola")
    with pytest.raises(Refused, match="no laptop is known"):
        take(database, cast, write_file(uuid4(), cast.account))
    assert kept(system_database) == []
