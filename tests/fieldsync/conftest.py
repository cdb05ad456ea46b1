"""Fixtures of the sync tests."""

import pytest

from models.session import Database
from tests.fieldsync.cast import Cast, make_cast
from tests.fieldsync.client import Client


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
