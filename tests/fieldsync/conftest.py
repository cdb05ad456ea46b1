"""Fixtures of the sync tests."""

from collections.abc import Iterator

import pytest

from models.session import Database
from tests.fieldsync.cast import Cast, make_cast
from tests.fieldsync.client import Client
from tests.fieldsync.simulation.machine import Theatre
from tests.fieldsync.simulation.world import World
from tests.postgres import Postgres


@pytest.fixture
def cast(system_database: Database) -> Cast:
    """People, territories, accounts and a catalogue in an otherwise empty database."""
    return make_cast(system_database)


@pytest.fixture
def rep(database: Database, cast: Cast) -> Client:
    """The rep's laptop."""
    return Client(database, cast.principal("rep"))


@pytest.fixture
def rep2(database: Database, cast: Cast) -> Client:
    """The laptop of the rep next door."""
    return Client(database, cast.principal("rep2"))


@pytest.fixture(scope="module")
def theatre(postgres: Postgres) -> Iterator[Theatre]:
    """One database and server for all schedules of a module."""
    name = postgres.clone()
    with Theatre.opened(postgres, name) as opened:
        yield opened
    postgres.drop(name)


@pytest.fixture
def scene(theatre: Theatre) -> World:
    """Laptops in sync with a server, as each schedule begins."""
    return theatre.begin()
