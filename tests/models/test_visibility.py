"""Who sees and changes which row, asked in plain SQL for every table and every person of the cast."""

from types import ModuleType

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from models.access import Principal
from models.session import Database
from models.tables import mapped_classes
from tests import world as cast

TABLES = [str(mapped.__tablename__) for mapped in mapped_classes()]


def visible(database: Database, principal: Principal | None, table: str) -> set[object]:
    """The ids that a session of `principal` reads from a table; a table without any right shows nothing."""
    column = "1" if table in cast.KEPT_BY_THE_DATABASE else cast.key_of(table)
    query = text(f'select {column} from "{table}"')  # noqa: S608 - the names of our own tables
    with database.open(principal) as db:
        try:
            return set(db.execute(query).scalars())
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", "") != "42501":
                raise
            return set()


@pytest.mark.parametrize("name", list(cast.EMAILS))
def test_a_person_sees_exactly_the_rows_meant_for_them(database: Database, world: ModuleType, name: str) -> None:
    expected: dict[str, set[object]] = {table: set() for table in TABLES}
    for table, row_id, audience in world.audiences():
        if name in audience:
            expected[table].add(row_id)
    for table in set(TABLES) - cast.KEPT_BY_THE_DATABASE:
        assert visible(database, world.principals()[name], table) == expected[table], table


def test_the_cast_has_a_row_in_every_table(world: ModuleType) -> None:
    assert {table for table, _, _ in world.audiences()} == set(TABLES) - cast.KEPT_BY_THE_DATABASE


@pytest.mark.parametrize("principal", [None, Principal.visitor()], ids=["no principal", "visitor"])
def test_without_a_user_nothing_is_seen(database: Database, world: ModuleType, principal: Principal | None) -> None:
    for table in TABLES:
        assert visible(database, principal, table) == set(), table


def test_only_head_office_reads_events(database: Database, world: ModuleType) -> None:
    for name, principal in world.principals().items():
        assert bool(visible(database, principal, "event")) == (name == "hale"), name


@pytest.mark.parametrize("name", sorted(cast.DEALERS))
def test_a_dealer_reads_nothing_that_the_database_keeps(database: Database, world: ModuleType, name: str) -> None:
    for table in cast.KEPT_BY_THE_DATABASE:
        assert visible(database, world.principals()[name], table) == set(), table


@pytest.mark.parametrize("role", ["portal_system", "portal_owner", "postgres", "pg_read_all_data"])
def test_the_web_cannot_become_a_wider_role(database: Database, role: str) -> None:
    with database.open(None) as db, pytest.raises(ProgrammingError, match="permission denied to set role"):
        db.execute(text("select set_config('role', :role, true)"), {"role": role})


def test_the_web_cannot_become_another_session_user(database: Database) -> None:
    with database.open(None) as db, pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(text("set local session authorization postgres"))


@pytest.mark.parametrize(
    "call",
    [
        "lo_create(0)",
        "lo_creat(-1)",
        "lo_from_bytea(0, 'x')",
        "lo_open(1, 131072)",
        "lo_put(1, 0, 'x')",
        "lowrite(0, 'x')",
        "lo_truncate(0, 1)",
        "lo_unlink(1)",
        "lo_get(1)",
        "lo_import('/etc/hostname')",
        "lo_export(1, '/tmp/x')",
    ],
)
def test_the_web_keeps_nothing_outside_of_tables(database: Database, world: ModuleType, call: str) -> None:
    for principal in (None, world.principals()["hale"]):
        with database.open(principal) as db, pytest.raises(ProgrammingError, match="permission denied for function lo"):
            db.execute(text(f"select {call}"))


def test_nobody_waits_for_ever(database: Database, system_database: Database) -> None:
    limits = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    for login, expected in ((database, ["10s", "1min", "1min"]), (system_database, ["5min", "0", "0"])):
        with login.open(None) as db:
            assert [db.scalar(text("select current_setting(:name)"), {"name": each}) for each in limits] == expected


def test_logins_inherit_no_right(database: Database, system_database: Database) -> None:
    usage = text(
        "select rolname, pg_has_role(session_user, oid, 'USAGE'), pg_has_role(session_user, oid, 'MEMBER')"
        " from pg_roles where rolname like 'portal\\_%' and rolname not in ('portal_web', 'portal_jobs')"
    )
    for login, kept_out in ((database, {"portal_owner", "portal_system"}), (system_database, {"portal_owner"})):
        with login.open(None) as db:
            for role, inherits, member in db.execute(usage):
                assert not inherits, role
                assert member == (role not in kept_out), role


def test_a_pooled_connection_returns_without_rights(database: Database, world: ModuleType) -> None:
    assert visible(database, world.principals()["hale"], "dealer")
    for _ in range(3):
        assert visible(database, None, "dealer") == set()
