"""What a manager asks of a rep, as it comes down, is answered and closed on the laptop, and moves with its account."""

from datetime import date
from uuid import UUID

import pytest

from models.account import Account
from models.base import now
from models.errors import Refused
from models.hand_over import hand_over_account
from models.instruction import InstructionFilter, get_instruction, instruct, list_instructions, owners
from models.region import Territory
from models.session import Database
from models.sync.audit import audit_feed
from models.user import User
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

DUE = date(2026, 5, 20)


def ask(database: Database, cast: Cast, text: str, *, in_general: bool = False) -> UUID:
    """The manager asks of the rep who holds the account, or of the rep in general."""
    with database.transaction(cast.principal("manager")) as db:
        account, rep = db.get_one(Account, cast.account), db.get_one(User, cast.rep)
        whom = {"rep": rep} if in_general else {"account": account}
        return instruct(db, text, DUE, **whom).id


def test_rep_answers_and_closes_offline_and_the_manager_sees_each_step(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    about, general = ask(database, cast, "Find out."), ask(database, cast, "Take the car in.", in_general=True)
    rep.pull()
    rep2.pull()
    record = rep.record("instruction", about)
    assert (record["text"], record["author_name"], record["due_on"]) == ("Find out.", "İlker Öz", "2026-05-20")
    assert rep.record("instruction", general)["user_id"] == str(cast.rep)
    assert rep2.record("instruction", about) is rep2.record("instruction", general) is None
    results = rep.push(
        rep.op("instruction", "patch", {"read_at": "2099-01-01T00:00:00Z"}, str(about)),
        rep.op("instruction", "patch", {"answer": "They agree.", "closed_at": "2026-05-05T10:00:00Z"}, str(about)),
        rep.op("instruction", "patch", {"text": "Something else."}, str(about)),
        rep.op("instruction", "create", {"answer": "Mine."}),
    )
    assert [each["verdict"] for each in results] == ["merged", "merged", "needs_fix", "needs_fix"]
    with database.open(cast.principal("manager")) as db:
        found = get_instruction(db, about)
        assert (found.answer, found.state(DUE), found.read_at is not None) == ("They agree.", "closed", True)
        assert found.read_at is not None
        assert found.read_at.year < 2099
        assert owners(db, [found]) == {about: "Ayşe Yılmaz"}
        assert [each.id for each in list_instructions(db, InstructionFilter(state="open"))] == [general]
        assert [each.id for each in list_instructions(db, InstructionFilter(rep_id=cast.rep2))] == []
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_withdrawn_reopened_and_rewritten_reach_the_laptop_without_undoing_the_answer(
    database: Database, cast: Cast, rep: Client
) -> None:
    about = ask(database, cast, "Find out.")
    rep.pull()
    rep.push(rep.op("instruction", "patch", {"answer": "Done.", "closed_at": "2026-05-05T10:00:00Z"}, str(about)))
    with database.transaction(cast.principal("manager")) as db:
        found = get_instruction(db, about)
        with pytest.raises(Refused, match="no longer open"):
            found.rewrite("Again.", DUE)
        found.reopen()
        found.rewrite("Again, please.", date(2026, 6, 1))
    rep.pull()
    record = rep.record("instruction", about)
    assert (record["text"], record["closed_at"], record["answer"]) == ("Again, please.", None, "Done.")
    with database.transaction(cast.principal("manager")) as db:
        get_instruction(db, about).withdraw()
    late = rep.op("instruction", "patch", {"closed_at": "2026-05-06T10:00:00Z"}, str(about))
    assert rep.push(late)[0]["verdict"] == "merged"
    with database.open(cast.principal("manager")) as db:
        assert get_instruction(db, about).state(DUE) == "withdrawn"


def test_instruction_moves_with_its_account_and_the_answer_of_who_had_it_waits_for_the_manager(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    about = ask(database, cast, "Find out.")
    rep.pull()
    with database.transaction(cast.principal("manager")) as db:
        hand_over_account(db, db.get_one(Account, cast.account), db.get_one(Territory, cast.marmara), now())
    answer = rep.op("instruction", "patch", {"answer": "They agree."}, str(about))
    assert rep.push(answer)[0]["verdict"] == "out_of_scope"
    rep.pull()
    rep2.pull()
    assert rep.record("instruction", about) is None
    assert rep2.record("instruction", about)["text"] == "Find out."
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_an_instruction_needs_words_and_one_owner_who_is_there(database: Database, cast: Cast) -> None:
    with database.open(cast.principal("manager")) as db:
        account, rep, me = (db.get_one(Account, cast.account), *(db.get_one(User, i) for i in (cast.rep, cast.manager)))
        with pytest.raises(Refused, match="Say what"):
            instruct(db, "  ", DUE, account=account)
        with pytest.raises(Refused, match="Choose an account or a rep"):
            instruct(db, "Go.", DUE, account=account, rep=rep)
        with pytest.raises(Refused, match="holds no territory"):
            instruct(db, "Go.", DUE, rep=me)
