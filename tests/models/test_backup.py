"""A backup brings back data, roles and policies, under whatever name the database has, and never the old sync epoch."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from models.access import Principal, Scope
from models.backup import back_up, restore
from models.installation import Installation
from models.migrate import LOGINS
from models.policies import snapshot
from models.server import ServerTrouble
from models.session import Database
from tests.postgres import Postgres

REGION = "insert into region (id, code, name) values (gen_random_uuid(), 'MAR', 'Şişli / İĞÜŞÖÇ')"


def connect(url: str) -> Connection:
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()


@pytest.fixture
def filled(admin_url: str, system_database: Database) -> str:
    """The address of a database with something in it, written as the portal writes it."""
    with system_database.transaction(Principal.system("test")) as db:
        db.execute(text(REGION))
    return admin_url


@pytest.fixture
def target(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database; its roles, named after it, go with it."""
    name = postgres.clone("template0")
    yield postgres.admin_url(name)
    with connect(postgres.admin_url(name)) as connection:
        roles = connection.execute(
            text("select rolname from pg_roles where starts_with(rolname, :name)"), {"name": name}
        )
        for role in roles.scalars():
            connection.exec_driver_sql(f'drop owned by "{role}" cascade')
            connection.exec_driver_sql(f'drop role "{role}"')
    postgres.drop(name)


def guarded(url: str, prefix: str) -> dict[str, list[str]]:
    """Policies, grants, owners, functions and triggers, with the roles' prefix taken out."""
    roles = re.compile(rf"\b{prefix}_(?={'|'.join([*Scope, *LOGINS, 'owner'])})")
    with connect(url) as connection:
        return {kind: [roles.sub("*_", str(row)) for row in rows] for kind, rows in snapshot(connection).items()}


def data(url: str) -> dict[str, list[str]]:
    """Every row of every table but the sync epoch."""
    with connect(url) as connection:
        tables = connection.execute(text("select tablename from pg_tables where schemaname = 'public' order by 1"))
        return {
            table: sorted(connection.execute(text(f'select t::text from "{table}" t')).scalars())  # noqa: S608
            for table in tables.scalars()
            if table != "sync_epoch"
        }


def epoch(url: str) -> str:
    with connect(url) as connection:
        return str(connection.execute(text("select epoch from sync_epoch")).scalar_one())


def test_restore_starts_a_new_sync_epoch(filled: str, target: str, postgres: Postgres, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "portal.backup")
    restore(target, tmp_path / "portal.backup", postgres.secrets)
    assert len(epoch(target)) == 36
    assert epoch(target) != epoch(filled)


def test_restore_brings_back_data_roles_and_policies(
    filled: str, target: str, postgres: Postgres, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "portal.backup")
    prefix = restore(target, tmp_path / "portal.backup", postgres.secrets)
    assert data(target) == data(filled)
    assert "Şişli / İĞÜŞÖÇ" in str(data(target)["region"])
    assert guarded(target, prefix) == guarded(filled, "portal")
    with Installation(postgres.folder, target) as place, place.database("jobs") as database:
        assert place.prefix == prefix
        with database.open(Principal.system("test")) as db:
            assert db.execute(text("select count(*) from region")).scalar() == 1
        with database.open(None) as db, pytest.raises(Exception, match="permission denied"):
            db.execute(text("select count(*) from region"))


def test_backup_is_readable_by_its_owner_only_and_overwrites_nothing(filled: str, tmp_path: Path) -> None:
    path = tmp_path / "portal.backup"
    back_up(filled, path)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(ServerTrouble, match="exists already"):
        back_up(filled, path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["portal.backup"]


def test_restore_refuses_a_database_that_holds_something(filled: str, postgres: Postgres, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "portal.backup")
    before = data(filled)
    with pytest.raises(ServerTrouble, match="is not empty"):
        restore(filled, tmp_path / "portal.backup", postgres.secrets)
    assert data(filled) == before


def test_restore_refuses_what_is_no_backup(target: str, postgres: Postgres, tmp_path: Path) -> None:
    path = tmp_path / "portal.backup"
    path.write_text("hello")
    with pytest.raises(ServerTrouble, match="is not a backup of the portal"):
        restore(target, path, postgres.secrets)


@pytest.mark.parametrize("share", [0.01, 0.7, 0.97])
def test_damaged_backup_leaves_the_database_empty(
    share: float, filled: str, target: str, postgres: Postgres, tmp_path: Path
) -> None:
    path = tmp_path / "portal.backup"
    back_up(filled, path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(ServerTrouble, match=r"pg_restore failed: |is not a backup of the portal: "):
        restore(target, path, postgres.secrets)
    assert data(target) == {}


def test_backup_that_contradicts_the_server_is_undone(
    filled: str, target: str, postgres: Postgres, tmp_path: Path
) -> None:
    path = tmp_path / "portal.backup"
    back_up(filled, path)
    with connect(target) as connection:
        connection.exec_driver_sql("create view visit as select 1")
    with pytest.raises(ServerTrouble, match=r"psql failed: .*already exists"):
        restore(target, path, postgres.secrets)
    assert data(target) == {}
