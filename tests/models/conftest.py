"""Fixtures of the models' tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import event

from models.access import Principal
from models.session import Database, Session
from tests import world as cast

Opener = Callable[[str], AbstractContextManager[Session]]


@pytest.fixture
def system(system_database: Database) -> Iterator[Session]:
    """A session of the system in which a test sets its scene; `commit` it before somebody else looks."""
    with system_database.open(Principal.system("set the scene")) as db:
        yield db


@pytest.fixture
def acting(database: Database) -> Opener:
    """A transaction of somebody of the cast: `with acting("ayse") as db:` commits at its end."""
    return lambda name: database.transaction(cast.principals()[name])


def counted(db: Session, act: Callable[[], object]) -> int:
    """How many statements `act` runs."""
    seen: list[object] = []
    engine = db.get_bind()

    def note(*_args: object) -> None:
        seen.append(_args)

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
