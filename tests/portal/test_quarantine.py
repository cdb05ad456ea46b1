"""The pages on which people decide about what laptops sent."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from io import BytesIO
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from models.access import Principal
from models.account import Account
from models.base import new_id
from models.session import Database
from models.sync.decision import Decision
from models.sync.inbox import Operation
from tests.fieldsync.test_importing import PASSPHRASE, write_file
from tests.portal.conftest import Browser, writes
from tests.world import NOON, ident

SignedIn = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
SYSTEM = Principal.system("test")
LATE = f"/quarantine/{ident('operation.late')}"
CONFLICT = f"/quarantine/conflicts/{ident('conflict.cem')}"
MESSAGE = {"message": {"text": "This must be filled in.", "params": {}, "field": "summary"}}


def add_operation(database: Database, seq: int = 100, **values: Any) -> UUID:
    """Something that the rep of izmir sent and that waits."""
    own = {"user_id": ident("user.cem"), "region_id": ident("region.ege"), "client_id": ident("client.cem")}
    patch = {"account_id": str(ident("account.gemi")), "kind": "visit", "happened_at": "2026-03-02T08:00:00Z"}
    body: dict[str, Any] = {"action": "create", "patch": patch | {"status": "completed", "summary": "Görüşüldü."}}
    kept: dict[str, Any] = {
        "op_id": new_id(),
        "seq": seq,
        "kind": "visit",
        "row_id": new_id(),
        "body": body,
        "body_hash": b"x",
    }
    kept |= values
    kept["body"] = {"kind": kept["kind"], "id": str(kept["row_id"]), **kept["body"]}
    with database.transaction(SYSTEM) as db:
        operation = Operation(**own | {"verdict": "held", "result": MESSAGE, "received_at": NOON} | kept)
        db.add(operation)
        return operation.op_id


@pytest.fixture
def manager(as_user: SignedIn, world: ModuleType) -> Browser:
    return as_user("manager@example.com")


def test_manager_reads_who_what_and_why(manager: Browser, system_database: Database) -> None:
    op_id = add_operation(system_database)
    page = manager.get("/quarantine").text
    for said in ("Visit: Gemi Onarım A.Ş.", "Cem Güneş", "held back", "Summary: This must be filled in."):
        assert said in page, said
    page = manager.get(f"/quarantine/{op_id}").text
    assert "Görüşüldü." in page
    assert "Mar 2026" in page
    assert "completed" in page


def test_manager_accepts_and_the_visit_is_there(manager: Browser, system_database: Database) -> None:
    op_id = add_operation(system_database)
    answer = manager.submit(f"/quarantine/{op_id}/acceptance", follow_redirects=True)
    assert "it stands as the work of Cem Güneş" in answer.text
    assert "Görüşüldü." in manager.get("/visits").text
    assert "Decided" in manager.get(f"/quarantine/{op_id}").text


def test_what_cannot_be_applied_is_said_and_stays(manager: Browser, system_database: Database) -> None:
    op_id = add_operation(system_database, body={"action": "create", "patch": {}})
    answer = manager.submit(f"/quarantine/{op_id}/acceptance")
    assert answer.status_code == 422
    assert "This must be filled in." in answer.text
    assert manager.submit("/quarantine/acceptances", {"id": [str(op_id)]}, follow_redirects=True).text.count(
        "could not"
    )


def test_ticked_ones_are_accepted(manager: Browser, system_database: Database) -> None:
    ids = [str(add_operation(system_database, seq)) for seq in (100, 101)]
    page = manager.submit("/quarantine/acceptances", {"id": ids}, follow_redirects=True).text
    assert "2 accepted." in page
    assert "Nothing waits" in page


def test_nothing_ticked_is_said(manager: Browser) -> None:
    assert "Tick what" in manager.submit("/quarantine/acceptances", follow_redirects=True).text


def test_discarding_asks_why_and_keeps_it(manager: Browser, system_database: Database) -> None:
    op_id = add_operation(system_database)
    assert manager.submit(f"/quarantine/{op_id}/discard", {"reason": " "}).status_code == 422
    manager.submit(f"/quarantine/{op_id}/discard", {"reason": "Twice the same."})
    with system_database.open(SYSTEM) as db:
        assert db.scalars(select(Decision.reason).where(Decision.op_id == op_id)).one() == "Twice the same."
    assert "Twice the same." in manager.get(f"/quarantine/{op_id}").text


def test_manager_of_the_writer_hands_over_to_whoever_holds_the_account(
    as_user: SignedIn, world: ModuleType, system_database: Database
) -> None:
    browser = as_user("manager2@example.com")
    page = browser.get(LATE).text
    assert "Ask Cem Güneş" in page
    refused = browser.submit(f"{LATE}/acceptance")
    assert refused.status_code == 422
    assert "where you may not write" in refused.text
    assert "Handed over." in browser.submit(f"{LATE}/hand-over", follow_redirects=True).text
    rep = as_user("rep@example.com")
    assert "Account, change: Gemi Onarım" in rep.get("/quarantine").text
    rep.submit(f"{LATE}/acceptance")
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Account, ident("account.gemi")).town == "Urla"


def test_rep_who_was_not_asked_and_manager_elsewhere_find_nothing(as_user: SignedIn, world: ModuleType) -> None:
    for email in ("rep@example.com", "manager@example.com"):
        assert as_user(email).get(LATE).status_code == 404


def test_writer_may_only_give_up(as_user: SignedIn, world: ModuleType, system_database: Database) -> None:
    op_id = add_operation(system_database)
    browser = as_user("rep@example.com")
    page = browser.get(f"/quarantine/{op_id}").text
    assert f'action="/quarantine/{op_id}/discard"' in page
    assert f'action="/quarantine/{op_id}/acceptance"' not in page
    assert browser.submit(f"/quarantine/{op_id}/acceptance").status_code == 422


def test_conflict_is_shown_side_by_side_and_settled(manager: Browser, system_database: Database) -> None:
    assert "Telephone" in manager.get("/quarantine").text
    page = manager.get(CONFLICT).text
    assert "What Cem Güneş wrote" in page
    assert manager.submit(f"{CONFLICT}/decision").status_code == 409
    manager.submit(f"{CONFLICT}/decision", {"side": "mine"})
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Account, ident("account.gemi")).phone == "2"
    page = manager.get(CONFLICT).text
    assert "Filiz Yıldız" in page
    assert "/decision" not in page


def test_list_costs_the_same_queries_however_long_and_writes_nothing(
    manager: Browser, system_database: Database, statements: Statements
) -> None:
    def cost() -> int:
        with statements() as sql:
            assert manager.get("/quarantine").status_code == 200
        assert writes(sql) == []
        return len(sql)

    for seq in range(100, 103):
        add_operation(system_database, seq)
    manager.get("/quarantine")
    few = cost()
    for seq in range(103, 120):
        add_operation(system_database, seq)
    assert cost() == few


def test_filters_narrow_what_waits(manager: Browser, system_database: Database) -> None:
    add_operation(system_database)
    assert "Visit: Gemi" in manager.get("/quarantine?verdict=held").text
    assert "Nothing matches" in manager.get("/quarantine?verdict=needs_fix").text
    assert "Visit: Gemi" in manager.get(f"/quarantine?rep={ident('user.cem')}").text


def test_head_office_takes_in_the_file_of_a_laptop(
    as_user: SignedIn, world: ModuleType, system_database: Database
) -> None:
    office = as_user("hq@example.com")
    assert "/quarantine/files/new" in office.get("/quarantine").text
    text = write_file(ident("user.cem"), ident("account.gemi"))

    def send(passphrase: str) -> str:
        form = {"file": (BytesIO(text.encode()), "unsent-work.json"), "passphrase": passphrase}
        return office.submit("/quarantine/files", form, follow_redirects=True).text

    assert "The passphrase does not fit" in send("something else")
    page = send(PASSPHRASE)
    assert "Work of Cem Güneş: 2 taken in and waiting below, 0 were here already." in page
    assert "1 draft stays in the file. Only the rep" in page
    assert "Head office took this in from a file." in page
    assert "0 taken in and waiting below, 2 were here already." in send(PASSPHRASE)


def test_managers_take_in_no_files(manager: Browser) -> None:
    assert "/quarantine/files/new" not in manager.get("/quarantine").text
    assert manager.get("/quarantine/files/new").status_code == 403
