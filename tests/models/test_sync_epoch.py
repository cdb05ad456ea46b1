"""The life of a database: whoever restores one past `portal restore` begins another all the same."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from models.access import Principal
from models.embedded.programs import find_clients
from models.migrate import migrate
from models.session import Database
from models.sync.audit import current_epoch, new_epoch, notice_restore
from tests.postgres import Postgres

SYSTEM = Principal.system("test")


@pytest.fixture
def living(system_database: Database) -> Database:
    """A database that is in its own life: those of tests are copies of a template."""
    with system_database.transaction(SYSTEM) as db:
        notice_restore(db)
    return system_database


@pytest.fixture
def elsewhere(postgres: Postgres) -> Iterator[str]:
    """The name of an empty database on the same server."""
    name = postgres.clone("template0")
    yield name
    postgres.drop(name)


def epoch(database: Database) -> UUID:
    with database.open(SYSTEM) as db:
        return current_epoch(db)


def noticed(database: Database) -> bool:
    """Whether a start of the jobs begins a new life; a second start never does."""
    before = epoch(database)
    with database.transaction(SYSTEM) as db:
        found = notice_restore(db)
    assert (epoch(database) != before) == found
    with database.transaction(SYSTEM) as db:
        assert not notice_restore(db)
    return found


def run(program: str, admin_url: str, *options: str) -> str:
    """One of PostgreSQL's programs, as an administrator types it."""
    url = make_url(admin_url)
    address = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    done = find_clients().run(program, f"--dbname={address}", *options, password=str(url.password or ""))
    # A newer pg_restore sets something that an older server does not know, says so and goes on.
    unknown = "transaction_timeout" in done.stderr and "errors ignored on restore: 1" in done.stderr
    assert done.returncode == 0 or unknown, done.stderr
    return done.stdout


def execute(admin_url: str, *statements: str) -> None:
    engine = create_engine(admin_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_dump_loaded_into_another_database_begins_another_life(
    living: Database, admin_url: str, elsewhere: str, postgres: Postgres, tmp_path: Path
) -> None:
    run("pg_dump", admin_url, "--format=custom", f"--file={tmp_path / 'raw'}")
    run("pg_restore", postgres.admin_url(elsewhere), str(tmp_path / "raw"))
    migrate(postgres.admin_url(elsewhere), postgres.secrets)
    restored = postgres.open(elsewhere, "jobs")
    assert epoch(restored) != epoch(living)
    assert not noticed(restored), "the migration has done it"
    restored.close()


def test_dump_loaded_over_the_same_database_begins_another_life(
    living: Database, admin_url: str, tmp_path: Path
) -> None:
    run("pg_dump", admin_url, "--format=custom", f"--file={tmp_path / 'raw'}")
    run("pg_restore", admin_url, "--clean", str(tmp_path / "raw"))
    assert noticed(living)


def test_data_loaded_into_the_tables_that_are_there_begins_another_life(
    living: Database, admin_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "raw.sql"
    run("pg_dump", admin_url, "--data-only", "--table=sync_epoch", f"--file={path}")
    execute(admin_url, "delete from sync_epoch")
    run("psql", admin_url, "--quiet", f"--file={path}")
    assert noticed(living)


@pytest.mark.parametrize("care", ["vacuum (freeze) sync_epoch", "vacuum full sync_epoch", "checkpoint"])
def test_care_of_the_database_leaves_its_life_alone(living: Database, admin_url: str, care: str) -> None:
    execute(admin_url, care)
    assert not noticed(living)


def test_migration_of_a_living_database_leaves_its_life_alone(
    living: Database, admin_url: str, postgres: Postgres
) -> None:
    before = epoch(living)
    migrate(admin_url, postgres.secrets)
    assert epoch(living) == before


def test_new_life_begun_on_purpose_is_the_database_s_own(living: Database) -> None:
    with living.transaction(SYSTEM) as db:
        begun = new_epoch(db, "the feed was rebuilt")
    assert not noticed(living)
    assert epoch(living) == begun


def test_only_the_system_may_begin_another_life(living: Database, admin_url: str) -> None:
    engine = create_engine(admin_url, poolclass=NullPool)
    with engine.connect() as connection:
        query = (
            "select proname, rolname from pg_proc, pg_roles where proname in ('sync_notice_restore', 'sync_new_epoch')"
        )
        query += " and rolname like 'portal\\_%' and has_function_privilege(rolname, pg_proc.oid, 'execute')"
        allowed = {tuple(row) for row in connection.execute(text(query))}
    assert {role for _, role in allowed} == {"portal_owner", "portal_system"}
    assert len(allowed) == 4
