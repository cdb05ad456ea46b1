"""Fixtures of the sync tests."""

import pytest

from models.session import Database
from tests.fieldsync.cast import Cast, make_cast


@pytest.fixture
def cast(system_database: Database) -> Cast:
    """People, territories, accounts and a catalogue in an otherwise empty database."""
    return make_cast(system_database)
