"""Two people change one record: fields that do not touch merge, fields that do are put before people."""

from fieldsync.exchange import Body
from models.session import Database
from models.sync.conflict import list_conflicts
from tests.fieldsync.cast import Cast
from tests.fieldsync.client import Client
from tests.fieldsync.feed import execute
from tests.fieldsync.test_push import visit_patch


def edit(rep: Client, cast: Cast, patch: dict[str, object], base: dict[str, object], version: int) -> Body:
    op = rep.op("account", "patch", patch, id=str(cast.account), base_version=version, base=base)
    (result,) = rep.push(op)
    return result


def test_field_that_nobody_else_changed_is_applied(rep: Client, cast: Cast) -> None:
    result = edit(rep, cast, {"phone": "1"}, {"phone": None}, 1)
    assert (result["verdict"], result["version"]) == ("applied", 2)


def test_different_fields_merge(rep: Client, cast: Cast, system_database: Database) -> None:
    execute(system_database, "update account set town = 'Manisa' where id = :id", id=cast.account)
    result = edit(rep, cast, {"phone": "1"}, {"phone": None}, 1)
    assert (result["verdict"], result["version"]) == ("merged", 3)
    rep.pull()
    held = rep.record("account", cast.account)
    assert (held["town"], held["phone"], held["version"]) == ("Manisa", "1", 3)


def test_same_field_keeps_the_servers_value_and_opens_a_conflict(
    rep: Client, cast: Cast, system_database: Database, database: Database
) -> None:
    execute(system_database, "update account set town = 'Manisa' where id = :id", id=cast.account)
    result = edit(rep, cast, {"town": "Aydın", "phone": "1"}, {"town": "İzmir", "phone": None}, 1)
    assert result["verdict"] == "conflict"
    rep.pull()
    held = rep.record("account", cast.account)
    assert (held["town"], held["phone"]) == ("Manisa", "1")
    (conflict,) = result["conflicts"]
    assert rep.record("conflict", conflict["id"])["status"] == "open"
    with database.open(cast.principal("manager")) as db:
        (seen,) = list_conflicts(db)
    assert (seen.field, seen.base, seen.theirs, seen.mine) == ("town", "İzmir", "Manisa", "Aydın")


def test_equal_value_is_no_conflict(rep: Client, cast: Cast, system_database: Database) -> None:
    execute(system_database, "update account set town = 'Manisa' where id = :id", id=cast.account)
    assert edit(rep, cast, {"town": "Manisa"}, {"town": "İzmir"}, 1)["verdict"] == "merged"


def test_own_edits_made_before_the_answer_came_do_not_conflict(rep: Client, cast: Cast) -> None:
    results = [
        edit(rep, cast, {"town": after}, {"town": before}, 1)
        for before, after in (("İzmir", "Manisa"), ("Manisa", "Aydın"), ("Aydın", "Muğla"))
    ]
    assert [result["verdict"] for result in results] == ["applied", "merged", "merged"]
    rep.pull()
    assert rep.record("account", cast.account)["town"] == "Muğla"


def test_several_edits_in_one_batch_end_with_the_last(rep: Client, cast: Cast) -> None:
    ops = [
        rep.op("account", "patch", {"town": town}, id=str(cast.account), base_version=1, base={"town": base})
        for base, town in (("İzmir", "Manisa"), ("Manisa", "Aydın"))
    ]
    assert [(result["verdict"], result["version"]) for result in rep.push(*ops)] == [("applied", 2)] * 2
    rep.pull()
    assert rep.record("account", cast.account)["town"] == "Aydın"


def test_visit_is_its_writers_alone_and_never_conflicts(rep: Client, cast: Cast, system_database: Database) -> None:
    visit = rep.op("visit", "create", visit_patch(cast))
    rep.push(visit)
    execute(system_database, "update visit set summary = 'Changed in the office'")
    op = rep.op("visit", "patch", {"summary": "Mine", "participants": []}, id=visit["id"], base_version=1)
    (result,) = rep.push(op)
    assert result["verdict"] == "merged"
    rep.pull()
    held = rep.record("visit", visit["id"])
    assert (held["summary"], held["participants"]) == ("Mine", [])


def test_what_was_replaced_is_kept(rep: Client, cast: Cast, database: Database) -> None:
    from sqlalchemy import select

    from models.sync.conflict import RowHistory

    edit(rep, cast, {"town": "Aydın"}, {"town": "İzmir"}, 1)
    with database.open(cast.principal("manager")) as db:
        (history,) = db.scalars(select(RowHistory))
    assert (history.kind, history.row_id, history.before) == ("account", cast.account, {"town": "İzmir"})
    assert history.user_id == cast.rep


def test_edit_of_a_deleted_record_lives_on_as_a_conflict(rep: Client, cast: Cast, system_database: Database) -> None:
    execute(system_database, "delete from contact where id = :id", id=cast.contact)
    op = rep.op("contact", "patch", {"phone": "1"}, id=str(cast.contact), base_version=1)
    (result,) = rep.push(op)
    assert result["verdict"] == "conflict"
    assert [(conflict["field"], conflict["mine"]) for conflict in result["conflicts"]] == [("*", {"phone": "1"})]


def test_rep_cannot_change_another_reps_visit(rep: Client, cast: Cast, system_database: Database) -> None:
    visit = rep.op("visit", "create", visit_patch(cast))
    rep.push(visit)
    execute(system_database, "update visit set user_id = :user", user=cast.rep2)
    (result,) = rep.push(rep.op("visit", "patch", {"summary": "Mine"}, id=visit["id"], base_version=1))
    assert result["verdict"] == "needs_fix"
