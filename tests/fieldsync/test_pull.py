"""Pulling: whatever happens between two pages, a client that has pulled holds what it may see, and no more."""

import copy
from uuid import UUID

import pytest
from sqlalchemy import event, text

from models.base import new_id
from models.region import Territory, assign_territory
from models.session import Database
from models.sync.audit import new_epoch
from models.user import User
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.feed import execute, head, territory
from tests.fieldsync.test_push import visit_patch


def add_accounts(database: Database, cast: Cast, count: int) -> list[UUID]:
    ids = [new_id() for _ in range(count)]
    with database.transaction(SYSTEM) as db:
        for number, account_id in enumerate(ids):
            db.execute(
                text("insert into account (id, name, territory_id, region_id) values (:id, :name, :t, :r)"),
                {"id": account_id, "name": f"Account {number}", "t": cast.ege, "r": cast.region},
            )
    return ids


def accounts_held(client: Client) -> set[UUID]:
    return {UUID(row_id) for rows in client.held.values() for kind, row_id in rows if kind == "account"}


def test_first_pull_brings_the_scope_and_nothing_of_others(rep: Client, rep2: Client, cast: Cast) -> None:
    rep.pull()
    rep2.pull()
    assert accounts_held(rep) == {cast.account}
    assert accounts_held(rep2) == {cast.other_account}
    assert rep.record("product_group", cast.group)["name"] == "Basic electrodes"
    assert set(rep.held) == {f"rep:{cast.rep}", territory(cast.ege), "catalogue"}


def test_pull_without_change_is_empty_and_touches_no_table_of_records(rep: Client, cast: Cast) -> None:
    rep.pull()
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(rep.database.engine, "before_cursor_execute", note)
    page = rep.page()
    event.remove(rep.database.engine, "before_cursor_execute", note)
    assert page["changes"] == []
    touched = [name for name in ("account", "contact", "visit", "product") if f"FROM {name}" in " ".join(statements)]
    assert touched == []


def test_pages_cut_anywhere_while_rows_change_end_in_the_same_place(
    rep: Client, cast: Cast, system_database: Database
) -> None:
    ids = add_accounts(system_database, cast, 12)
    changes = iter(ids)
    more = True
    while more:
        cursors, held = copy.deepcopy((rep.cursors, rep.held))
        rep.page(limit=3)
        rep.cursors, rep.held = cursors, held  # the answer was lost: the same page again
        if account := next(changes, None):
            execute(system_database, "update account set town = 'Moved' where id = :id", id=account)
        if account := next(changes, None):
            execute(system_database, "delete from account where id = :id", id=account)
        more = rep.page(limit=3)["more"]
    with rep.database.open(rep.principal) as db:
        visible = set(db.scalars(text("select id from account")))
    assert accounts_held(rep) == visible


def test_moved_account_leaves_one_rep_and_reaches_the_other_with_its_visits(
    rep: Client, rep2: Client, cast: Cast, system_database: Database
) -> None:
    visit = rep.op("visit", "create", visit_patch(cast))
    rep.push(visit)
    rep.pull()
    rep2.pull()
    execute(system_database, "update account set territory_id = :t where id = :id", t=cast.marmara, id=cast.account)
    rep.pull()
    rep2.pull()
    assert rep.record("visit", visit["id"]) is None
    assert rep.record("account", cast.account) is None
    assert rep2.record("visit", visit["id"])["participants"] == [str(cast.contact)]


def test_unsent_visit_of_a_moved_account_is_kept_for_the_manager(
    rep: Client, cast: Cast, system_database: Database
) -> None:
    rep.pull()
    unsent = rep.op("visit", "create", visit_patch(cast))
    edit = rep.op("account", "patch", {"town": "Aydın"}, id=str(cast.account), base_version=1)
    execute(system_database, "update account set territory_id = :t where id = :id", t=cast.marmara, id=cast.account)
    results = rep.push(unsent, edit)
    assert [result["verdict"] for result in results] == ["out_of_scope", "out_of_scope"]
    with rep.database.open(cast.principal("manager")) as db:
        from models.sync.decision import list_open

        assert [kept.op_id for kept in list_open(db)] == [UUID(unsent["op_id"]), UUID(edit["op_id"])]


