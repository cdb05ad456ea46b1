"""A resumed session acts under exactly the role and ids of whoever holds the token."""

from types import ModuleType

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from models.product import ProductGroup
from models.product_tree import load_groups
from models.session import Database, Session, token_hash
from models.user.session import start_session
from tests import world as cast
from tests.queries import count_queries

SETTINGS = ("user_id", "dealer_id", "region_id", "territory_ids", "reason")
STILL_COUNTS = text("update user_session set expires_at = 'infinity', last_seen_at = now() where token_hash = :hash")


def token_of(database: Database, name: str) -> str:
    with database.transaction(cast.principals()[name]) as db:
        token = start_session(db, "192.0.2.1", "test")
        db.execute(STILL_COUNTS, {"hash": token_hash(token)})
    return token


def resumed(database: Database, token: str, *, reads_only: bool = False) -> Session:
    session = database.resume(token, reads_only=reads_only)
    assert session is not None
    return session


@pytest.mark.parametrize("name", list(cast.EMAILS))
def test_resuming_takes_the_principal_whole(database: Database, world: ModuleType, name: str) -> None:
    db = database.resume(token_of(database, name))
    assert db is not None
    with db:
        wanted = db.principal.settings(database.prefix)
        assert db.principal.user_id == cast.ident(f"user.{name}")
        assert db.execute(text("select current_user")).scalar_one() == wanted["role"]
        for setting in SETTINGS:
            taken = db.execute(text("select current_setting(:name)"), {"name": f"portal.{setting}"}).scalar_one()
            assert taken == wanted[setting], setting


def test_a_resumed_session_enters_its_next_transaction_again(database: Database, world: ModuleType) -> None:
    db = database.resume(token_of(database, "ayse"))
    assert db is not None
    with db:
        db.rollback()
        assert db.execute(text("select current_user")).scalar_one() == "portal_dealer"


def test_an_unknown_token_takes_nothing(database: Database, world: ModuleType) -> None:
    assert database.resume("nobody's") is None
    with database.open(None) as db:
        assert db.execute(text("select current_user")).scalar_one() == "portal_web"
        assert not db.execute(text("select current_setting('portal.user_id', true)")).scalar_one()


def test_a_session_that_only_reads_cannot_write(database: Database, world: ModuleType) -> None:
    db = database.resume(token_of(database, "cem"), reads_only=True)
    assert db is not None
    with db, pytest.raises(DBAPIError, match="read-only transaction"):
        db.execute(text("update visit set summary = 'changed'"))
    with resumed(database, token_of(database, "cem")) as db:
        db.execute(text("update visit set summary = 'changed'"))
        db.rollback()


def test_it_stays_so_after_a_rollback(database: Database, world: ModuleType) -> None:
    db = database.resume(token_of(database, "cem"), reads_only=True)
    assert db is not None
    with db:
        db.rollback()
        assert db.execute(text("show transaction_read_only")).scalar_one() == "on"
    with database.open(cast.principals()["cem"]) as after:
        assert after.execute(text("show transaction_read_only")).scalar_one() == "off"


def test_what_was_prepared_outlives_reading(database: Database, world: ModuleType) -> None:
    prepared = text("select count(*) from pg_prepared_statements where statement like '%portal.user_id%'")
    token = token_of(database, "cem")
    for _ in range(8):
        with resumed(database, token, reads_only=True):
            pass
    with database.engine.connect() as connection:
        assert connection.execute(prepared).scalar_one() > 0


def test_the_catalogue_is_read_once_until_it_changes(database: Database, world: ModuleType) -> None:
    token = token_of(database, "ayse")

    def names() -> tuple[list[str], int]:
        with resumed(database, token) as db:
            found: list[str] = []
            asked = count_queries(db, lambda: found.extend(node.name for node in load_groups(db).walk()))
        return found, asked

    before, _ = names()
    assert names() == (before, 0)
    with database.transaction(cast.principals()["hale"]) as db:
        db.scalars(select(ProductGroup).order_by(ProductGroup.code)).first().name = "Anders"  # type: ignore[union-attr]
    after, asked = names()
    assert asked == 1
    assert "Anders" in after
    assert "Anders" not in before
