"""What people decide about operations that could not be applied, and how the laptops learn of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import select, update

from fieldsync.decisions import accept, accept_each, discard, hand_over, settle_conflict
from fieldsync.exchange import Body
from models.account import Account
from models.errors import NotFound, Refused
from models.event import Event
from models.region import Territory, assign_territory
from models.session import Database, Session
from models.sync.conflict import ConflictStatus, RowHistory, list_conflicts
from models.sync.decision import Decision, list_open
from models.sync.device import Device
from models.sync.inbox import Operation
from models.user import User
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.test_push import visit_patch


class Desk:
    """Somebody at the portal."""

    def __init__(self, database: Database, cast: Cast) -> None:
        self.database, self.cast = database, cast

    @contextmanager
    def of(self, who: str) -> Iterator[Session]:
        with self.database.transaction(self.cast.principal(who)) as db:
            yield db


@pytest.fixture
def desk(database: Database, cast: Cast) -> Desk:
    return Desk(database, cast)


def move(system_database: Database, account: UUID, territory: UUID) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Account).where(Account.id == account).values(territory_id=territory))


def freeze(system_database: Database, client: Client, status: str) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Device).where(Device.id == UUID(client.device)).values(status=status))


@pytest.fixture
def late(rep: Client, cast: Cast, system_database: Database) -> Body:
    """A change of an account that another rep holds by the time it arrives."""
    rep.pull()
    move(system_database, cast.account, cast.marmara)
    op = rep.op("account", "patch", {"town": "Urla"}, id=str(cast.account), base_version=1)
    assert rep.push(op)[0]["verdict"] == "out_of_scope"
    return op


def test_manager_accepts_and_the_record_changes_where_it_lies_now(
    rep: Client, rep2: Client, desk: Desk, cast: Cast, late: Body
) -> None:
    with desk.of("manager") as db:
        (waiting,) = list_open(db)
        assert accept(db, waiting.op_id).verdict == "merged"
    rep2.pull()
    assert rep2.record("account", cast.account)["town"] == "Urla"
    rep.pull()
    (told,) = [row for (kind, _), (_, row) in rep.held[f"rep:{cast.rep}"].items() if kind == "decision"]
    assert (told["op_id"], told["outcome"], told["verdict"]) == (late["op_id"], "accepted", "merged")
    assert told["decided_by_name"] == "İlker Öz"
    assert rep.push(late)[0]["verdict"] == "merged", "whoever asks again is answered what became of it"


def test_accepted_visit_stays_the_work_of_who_wrote_it(
    rep: Client, desk: Desk, cast: Cast, system_database: Database
) -> None:
    freeze(system_database, rep, "frozen")
    contact = rep.op("contact", "create", {"account_id": str(cast.account), "name": "Yeni Usta"})
    visit = rep.op("visit", "create", visit_patch(cast, participants=[contact["id"]]))
    assert [result["verdict"] for result in rep.push(contact, visit)] == ["held", "held"]
    with desk.of("manager") as db:
        accept(db, UUID(visit["op_id"]))
        assert list_open(db) == [], "what the visit hangs on went in before it"
        kept = db.get_one(Visit, UUID(visit["id"]))
        assert (kept.user_id, kept.territory_id) == (cast.rep, cast.ege)


def test_decision_leaves_an_event_and_what_was_replaced(
    desk: Desk, cast: Cast, late: Body, system_database: Database
) -> None:
    with desk.of("manager") as db:
        accept(db, UUID(late["op_id"]))
    with system_database.open(SYSTEM) as db:
        event = db.scalars(select(Event).where(Event.kind == "decision")).one()
        history = db.scalars(select(RowHistory)).one()
    assert event.actor_id == cast.manager
    assert (history.before, history.user_id, str(history.op_id)) == ({"town": "İzmir"}, cast.manager, late["op_id"])


def test_discarded_operation_is_kept_with_its_reason(rep: Client, desk: Desk, cast: Cast, late: Body) -> None:
    with desk.of("manager") as db:
        with pytest.raises(Refused):
            discard(db, UUID(late["op_id"]), "  ")
        discard(db, UUID(late["op_id"]), "The account moved house.")
        assert list_open(db) == []
        assert db.get_one(Operation, UUID(late["op_id"])).body["patch"] == {"town": "Urla"}
    rep.pull()
    (told,) = [row for (kind, _), (_, row) in rep.held[f"rep:{cast.rep}"].items() if kind == "decision"]
    assert (told["outcome"], told["reason"]) == ("discarded", "The account moved house.")


def test_decided_is_decided(desk: Desk, late: Body) -> None:
    with desk.of("manager") as db:
        discard(db, UUID(late["op_id"]), "No.")
        for again in (accept, lambda db, op_id: discard(db, op_id, "Again.")):
            with pytest.raises(Refused, match="decided already"):
                again(db, UUID(late["op_id"]))


def test_handed_over_is_decided_by_the_rep_who_holds_the_territory(
    rep2: Client, desk: Desk, cast: Cast, late: Body, database: Database
) -> None:
    op_id = UUID(late["op_id"])
    with desk.of("rep2") as db, pytest.raises(NotFound):
        accept(db, op_id)
    with desk.of("manager") as db:
        hand_over(db, op_id, "Account: Ege Tersane")
        assert [waiting.asked.name for waiting in list_open(db) if waiting.asked] == ["Murat Şahin"]
        with pytest.raises(Refused, match="asked already"):
            hand_over(db, op_id, "Account: Ege Tersane")
    rep2.pull()
    (notice,) = [row for (kind, _), (_, row) in rep2.held[f"rep:{cast.rep2}"].items() if kind == "notice"]
    assert (notice["what"], notice["record_id"], notice["about"]) == (
        "operation_handed",
        late["op_id"],
        "Account: Ege Tersane",
    )
    seen = rep2.op("notice", "patch", {"read_at": "2026-05-05T10:00:00Z"}, id=notice["id"], base_version=1)
    assert rep2.push(seen)[0]["verdict"] == "applied"
    with desk.of("rep2") as db:
        assert accept(db, op_id).verdict == "merged"
        assert db.get_one(Account, cast.account).town == "Urla"
    with desk.of("manager") as db:
        outcomes = db.scalars(select(Decision.outcome).order_by(Decision.decided_at, Decision.id)).all()
    assert sorted(outcomes) == ["accepted", "handed_over"]


def test_writer_accepts_nothing_himself(rep: Client, desk: Desk, late: Body) -> None:
    with desk.of("rep") as db, pytest.raises(Refused, match="Somebody else"):
        accept(db, UUID(late["op_id"]))


def test_writer_gives_up_what_he_sent_from_his_laptop(rep: Client, desk: Desk, late: Body) -> None:
    given_up = rep.op("operation", "discard", {"reason": "written again"}, id=late["op_id"])
    again = rep.op("operation", "discard", {}, id=late["op_id"])
    results = rep.push(given_up, again)
    assert [result["verdict"] for result in results] == ["applied", "merged"]
    with desk.of("manager") as db:
        assert list_open(db) == []
        assert db.scalars(select(Decision.reason)).all() == ["written again"]


def test_nobody_gives_up_what_another_sent(rep2: Client, late: Body, desk: Desk) -> None:
    (result,) = rep2.push(rep2.op("operation", "discard", {}, id=late["op_id"]))
    assert result["verdict"] == "merged", "for him there is nothing to give up"
    with desk.of("manager") as db:
        assert len(list_open(db)) == 1


def test_what_still_cannot_be_applied_stays(rep: Client, desk: Desk, cast: Cast) -> None:
    broken = rep.op("visit", "create", visit_patch(cast, happened_at=None))
    strange = {**rep.op("visit", "create", visit_patch(cast)), "kind": "spaceship"}
    assert [result["verdict"] for result in rep.push(broken, strange)] == ["needs_fix", "held"]
    with desk.of("manager") as db:
        assert accept_each(db, [UUID(broken["op_id"]), UUID(strange["op_id"])]) == (0, 2)
        assert len(list_open(db)) == 2


def test_several_are_accepted_in_the_order_in_which_they_were_written(
    rep: Client, desk: Desk, cast: Cast, system_database: Database
) -> None:
    freeze(system_database, rep, "lost")
    ops = [rep.op("visit", "create", visit_patch(cast))]
    ops += [rep.op("visit", "patch", {"summary": str(n)}, id=ops[0]["id"], base_version=1) for n in range(3)]
    assert {result["verdict"] for result in rep.push(*ops)} == {"held"}
    with desk.of("manager") as db:
        assert accept_each(db, [UUID(op["op_id"]) for op in reversed(ops)]) == (4, 0)
        assert db.get_one(Visit, UUID(ops[0]["id"])).summary == "2"


def dispute(rep: Client, system_database: Database, cast: Cast) -> str:
    """Both the server and the rep change a telephone number; returns the conflict's id."""
    rep.pull()
    with system_database.transaction(SYSTEM) as db:
        db.get_one(Account, cast.account).phone = "1"
    op = rep.op("account", "patch", {"phone": "2"}, id=str(cast.account), base_version=1)
    (result,) = rep.push(op)
    assert result["verdict"] == "conflict"
    return str(result["conflicts"][0]["id"])


