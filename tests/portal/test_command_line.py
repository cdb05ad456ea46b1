"""`portal COMMAND`: what it says, and what it does to the database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from portal.cli import COMMANDS, main
from tests.postgres import Postgres


@pytest.fixture
def environment(postgres: Postgres, database_name: str) -> dict[str, str]:
    """The settings of an installation on the test's database."""
    return {"DATABASE_URL": postgres.admin_url(database_name), "PORTAL_DATA_DIR": str(postgres.folder)}


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    """The address of a database in which nothing was ever migrated, yet whose roles exist."""
    name = postgres.clone("template0")
    yield postgres.admin_url(name)
    postgres.drop(name)


def portal(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


def test_help_lists_every_command_without_importing_one() -> None:
    shown = portal("--help").output
    assert all(f"\n  {name} " in shown for name in COMMANDS)


def test_unknown_command_is_refused() -> None:
    result = portal("fly")
    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output


def test_migrate_twice_changes_nothing(environment: dict[str, str]) -> None:
    for _ in range(2):
        result = portal("migrate", **environment)
        assert result.exit_code == 0, result.output


def test_backup_of_an_empty_database_says_what_to_do(empty: str, environment: dict[str, str], tmp_path: Path) -> None:
    result = portal("backup", str(tmp_path / "file"), **environment | {"DATABASE_URL": empty})
    assert result.exit_code == 1
    assert "The database is empty.\nRun `portal migrate`." in result.output
    assert not list(tmp_path.iterdir())


def test_wrong_address_is_one_sentence_and_no_traceback() -> None:
    result = portal("migrate", DATABASE_URL="mysql://root@localhost/portal", PORTAL_SECRET_KEY="given")
    assert result.exit_code == 1
    assert result.output.startswith("Error: DATABASE_URL names mysql, but the portal runs on PostgreSQL only.")


def test_wrong_setting_is_named() -> None:
    result = portal("serve", PORTAL_TIMEZONE="Europe/Atlantis", PORTAL_SECRET_KEY="given")
    assert result.exit_code == 1
    assert result.output.startswith("Error: PORTAL_TIMEZONE is 'Europe/Atlantis'; expected")


def test_login_of_the_web_may_neither_migrate_nor_back_up(postgres: Postgres, database_name: str) -> None:
    opened = postgres.open(database_name, "web")
    url = opened.engine.url.render_as_string(hide_password=False)
    opened.close()
    result = portal("migrate", DATABASE_URL=url, PORTAL_DATA_DIR=str(postgres.folder))
    assert result.exit_code == 1
    assert "portal_web, who may not do this" in result.output


def test_backup_and_restore(empty: str, environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "portal.backup"
    assert portal("backup", str(file), **environment).exit_code == 0
    refused = portal("restore", str(file), **environment)
    assert refused.exit_code == 1
    assert "is not empty" in refused.output
    missing = portal("restore", str(tmp_path / "missing"), **environment | {"DATABASE_URL": empty})
    assert "is not a backup of the portal" in missing.output
