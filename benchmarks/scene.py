"""The scene of the page and policy benchmarks: 2,000 dealers, 1,000,000 order lines, a rep with a quiet territory.

Filled by set-based SQL with triggers off, as a restored database would be; ids follow from names (`md5(name)::uuid`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from uuid import UUID

from sqlalchemy import create_engine, text

from models import embedded
from models.access import Principal, Role
from models.migrate import migrate
from models.secrets_file import Secrets, load_secrets
from models.session import token_hash

DATABASE = "portal"
FILL = Path(__file__).with_name("scene.sql")
REGIONS, TERRITORIES, DEALERS, PRODUCTS = 7, 60, 2_000, 1_000
ORDERS, LINES_PER_ORDER, ACCOUNTS, VISITS = 100_000, 10, 20_000, 300_000


def ident(name: str) -> UUID:
    """The id that `scene.sql` gives to `name`, such as `dealer-17`."""
    return UUID(md5(name.encode(), usedforsecurity=False).hexdigest())


@dataclass(frozen=True)
class Scene:
    """A filled database and how to reach it."""

    admin_url: str
    web_url: str
    folder: Path
    secrets: Secrets

    def dealer(self, number: int = 17) -> Principal:
        """The owner of a dealer; number 2000 never ordered anything."""
        return Principal.of(Role.DEALER_OWNER, ident(f"owner-{number}"), dealer_id=ident(f"dealer-{number}"))

    def rep(self) -> Principal:
        """A rep of three territories, of which the last was never visited."""
        held = tuple(ident(f"territory-{number}") for number in (1, 8, TERRITORIES))
        return Principal.of(Role.REP, ident("rep-1"), region_id=ident("region-1"), territory_ids=held)

    def quiet_rep(self) -> Principal:
        """A rep whose only territory was never visited."""
        held = (ident(f"territory-{TERRITORIES}"),)
        return Principal.of(Role.REP, ident("rep-2"), region_id=ident("region-1"), territory_ids=held)

    def manager(self) -> Principal:
        """The manager of one region."""
        return Principal.of(Role.MANAGER, ident("manager-1"), region_id=ident("region-1"))


TOKENS = {"dealer": ("bench-dealer", "owner-17"), "rep": ("bench-rep", "rep-1")}
"""Session tokens that open the pages, and whose they are."""


@contextmanager
def scene() -> Iterator[Scene]:
    """Build the scene. Takes a minute or two."""
    with place() as built:
        sizes = {
            "regions": REGIONS,
            "territories": TERRITORIES,
            "dealers": DEALERS,
            "products": PRODUCTS,
            "orders": ORDERS,
            "lines": LINES_PER_ORDER,
            "accounts": ACCOUNTS,
            "visits": VISITS,
        }
        fill(built.admin_url, FILL, sizes, dict(TOKENS.values()))
        yield built


@contextmanager
def place() -> Iterator[Scene]:
    """An empty, migrated database in a folder of its own, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.chmod(0o755)
    try:
        with embedded.start(folder) as server:
            secrets = load_secrets(folder)
            administer = create_engine(server.admin_url(), isolation_level="AUTOCOMMIT")
            with administer.connect() as connection:
                connection.execute(text(f"create database {DATABASE}"))
            administer.dispose()
            migrate(server.admin_url(DATABASE), secrets)
            web = server.url(f"{DATABASE}_web", secrets.web_password, DATABASE)
            yield Scene(server.admin_url(DATABASE), web, folder, secrets)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(admin_url: str, file: Path, sizes: Mapping[str, int], tokens: Mapping[str, str]) -> None:
    """Run the statements of a file with triggers off, and sign people in: session token → the name of a user's id."""
    engine = create_engine(admin_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("set session_replication_role = replica"))
        for statement in file.read_text().split(";\n"):
            connection.execute(text(statement), {k: v for k, v in sizes.items() if f":{k}" in statement})
        for token, owner in tokens.items():
            connection.execute(
                text(
                    "insert into user_session (id, user_id, token_hash, created_at, last_seen_at, expires_at, address,"
                    " agent) values (gen_random_uuid(), :user, :hash, now(), now(), now() + interval '1 day', '', '')"
                ),
                {"user": ident(owner), "hash": token_hash(token)},
            )
        connection.execute(text("vacuum analyze"))
    engine.dispose()
