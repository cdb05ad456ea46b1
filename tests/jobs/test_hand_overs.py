"""The job that carries out hand-overs on their day."""

from collections.abc import Callable
from types import ModuleType

from sqlalchemy import update

from models.base import now
from models.hand_over import HandOver
from models.session import Database
from portal.jobs.hand_overs import waiting_hand_overs
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.jobs.conftest import SYSTEM
from tests.world import days


def test_due_ones_are_done_once(world: ModuleType, system_database: Database, work: Callable[[Job], Work]) -> None:
    job = find_job("hand_overs")
    assert job is not None
    assert work(job).counts == {}
    with system_database.transaction(SYSTEM) as db:
        assert not waiting_hand_overs(db)
        db.execute(update(HandOver).values(effective_at=now() - days(1)))
    with system_database.open(SYSTEM) as db:
        assert waiting_hand_overs(db)
    assert work(job).counts == {"handed over": 1}
    assert work(job).counts == {}
