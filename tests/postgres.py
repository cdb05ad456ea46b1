"""The PostgreSQL that tests run on: one embedded server per state of the code, templates in it, and clones of them.

The server's folder is named after a hash of the models and the cast, so a second run finds its templates ready, a
changed model never meets an old one, and runs side by side share a server. PORTAL_TEST_DATABASE_URL names another
server to use instead, with the rights to create databases and roles.
"""

import fcntl
import hashlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from models import embedded
from models.access import Principal
from models.migrate import migrate
from models.secrets_file import Secrets, load_secrets
from models.server import parse_url
from models.session import Database
from tests import world

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "portal"
SOURCES = ("models/**/*.py", "models/**/*.sql", "tests/world*.py", "tests/factories.py")


class Postgres:
    """A server for tests. Made in each test process; whoever needs a template first builds it for all."""

    def __init__(self) -> None:
        self.folder = _home() / _fingerprint()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._external = os.environ.get("PORTAL_TEST_DATABASE_URL")
        self._server = None if self._external else embedded.start(self.folder, fsync=False)
        self._numbers = itertools.count()
        self.secrets: Secrets = load_secrets(self.folder)
        self.template(TEMPLATE, lambda: migrate(self.admin_url(TEMPLATE), self.secrets), base="template1")

    def admin_url(self, database: str = "postgres") -> str:
        """The address of a database for the superuser."""
        if self._server is None:
            return _shown(parse_url(str(self._external)).set(database=database))
        return self._server.admin_url(database)

    def open(self, database: str, login: str) -> Database:
        """A database as `web` or `jobs` sees it."""
        passwords = {"web": self.secrets.web_password, "jobs": self.secrets.jobs_password}
        user, password = f"{TEMPLATE}_{login}", passwords[login]
        if self._server is None:
            url = parse_url(str(self._external)).set(username=user, password=password, database=database)
            return Database(_shown(url), pool_size=2)
        return Database(self._server.url(user, password, database), pool_size=2)

    def template(self, name: str, build: Callable[[], object], *, base: str = TEMPLATE) -> str:
        """The name of a database to clone from, built once for this state of the code by calling `build`."""
        ready = self.folder / f"template-{name}"
        if ready.exists():
            return name  # without waiting for whoever builds another one
        with _locked(self.folder / "template.lock"):
            if not ready.exists():
                self._create(name, base)
                build()
                ready.touch()
        return name

    def world_template(self) -> str:
        """The name of a template that holds the cast of `tests.world`."""
        return self.template("world", self._build_world)

    def clone(self, template: str = TEMPLATE) -> str:
        """A new database like the template, with its grants, under a name of its own."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._create(name, template)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self._administer() as connection:
            connection.exec_driver_sql(f'drop database if exists "{name}" with (force)')

    def close(self) -> None:
        """Let go of the server, and clear away what earlier states of the code and killed runs left."""
        for name in self._orphans():
            self.drop(name)
        if self._server is not None:
            self._server.close()
            _remove_other_folders(self.folder)

    def _build_world(self) -> None:
        database = self.open("world", "jobs")
        with database.transaction(Principal.system("the cast")) as db:
            world.build(db)
        database.close()

    def _create(self, name: str, template: str) -> None:
        self.drop(name)
        with self._administer() as connection:
            connection.exec_driver_sql(f'create database "{name}" template "{template}" strategy file_copy')
            connection.exec_driver_sql(f'revoke all on database "{name}" from public')
            for role, privilege in connection.execute(text(GRANTS), {"database": template}):
                connection.exec_driver_sql(f'grant {privilege} on database "{name}" to {role}')

    def _orphans(self) -> list[str]:
        with self._administer() as connection:
            names = connection.execute(text("select datname from pg_database where datname like 'test\\_%'")).scalars()
            return [name for name in names if not psutil.pid_exists(int(name.split("_")[1]))]

    @contextmanager
    def _administer(self) -> Iterator[Connection]:
        engine = create_engine(self.admin_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection


GRANTS = """
select case grantee when 0 then 'public' else grantee::regrole::text end, privilege_type
from pg_database, aclexplode(datacl) where datname = :database and privilege_type <> 'CREATE'
"""
"""A database's grants, which `create database … template` does not copy."""


def _home() -> Path:
    """A short folder per user and checkout, outside of private ones, for the server runs as a user of its own.

    In memory where there is plenty: cloning a database there takes half the time.
    """
    checkout = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it, and refused if somebody else's
    plenty = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 1024**3
    home = (memory if plenty else Path(tempfile.gettempdir())) / f"portal-tests-{os.geteuid()}-{checkout}"
    home.mkdir(mode=0o755, exist_ok=True)
    if home.lstat().st_uid != os.geteuid():
        raise PermissionError(f"{home} belongs to somebody else: remove it")
    return home


def _fingerprint() -> str:
    found = hashlib.sha256(os.environ.get("PORTAL_TEST_DATABASE_URL", "").encode())
    for path in sorted(path for pattern in SOURCES for path in ROOT.glob(pattern)):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _remove_other_folders(current: Path) -> None:
    """A folder that nobody holds is left over; its server may still run if its last holder was killed."""
    for folder in current.parent.iterdir():
        if folder != current and (folder / "holders.lock").exists():
            with (folder / "holders.lock").open("ab") as file, suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(file, fcntl.LOCK_UN)
                embedded.start(folder, fsync=False).close()
                shutil.rmtree(folder, ignore_errors=True)


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)
