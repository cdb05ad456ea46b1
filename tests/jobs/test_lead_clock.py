"""A lead that nobody answered in time goes back to head office, once, and its dealer is told."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType

import pytest
import time_machine

from models.event import Event
from models.lead import Lead, LeadOffer
from models.lead.queries import get_lead
from models.outbox import OutboxMail
from models.session import Database
from portal.config import Config
from portal.jobs.job import Job, Work
from portal.jobs.schedule import find_job
from tests.factories import add_leads
from tests.jobs.conftest import SYSTEM
from tests.world import NOON, days, ident

MINE, HIS = ident("lead.kordon"), ident("lead.bogaz")


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    """A moment after the time of the cast's leads has passed."""
    with time_machine.travel(NOON + days(1) + timedelta(minutes=1), tick=False):
        yield


@pytest.fixture
def job() -> Job:
    found = find_job("lead_clock")
    assert found is not None
    return found


def test_a_lead_goes_back_when_its_time_has_passed_and_not_before(
    work: Callable[[Job], Work], job: Job, system_database: Database, world: ModuleType
) -> None:
    with time_machine.travel(NOON + days(1) - timedelta(seconds=1), tick=False):
        assert work(job).counts == {}
    assert work(job).counts == {"leads pulled back": 2}
    assert work(job).counts == {}
    with system_database.open(SYSTEM) as db:
        for lead_id in (MINE, HIS):
            lead = get_lead(db, lead_id)
            (offer,) = lead.offers
            assert (lead.status, offer.status) == ("expired", "expired")
            assert lead.answered_at == offer.answered_at == NOON + days(1) + timedelta(minutes=1)
        changed = db.query(Event).filter_by(record_id=MINE, action="changed").order_by(Event.id.desc()).first()
        assert changed is not None
        assert (changed.actor_role, changed.reason) == ("portal_system", "job lead_clock")
        assert changed.after is not None
        assert changed.after["status"] == "expired"


def test_the_dealer_is_told_once_and_not_who_asked(
    work: Callable[[Job], Work], job: Job, system_database: Database, world: ModuleType
) -> None:
    work(job)
    work(job)
    with system_database.open(SYSTEM) as db:
        mails = {mail.recipient: mail for mail in db.query(OutboxMail).filter_by(message="lead_expired")}
        assert len(mails) == 2
        mail = mails["kordon@example.com"]
        assert "Gemi onarımı için bazik elektrod" in mail.subject
        assert "3 Mar 2026 15:00" in mail.body_text, "in Turkish time"
        assert "https://p.example/leads" in mail.body_text
        assert "Gizli" not in mail.body_text + str(mail.body_html)


def test_one_that_was_answered_meanwhile_stays_with_the_dealer(
    config: Config, job: Job, system_database: Database, database: Database, world: ModuleType
) -> None:
    def answer_before_it_is_his_turn() -> bool:
        with database.transaction(world.principals()["burak"]) as db:
            lead = db.get_one(Lead, HIS)
            if lead.status == "offered":
                lead.decline(db, "too_far")
        return True

    given = Work(job.name, system_database, config, answer_before_it_is_his_turn)
    job.function(given)
    assert given.counts == {"leads pulled back": 1}
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Lead, HIS).status == "declined"
        assert db.get_one(Lead, MINE).status == "expired"


def test_one_from_a_file_without_a_recorded_offer_goes_back_too(
    work: Callable[[Job], Work], job: Job, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        (timed, timeless) = add_leads(db, 2)
        timeless.answer_due_at = None
        db.query(LeadOffer).filter(LeadOffer.lead_id.in_([timed.id, timeless.id])).delete()
    assert work(job).counts == {"leads pulled back": 3}
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Lead, timed.id).status == "expired"
        assert db.get_one(Lead, timeless.id).status == "offered", "nobody set it a time"