@pytest.mark.parametrize(("status", "phone"), [("kept_mine", "2"), ("kept_theirs", "1")])
def test_manager_settles_a_conflict(
    rep: Client, desk: Desk, cast: Cast, system_database: Database, status: str, phone: str
) -> None:
    conflict = dispute(rep, system_database, cast)
    with desk.of("manager") as db:
        settle_conflict(db, UUID(conflict), ConflictStatus(status))
        with pytest.raises(Refused, match="decided already"):
            settle_conflict(db, UUID(conflict), ConflictStatus.KEPT_THEIRS)
        assert list_conflicts(db) == []
    rep.pull()
    assert rep.record("account", cast.account)["phone"] == phone
    told = rep.record("conflict", conflict)
    assert (told["status"], told["decided_by_name"]) == (status, "İlker Öz")


def test_rep_settles_a_conflict_and_edits_the_record_in_one_batch(
    rep: Client, cast: Cast, system_database: Database
) -> None:
    conflict = dispute(rep, system_database, cast)
    rep.pull()
    version = rep.record("account", cast.account)["version"]
    edit = rep.op("account", "patch", {"town": "Urla"}, id=str(cast.account), base_version=version)
    mine = rep.op("conflict", "patch", {"status": "kept_mine"}, id=conflict)
    late = rep.op("conflict", "patch", {"status": "kept_theirs"}, id=conflict)
    assert [result["verdict"] for result in rep.push(edit, mine, late)] == ["applied", "applied", "merged"]
    rep.pull()
    account = rep.record("account", cast.account)
    assert (account["town"], account["phone"]) == ("Urla", "2")


