"""Bring a database to what the code declares: roles and logins, then tables, then rights. Safe to run again.

Tables belong to `<prefix>_owner`, which nobody can log in as and no login is a member of, so row policies bind
every login without FORCE. The installer takes that role for the length of the migration only.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from models.access import Scope
from models.policies import render
from models.secrets_file import Secrets
from models.server import ServerTrouble

LOCK = 0x706F7274  # one migration at a time
WEB_SCOPES = tuple(scope for scope in Scope if scope is not Scope.SYSTEM)
LOGINS = {"web": WEB_SCOPES, "jobs": tuple(Scope)}
LIMITS = {
    "web": {"lock_timeout": "10s", "statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"},
    "jobs": {"lock_timeout": "5min"},
}
"""How long a login's statement waits for others, how long it runs, how long a transaction rests.

Nobody waits a minute for a page, while each waiting request keeps a thread from all others; the rows of an export
arrive in many statements. A job may rest: its claim is a transaction that stays open for as long as the work takes.
"""
LARGE_OBJECTS = """
select oid::regprocedure::text from pg_proc
where pronamespace = 'pg_catalog'::regnamespace and (proname like 'lo\\_%' or proname in ('loread', 'lowrite'))
"""
OLDEST_SERVER = 150000


def migrate(admin_url: str, secrets: Secrets) -> str:
    """Migrate the database of `admin_url` in one transaction and return the prefix of its roles.

    `admin_url` is the installer's: a superuser, or a role with CREATEROLE that may create in the database.
    """
    engine = create_engine(admin_url, poolclass=NullPool)
    with engine.begin() as connection:
        prefix = prepare(connection, secrets)
        _execute(connection, "set local role %I", f"{prefix}_owner")
        command.upgrade(alembic_config(connection), "head")
        render(connection, prefix)
    engine.dispose()
    return prefix


def prepare(connection: Connection, secrets: Secrets) -> str:
    """Make the roles and logins that tables and rights need, one installer at a time, and return their prefix."""
    version = connection.execute(text("select current_setting('server_version_num')::int")).scalar_one()
    if version < OLDEST_SERVER:
        raise ServerTrouble(f"The PostgreSQL server is version {version // 10000}.", "Use version 15 or newer.")
    connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    prefix = role_prefix(connection)
    _create_roles(connection, prefix, secrets)
    return prefix


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic as this project uses it: never from a file; to migrate, always on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def role_prefix(connection: Connection) -> str:
    """What the roles of this database start with: that of the tables' owner, at first the database's name."""
    owner = connection.execute(
        text("select pg_get_userbyid(relowner) from pg_class where oid = to_regclass('public.alembic_version')")
    ).scalar()
    if owner is None:
        return str(connection.execute(text("select current_database()")).scalar_one())
    return str(owner).removesuffix("_owner")


def _execute(connection: Connection, statement: str, *names: str) -> None:
    """Run a utility statement, its %I and %L places quoted by the server itself."""
    quoted = connection.execute(
        text("select format(:statement, variadic cast(:names as text[]))"),
        {"statement": statement, "names": list(names)},
    ).scalar_one()
    connection.exec_driver_sql(quoted.replace("%", "%%"))


def _create_roles(connection: Connection, prefix: str, secrets: Secrets) -> None:
    """The owner, one role per scope, and the two logins; on a server that has them already, only what is missing."""
    known = set(connection.execute(text("select rolname from pg_roles")).scalars())
    try:
        for name in [f"{prefix}_owner", *(f"{prefix}_{scope}" for scope in Scope)]:
            if name not in known:
                _execute(connection, "create role %I nologin", name)
        for login, password in (("web", secrets.web_password), ("jobs", secrets.jobs_password)):
            name = f"{prefix}_{login}"
            # NOINHERIT before the first grant: from version 16 on a grant keeps what was in force when it was made.
            verb = "alter" if name in known else "create"
            _execute(connection, f"{verb} role %I login noinherit password %L", name, password)
            for scope in LOGINS[login]:
                _execute(connection, "grant %I to %I", f"{prefix}_{scope}", name)
            for setting, limit in LIMITS[login].items():
                _execute(connection, "alter role %I set %I = %L", name, setting, limit)
        _grant_database(connection, prefix)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":
            raise
        raise ServerTrouble(
            "The installer's login may not create the portal's roles.",
            "Let an administrator give it CREATEROLE (alter role … createrole) and run the migration again.",
        ) from error


def _close_large_objects(connection: Connection) -> None:
    """Keep every login from large objects, which know no row policies and which anybody may fill a disk with.

    The functions belong to the server's superuser, so that no other installer can do it.
    """
    for function in connection.execute(text(LARGE_OBJECTS)).scalars().all():
        connection.exec_driver_sql(f"revoke execute on function pg_catalog.{function} from public")


def _grant_database(connection: Connection, prefix: str) -> None:
    """Who may connect and see the schema; only the owner may create in it."""
    superuser = connection.execute(text("select rolsuper from pg_roles where rolname = current_user")).scalar_one()
    if superuser:
        _close_large_objects(connection)
    else:
        _execute(connection, "grant %I to current_user", f"{prefix}_owner")
    database = str(connection.execute(text("select current_database()")).scalar_one())
    connection.exec_driver_sql("revoke all on schema public from public")
    _execute(connection, "revoke all on database %I from public", database)
    _execute(connection, "grant usage, create on schema public to %I", f"{prefix}_owner")
    for login in LOGINS:
        _execute(connection, "grant connect, temporary on database %I to %I", database, f"{prefix}_{login}")
    for name in [*(f"{prefix}_{scope}" for scope in Scope), *(f"{prefix}_{login}" for login in LOGINS)]:
        _execute(connection, "grant usage on schema public to %I", name)
    _execute(connection, "grant temporary on database %I to %I", database, f"{prefix}_system")
    _execute(connection, "grant temporary on database %I to %I", database, f"{prefix}_hq")
