"""The feed that the database writes: what each change of a record leaves in it, and what cannot pass it by."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from models.access import Principal, Role
from models.base import new_id
from models.session import Database
from models.sync.triggers import render_feed
from models.visit import Visit, VisitParticipant
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.feed import entries, execute, findings, head, territory


def add_visit(database: Database, cast: Cast, participants: int = 1) -> Visit:
    place = {"territory_id": cast.ege, "region_id": cast.region}
    with database.transaction(SYSTEM) as db:
        visit = Visit(id=new_id(), account_id=cast.account, user_id=cast.rep, kind="visit", status="cancelled", **place)
        db.add(visit)
        db.flush()
        if participants:
            db.add(VisitParticipant(visit_id=visit.id, contact_id=cast.contact, **place))
    return visit


def test_everything_written_is_in_its_bucket_once(system_database: Database, cast: Cast) -> None:
    ege = entries(system_database, territory(cast.ege))
    assert {key for key, (_, op) in ege.items() if op == "p"} == {("account", cast.account), ("contact", cast.contact)}
    assert sorted(seq for seq, _ in ege.values()) == [1, 2]
    assert {kind for kind, _ in entries(system_database, "catalogue")} == {"product_group", "brand", "product"}
    assert findings(system_database) == []


def test_update_moves_the_number_and_a_no_op_does_not(system_database: Database, cast: Cast) -> None:
    bucket = territory(cast.ege)
    execute(system_database, "update account set name = 'Ege Tersanesi' where id = :id", id=cast.account)
    assert entries(system_database, bucket)["account", cast.account] == (3, "p")
    execute(system_database, "update account set name = name where id = :id", id=cast.account)
    assert head(system_database, bucket) == 3


def test_rolled_back_savepoint_leaves_nothing(system_database: Database, cast: Cast) -> None:
    with system_database.transaction(SYSTEM) as db:
        with db.begin_nested() as savepoint:
            db.execute(text("update account set town = 'A' where id = :id"), {"id": cast.account})
            savepoint.rollback()
        db.execute(text("update contact set phone = '1' where id = :id"), {"id": cast.contact})
    bucket = entries(system_database, territory(cast.ege))
    assert bucket["account", cast.account][0] < bucket["contact", cast.contact][0] == 3


def test_changes_after_constraints_fired_early_are_fed_too(system_database: Database, cast: Cast) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("update account set town = 'A' where id = :id"), {"id": cast.account})
        db.execute(text("set constraints all immediate"))
        db.execute(text("set constraints all deferred"))
        db.execute(text("update account set town = 'B' where id = :id"), {"id": cast.account})
    assert head(system_database, territory(cast.ege)) == 4
    assert findings(system_database) == []


def test_participants_count_as_a_change_of_their_visit(system_database: Database, cast: Cast) -> None:
    visit = add_visit(system_database, cast, participants=0)
    before = head(system_database, territory(cast.ege))
    with system_database.transaction(SYSTEM) as db:
        place = {"territory_id": cast.ege, "region_id": cast.region}
        db.add(VisitParticipant(visit_id=visit.id, contact_id=cast.contact, **place))
    assert entries(system_database, territory(cast.ege))["visit", visit.id] == (before + 1, "p")


def test_deleted_visit_stays_deleted_though_its_participants_go_after_it(system_database: Database, cast: Cast) -> None:
    visit = add_visit(system_database, cast)
    execute(system_database, "delete from visit where id = :id", id=visit.id)
    assert entries(system_database, territory(cast.ege))["visit", visit.id][1] == "d"
    assert findings(system_database) == []


def test_moved_account_leaves_one_bucket_and_enters_the_other_with_its_children(
    system_database: Database, cast: Cast
) -> None:
    visit = add_visit(system_database, cast)
    execute(system_database, "update account set territory_id = :t where id = :id", t=cast.marmara, id=cast.account)
    moved = [("account", cast.account), ("contact", cast.contact), ("visit", visit.id)]
    old, new = (entries(system_database, territory(place)) for place in (cast.ege, cast.marmara))
    assert [old[key][1] for key in moved] == ["d", "d", "d"]
    assert [new[key][1] for key in moved] == ["p", "p", "p"]
    assert findings(system_database) == []


def test_there_and_back_in_one_transaction_feeds_nothing_to_the_third(system_database: Database, cast: Cast) -> None:
    with system_database.transaction(SYSTEM) as db:
        for place in (cast.marmara, cast.ege):
            db.execute(text("update account set territory_id = :t where id = :id"), {"t": place, "id": cast.account})
    assert ("account", cast.account) not in entries(system_database, territory(cast.marmara))
    assert findings(system_database) == []


def test_truncate_is_refused(system_database: Database, cast: Cast, admin_url: str) -> None:
    engine = create_engine(admin_url)
    with engine.begin() as connection, pytest.raises(DBAPIError, match="passes by the change feed"):
        connection.execute(text("truncate comment"))
    engine.dispose()


def test_rows_that_passed_by_the_feed_are_found_and_backfilled(
    system_database: Database, cast: Cast, admin_url: str
) -> None:
    engine = create_engine(admin_url)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("insert into brand (id, code, name) values (gen_random_uuid(), 'X', 'X')"))
    assert [finding.problem for finding in findings(system_database)] == ["missing"]
    with engine.begin() as connection:
        for statement in render_feed():
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert findings(system_database) == []


def test_audit_finds_what_should_not_be_there(system_database: Database, cast: Cast, admin_url: str) -> None:
    engine = create_engine(admin_url)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("delete from product"))
        connection.execute(text("update bucket set digest = digest + 1 where name = 'catalogue'"))
    engine.dispose()
    assert sorted(finding.problem for finding in findings(system_database)) == ["digest", "extra"]


def test_versions_of_the_changed_fields_move_whoever_writes(system_database: Database, cast: Cast) -> None:
    execute(system_database, "update account set town = 'Manisa', phone = '1' where id = :id", id=cast.account)
    execute(system_database, "update account set phone = '2' where id = :id", id=cast.account)
    execute(system_database, "update account set phone = '2' where id = :id", id=cast.account)
    with system_database.open(SYSTEM) as db:
        row = db.execute(text("select version, field_versions from account where id = :id"), {"id": cast.account}).one()
    assert (row.version, row.field_versions) == (3, {"town": 2, "phone": 3})


@pytest.mark.parametrize("table", ["feed", "bucket", "feed_pending"])
def test_nobody_writes_the_feed_by_hand(database: Database, cast: Cast, table: str) -> None:
    for principal in (cast.principal("rep"), cast.principal("manager"), Principal.of(Role.HQ, cast.manager)):
        with database.open(principal) as db, pytest.raises(ProgrammingError, match="permission denied"):
            db.execute(text(f"delete from {table}"))  # noqa: S608 - three names from above


def test_rep_reads_only_the_feed_of_his_own_buckets(database: Database, cast: Cast) -> None:
    with database.open(cast.principal("rep")) as db:
        names = set(db.scalars(text("select b.name from feed f join bucket b on b.id = f.bucket")))
    assert names == {territory(cast.ege), "catalogue"}


def test_dealer_reads_nothing_of_the_feed(database: Database, cast: Cast) -> None:
    dealer = Principal.of(Role.DEALER_OWNER, new_id(), dealer_id=new_id())
    with database.open(dealer) as db, pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(text("select * from feed"))