def test_territory_taken_away_drops_its_bucket_and_keeps_the_rest(
    rep: Client, cast: Cast, system_database: Database
) -> None:
    rep.pull()
    with system_database.transaction(SYSTEM) as db:
        assign_territory(db, db.get_one(Territory, cast.ege), db.get_one(User, cast.rep2))
    rep.principal = type(rep.principal)(**{**vars(rep.principal), "territory_ids": ()})
    page = rep.page()
    assert page["dropped"] == [territory(cast.ege)]
    assert accounts_held(rep) == set()
    assert rep.record("product_group", cast.group)


@pytest.mark.parametrize("reason", ["epoch", "cursor past the head", "cursor under the floor"])
def test_client_that_cannot_go_on_starts_its_bucket_anew(
    rep: Client, cast: Cast, system_database: Database, reason: str, admin_url: str
) -> None:
    add_accounts(system_database, cast, 3)
    rep.pull()
    name = territory(cast.ege)
    if reason == "epoch":
        with system_database.transaction(SYSTEM) as db:
            new_epoch(db, "restored")
        expected = set(rep.cursors)
    elif reason == "cursor past the head":
        rep.cursors[name] += 1
        expected = set(rep.cursors)  # a restored server: a new epoch, and everything is compared afresh
    else:
        from sqlalchemy import create_engine

        rep.cursors[name] = 2
        engine = create_engine(admin_url)
        with engine.begin() as connection:
            connection.execute(text("update bucket set floor = 3 where name = :name"), {"name": name})
        engine.dispose()
        expected = {name}
    held = accounts_held(rep)
    page = rep.page()
    assert set(page["reset"]) == expected
    assert accounts_held(rep) == held
    assert rep.page()["changes"] == []


def test_managers_comment_reaches_the_rep_and_his_answer_the_manager(
    rep: Client, cast: Cast, database: Database
) -> None:
    from sqlalchemy import select

    from models.visit import Comment

    visit = rep.op("visit", "create", visit_patch(cast))
    rep.push(visit)
    place = {"territory_id": cast.ege, "region_id": cast.region}
    with database.transaction(cast.principal("manager")) as db:
        db.add(Comment(visit_id=UUID(visit["id"]), user_id=cast.manager, text="Ask about wire.", **place))
    rep.pull()
    (comment,) = [record for (kind, _), (_, record) in rep.held[territory(cast.ege)].items() if kind == "comment"]
    assert (comment["text"], comment["user_name"]) == ("Ask about wire.", "İlker Öz")
    answer = rep.op("comment", "create", {"visit_id": visit["id"], "text": "I will."})
    assert rep.push(answer)[0]["verdict"] == "applied"
    with database.open(cast.principal("manager")) as db:
        assert [comment.text for comment in db.scalars(select(Comment).order_by(Comment.created_at))] == [
            "Ask about wire.",
            "I will.",
        ]


def test_old_client_is_told_to_upgrade_and_may_still_push(
    rep: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldsync.pull.LOWEST_SCHEMA", 2)
    page = rep.page()
    assert page["upgrade"] is True
    assert page["changes"] == []
    assert rep.push(rep.op("visit", "create", visit_patch(cast)))[0]["verdict"] == "applied"


def test_numbers_do_not_fall_when_rows_go(rep: Client, cast: Cast, system_database: Database) -> None:
    before = head(system_database, territory(cast.ege))
    execute(system_database, "delete from contact")
    assert head(system_database, territory(cast.ege)) == before + 1
    rep.pull()
    assert rep.record("contact", cast.contact) is None
