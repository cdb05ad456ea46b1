"""Whether the PostgreSQL that the portal is told to use can serve it."""

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.pool import NullPool

OLDEST = 15
"""The oldest major version: views that run with the reader's rights (`security_invoker`) came with 15."""


class ServerTrouble(Exception):
    """The database cannot be used. Says what happened and, in a second sentence, what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}\n{remedy}")
        self.what = what
        self.remedy = remedy


def parse_url(text_: str) -> URL:
    """A DATABASE_URL as SQLAlchemy's, with psycopg as the driver whatever the usual spelling of the scheme was."""
    example = "Write it like postgresql://user:password@host:5432/portal."
    try:
        url = make_url(text_)
    except (ArgumentError, ValueError) as error:
        raise ServerTrouble("DATABASE_URL is not a database address.", example) from error
    if url.drivername.split("+")[0] not in ("postgresql", "postgres"):
        raise ServerTrouble(f"DATABASE_URL names {url.drivername}, but the portal runs on PostgreSQL only.", example)
    if not url.database:
        raise ServerTrouble("DATABASE_URL names no database.", example)
    return url.set(drivername="postgresql+psycopg")


def check_server(url: str) -> int:
    """Connect once and return the server's major version; raises ServerTrouble when it cannot serve the portal."""
    parsed = parse_url(url)
    engine = create_engine(parsed, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            version = int(connection.execute(text("show server_version_num")).scalar_one()) // 10_000
    except OperationalError as error:
        shown = parsed.render_as_string(hide_password=True)
        reason = str(error.orig).strip().splitlines()[0]
        raise ServerTrouble(
            f"No connection to {shown}: {reason}",
            "Check the address, user, password and database in DATABASE_URL, and that the server runs.",
        ) from error
    if version < OLDEST:
        raise ServerTrouble(f"The server is PostgreSQL {version}.", f"The portal needs PostgreSQL {OLDEST} or newer.")
    return version
