"""Whether a database fits this release, and what is said when it does not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models import server
from models.access import Principal
from models.installation import Installation
from models.server import ServerTrouble
from tests.postgres import Postgres


def execute(url: str, statement: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def place(postgres: Postgres, admin_url: str) -> Iterator[Installation]:
    """The installation on this test's own database."""
    with Installation(postgres.folder, admin_url) as opened:
        yield opened


def test_migrated_database_fits(place: Installation) -> None:
    place.check()
    place.migrate()
    place.check()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("drop schema public cascade; create schema public", "is empty"),
        ("drop table visit_read cascade", "half migrated: visit_read"),
        ("alter table visit disable row level security", "half migrated: visit"),
        ("drop table alembic_version", "half migrated"),
        ("update alembic_version set version_num = 'ffff'", "another release"),
    ],
)
def test_database_that_does_not_fit_is_described(place: Installation, admin_url: str, damage: str, says: str) -> None:
    execute(admin_url, damage)
    with pytest.raises(ServerTrouble, match=says), place.database():
        pass


def test_failed_migration_changes_nothing(place: Installation, admin_url: str) -> None:
    execute(admin_url, "drop table visit_read cascade")
    with pytest.raises(ServerTrouble, match="failed and changed nothing") as caught:
        place.migrate()
    assert "visit_read" in caught.value.what
    with pytest.raises(ServerTrouble, match="half migrated"):
        place.check()


def test_foreign_database_is_left_alone(postgres: Postgres) -> None:
    name = postgres.clone("template0")
    url = postgres.admin_url(name)
    try:
        execute(url, 'create table "order" (wine text)')
        with Installation(postgres.folder, url) as place, pytest.raises(ServerTrouble, match="changed nothing"):
            place.migrate()
        execute(url, "insert into \"order\" values ('kept')")
    finally:
        postgres.drop(name)


def test_each_login_gets_its_own_address(place: Installation) -> None:
    assert place.url("web") != place.url("jobs") != place.admin_url
    with place.database("jobs") as database, database.open(Principal.system("test")) as db:
        assert db.connection().exec_driver_sql("select session_user").scalar() == f"{place.prefix}_jobs"


def test_address_of_a_login_opens_that_login_only(postgres: Postgres, place: Installation) -> None:
    with Installation(postgres.folder, place.url("web")) as web:
        assert web.url("web") == place.url("web")
        with pytest.raises(ServerTrouble, match="runs as the login for jobs"):
            web.url("jobs")
        with pytest.raises(ServerTrouble, match="may not do this"):
            web.migrate()


def test_older_server_is_refused(admin_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OLDEST", 99)
    with pytest.raises(ServerTrouble, match=r"PostgreSQL \d+\.\nThe portal needs PostgreSQL 99 or newer"):
        server.check_server(admin_url)