@pytest.mark.parametrize("patch", [{"status": "open"}, {"status": 7}, {"status": "kept_mine", "mine": "3"}, {}])
def test_conflict_takes_no_other_change(
    rep: Client, cast: Cast, system_database: Database, patch: dict[str, object]
) -> None:
    conflict = dispute(rep, system_database, cast)
    assert rep.push(rep.op("conflict", "patch", patch, id=conflict))[0]["verdict"] == "needs_fix"


def test_conflict_about_a_removed_record_can_only_be_left(
    rep: Client, desk: Desk, cast: Cast, system_database: Database
) -> None:
    new = rep.op("account", "create", {"name": "Kısa Ömür", "territory_id": str(cast.ege)})
    rep.push(new)
    with system_database.transaction(SYSTEM) as db:
        db.delete(db.get_one(Account, UUID(new["id"])))
    (result,) = rep.push(rep.op("account", "patch", {"town": "Urla"}, id=new["id"], base_version=1))
    conflict = UUID(result["conflicts"][0]["id"])
    with desk.of("manager") as db:
        with pytest.raises(Refused, match="removed"):
            settle_conflict(db, conflict, ConflictStatus.KEPT_MINE)
        settle_conflict(db, conflict, ConflictStatus.KEPT_THEIRS)


def test_rep_does_not_settle_the_conflict_of_another(
    rep: Client, rep2: Client, cast: Cast, system_database: Database
) -> None:
    conflict = dispute(rep, system_database, cast)
    assert rep2.push(rep2.op("conflict", "patch", {"status": "kept_mine"}, id=conflict))[0]["verdict"] == "needs_fix"


def test_territory_that_changed_hands_asks_the_new_rep(
    rep: Client, rep2: Client, desk: Desk, cast: Cast, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        assign_territory(db, db.get_one(Territory, cast.ege), db.get_one(User, cast.rep2))
    rep.principal = rep.principal.of(rep.principal.role or "rep", cast.rep, region_id=cast.region)  # type: ignore[arg-type]
    op = rep.op("contact", "patch", {"phone": "3"}, id=str(cast.contact), base_version=1)
    assert rep.push(op)[0]["verdict"] == "out_of_scope"
    with desk.of("manager") as db:
        hand_over(db, UUID(op["op_id"]), "Contact: Hasan Demir")
        assert db.scalars(select(Decision.handed_to)).one() == cast.rep2


def test_edit_of_a_record_that_waits_takes_its_making_along(
    rep: Client, cast: Cast, desk: Desk, system_database: Database
) -> None:
    rep.pull()
    made = rep.op("visit", "create", visit_patch(cast))
    freeze(system_database, rep, "frozen")
    rep.push(made)
    freeze(system_database, rep, "active")
    edit = rep.op("visit", "patch", {"summary": "corrected"}, id=made["id"])
    assert rep.push(edit)[0]["verdict"] == "held"
    with desk.of("manager") as db:
        accept(db, UUID(edit["op_id"]))
        assert db.get_one(Visit, UUID(made["id"])).summary == "corrected"
        assert not list_open(db)
