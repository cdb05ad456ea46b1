"""One installed portal: where its database is, who logs in how, and whether the database fits this release."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool

from models import embedded
from models.embedded import EmbeddedServer
from models.migrate import LOGINS, alembic_config, migrate, role_prefix
from models.secrets_file import Secrets, load_secrets
from models.server import ServerTrouble, check_server, parse_url
from models.session import Database
from models.tables import metadata

EMBEDDED_DATABASE = "portal"
UNGUARDED = """
select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and not relrowsecurity
"""


class Installation:
    """The database of `database_url`, or else the embedded one in `data_dir`, which runs while this is open.

    `database_url` is the installer's, who may create roles; or one of the portal's own logins (`…_web`, `…_jobs`), and
    then it opens that login and nothing else. Raises ServerTrouble.
    """

    def __init__(self, data_dir: Path, database_url: str | None = None) -> None:
        self.data_dir = data_dir
        self.server: EmbeddedServer | None = None
        if database_url is None:
            self.server = embedded.start(data_dir)
            _create_database(self.server)
            self._url = parse_url(self.server.admin_url(EMBEDDED_DATABASE))
        else:
            self._url = parse_url(database_url)
            check_server(database_url)
        self.login = (self._url.username or "").rpartition("_")[2]
        self._prefix = ""

    @property
    def is_installer(self) -> bool:
        """Whether the address is the installer's, who may migrate, rather than that of one of the two logins."""
        return self.login not in LOGINS

    @property
    def admin_url(self) -> str:
        """The installer's address: for migrations and backups only."""
        if not self.is_installer:
            what = f"DATABASE_URL is that of the login {self._url.username}, who may not do this."
            raise ServerTrouble(what, "Give the address of the installer, who owns the database.")
        return _shown(self._url)

    @property
    def secrets(self) -> Secrets:
        """The passwords that the portal made for itself."""
        return load_secrets(self.data_dir)

    def url(self, login: str) -> str:
        """The address for `web` or for `jobs`: all that a process of theirs ever learns."""
        if self.login == login:
            return _shown(self._url)
        if not self.is_installer:
            what = f"DATABASE_URL is that of the login {self._url.username}, and this runs as the login for {login}."
            raise ServerTrouble(what, "Give the address of the installer, or of the login that this process needs.")
        passwords = {"web": self.secrets.web_password, "jobs": self.secrets.jobs_password}
        return _shown(self._url.set(username=f"{self.prefix}_{login}", password=passwords[login]))

    @property
    def prefix(self) -> str:
        """What the database's roles start with."""
        if not self._prefix:
            with _connect(self.admin_url) as connection:
                self._prefix = role_prefix(connection)
        return self._prefix

    @contextmanager
    def database(self, login: str = "jobs") -> Iterator[Database]:
        """The database as one login sees it, once it is known to fit this release."""
        self.check()
        # A queue's job holds a connection for its claim beside those that it works with, and several jobs run at once.
        database = Database(self.url(login), pool_size=2, max_overflow=15)
        try:
            yield database
        finally:
            database.close()

    def migrate(self) -> None:
        """Bring the database to this release, in one transaction."""
        try:
            self._prefix = migrate(self.admin_url, self.secrets)
        except (DBAPIError, CommandError) as error:
            raise ServerTrouble(
                f"The migration failed and changed nothing: {getattr(error, 'orig', error)}",
                "The database is not one that a release of the portal left: restore a backup into an empty one.",
            ) from error

    def check(self) -> None:
        """Raise ServerTrouble unless the database is migrated to exactly this release; a mere login cannot tell."""
        if self.is_installer:
            with _connect(self.admin_url) as connection:
                _check_schema(connection)

    def close(self) -> None:
        """Let go of the embedded server."""
        if self.server is not None:
            self.server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _check_schema(connection: Connection) -> None:
    found = set(connection.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars())
    if not found:
        raise ServerTrouble("The database is empty.", "Run `portal migrate`.")
    scripts = ScriptDirectory.from_config(alembic_config(connection))
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}:
        what = f"The database was migrated by another release (revision {revision})."
        raise ServerTrouble(what, "Run that release, or restore a backup of this one.")
    if revision is not None and revision != scripts.get_current_head():
        raise ServerTrouble(f"The database is of an older release (revision {revision}).", "Run `portal migrate`.")
    unguarded = set(connection.execute(text(UNGUARDED)).scalars())
    wrong = sorted((set(metadata.tables) - found) | (set(metadata.tables) & unguarded))
    if revision is None or wrong:
        what = f"The database is half migrated: {', '.join(wrong[:5]) or 'its revision'} is missing or unguarded."
        raise ServerTrouble(what, "Restore a backup into an empty database, or run `portal migrate` on an empty one.")


def _create_database(server: EmbeddedServer) -> None:
    with _connect(server.admin_url(), isolation_level="AUTOCOMMIT") as connection:
        known = connection.execute(
            text("select 1 from pg_database where datname = :name"), {"name": EMBEDDED_DATABASE}
        ).scalar()
        if known:
            return
        try:
            connection.exec_driver_sql(f'create database "{EMBEDDED_DATABASE}"')
        except ProgrammingError as error:  # another process was first
            if getattr(error.orig, "sqlstate", "") != "42P04":
                raise


def _connect(url: str, **options: str) -> Connection:
    return create_engine(url, poolclass=NullPool, **options).connect()


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)
