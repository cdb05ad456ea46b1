"""What runs out, and what is removed; twice, the second time with nothing left to do."""

from collections.abc import Callable
from types import ModuleType

import pytest
from sqlalchemy import update

from models.base import now
from models.quote import Quote
from models.session import Database
from models.user.session import SignInAttempt, UserSession
from models.user.sign_in import Invitation
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.jobs.conftest import SYSTEM
from tests.world import days, ident


@pytest.fixture
def job() -> Job:
    found = find_job("housekeeping")
    assert found is not None
    return found


def test_what_is_over_is_removed_and_the_rest_stays(
    work: Callable[[Job], Work], job: Job, system_database: Database, world: ModuleType
) -> None:
    today = now().date()
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Quote).values(valid_until=today + days(5)))
        db.execute(update(Quote).where(Quote.id == ident("quote.gemi")).values(valid_until=today - days(3)))
        db.execute(update(SignInAttempt).values(tried_at=now() - days(31)))
        db.execute(update(UserSession).values(expires_at=now() - days(31)))
        db.execute(update(Invitation).values(expires_at=now() - days(29)))
    first = work(job).counts
    assert first["quotes expired"] == 1
    assert first["sessions removed"] == 1
    assert first["sign-in attempts removed"] == 1
    assert "invitations removed" not in first
    assert work(job).counts == {}
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Quote, ident("quote.gemi")).status == "expired"
        assert db.get_one(Quote, ident("quote.vinc")).status == "issued"
        assert db.query(Invitation).count() == 1
