"""Accepting and declining, who may know the contact when, and the lists of leads."""

from datetime import date, timedelta
from decimal import Decimal
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from models.errors import NotFound, Refused
from models.lead import Lead
from models.lead.disqualification import disqualify
from models.lead.intake import Inquiry, receive_lead
from models.lead.queries import (
    LeadFilter,
    count_leads,
    get_lead,
    leads_to_answer,
    leads_without_dealer,
    list_leads,
)
from models.lead.routing import offer_lead
from models.session import Session
from models.waiting import waiting
from tests.factories import add_leads
from tests.models.conftest import Opener, counted
from tests.world import NOON, TODAY, days, ident

MINE, HIS = ident("lead.kordon"), ident("lead.bogaz")


@pytest.fixture(autouse=True)
def today() -> object:
    """Noon of the cast's day."""
    with time_machine.travel(NOON, tick=False):
        yield


def accept(db: Session, lead: Lead, step: str = "Ara", on: date = TODAY, amount: int = 90_000) -> None:
    lead.accept(db, step, on, Decimal(amount), "TRY")


def contact_seen(acting: Opener, name: str) -> str | None:
    with acting(name) as db:
        contact = get_lead(db, MINE).contact
        return contact.company if contact else None


def test_the_contact_appears_only_with_acceptance(acting: Opener, world: ModuleType) -> None:
    assert contact_seen(acting, "ayse") is None
    assert contact_seen(acting, "cem") == "Gizli Tersane A.Ş."
    with acting("ayse") as db:
        accept(db, get_lead(db, MINE), " Ara ", TODAY + days(1))
    assert contact_seen(acting, "ayse") == contact_seen(acting, "mehmet") == "Gizli Tersane A.Ş."
    with acting("ayse") as db:
        lead = get_lead(db, MINE)
        assert (lead.status, lead.answered_at, lead.next_step) == ("accepted", NOON, "Ara")
        assert (lead.next_step_on, lead.expected_amount) == (TODAY + days(1), Decimal(90_000))
        assert lead.offers[0].status == "accepted"
        assert [row.company for row in list_leads(db, LeadFilter())] == ["Gizli Tersane A.Ş."]


def test_no_query_tells_the_contact_before(acting: Opener, world: ModuleType) -> None:
    with acting("ayse") as db:
        assert db.execute(text("select * from lead_contact")).all() == []
        assert db.execute(text("select count(*) from lead_contact where company like 'Gizli%'")).scalar() == 0
        assert [row.company for row in list_leads(db, LeadFilter())] == [None]


def test_declining_keeps_the_contact_hidden(acting: Opener, world: ModuleType) -> None:
    with acting("ayse") as db:
        get_lead(db, MINE).decline(db, "too_far", " ")
    assert contact_seen(acting, "ayse") is None
    with acting("hale") as db:
        (offer,) = get_lead(db, MINE).offers
        assert (offer.status, offer.decline_reason, offer.decline_note) == ("declined", "too_far", None)


@pytest.mark.parametrize(
    ("step", "on", "amount", "why"),
    [
        ("  ", TODAY, 5, "what the next step is"),
        ("Ara", TODAY - timedelta(days=1), 5, "not lie in the past"),
        ("Ara", TODAY, 0, "more than nothing"),
    ],
)
def test_accepting_asks_for_a_step_a_day_and_an_amount(
    acting: Opener, world: ModuleType, step: str, on: date, amount: int, why: str
) -> None:
    with acting("ayse") as db:
        lead = get_lead(db, MINE)
        with pytest.raises(Refused, match=why):
            accept(db, lead, step, on, amount)
        assert lead.status == "offered"


@pytest.mark.parametrize(("reason", "note", "why"), [("", None, "Choose a reason"), ("other", " ", "few words")])
def test_declining_asks_for_a_reason(
    acting: Opener, world: ModuleType, reason: str, note: str | None, why: str
) -> None:
    with acting("ayse") as db, pytest.raises(Refused, match=why):
        get_lead(db, MINE).decline(db, reason, note)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("accepted", "accepted already"),
        ("declined", "declined already"),
        ("received", "not offered"),
        ("expired", "back"),
    ],
)
def test_only_what_is_on_offer_can_be_answered(
    acting: Opener, system: Session, world: ModuleType, status: str, why: str
) -> None:
    (lead,) = add_leads(system, 1, status=status)
    system.commit()
    with acting("ayse") as db:
        with pytest.raises(Refused, match=why):
            accept(db, get_lead(db, lead.id))
        with pytest.raises(Refused, match=why):
            get_lead(db, lead.id).decline(db, "too_far")


def test_a_lead_from_a_file_without_a_recorded_offer_can_be_answered(
    acting: Opener, system: Session, world: ModuleType
) -> None:
    accepted, declined = add_leads(system, 2)
    system.execute(text("delete from lead_offer where lead_id = any(:ids)"), {"ids": [accepted.id, declined.id]})
    system.commit()
    with acting("ayse") as db:
        accept(db, get_lead(db, accepted.id))
        get_lead(db, declined.id).decline(db, "too_far")
    with acting("ayse") as db:
        assert [get_lead(db, lead.id).status for lead in (accepted, declined)] == ["accepted", "declined"]


def test_a_lead_pulled_back_meanwhile_cannot_be_accepted(acting: Opener, system: Session, world: ModuleType) -> None:
    with acting("ayse") as db:
        lead = get_lead(db, MINE)
        system.get_one(Lead, MINE).expire(system, NOON + days(2))
        system.commit()
        with pytest.raises(Refused, match="pulled back"):
            accept(db, lead)


def test_a_lead_is_pulled_back_only_when_its_time_has_passed(
    acting: Opener, system: Session, world: ModuleType
) -> None:
    lead = system.get_one(Lead, MINE)
    with pytest.raises(Refused, match="still has time"):
        lead.expire(system)
    assert (lead.status, lead.answered_at) == ("offered", None)
    ended = lead.expire(system, NOON + days(1))
    system.commit()
    assert ended is not None
    assert (ended.status, ended.answered_at) == (lead.status, lead.answered_at) == ("expired", NOON + days(1))
    assert contact_seen(acting, "ayse") is None
    with pytest.raises(Refused, match="pulled back"):
        lead.expire(system, NOON + days(2))


@pytest.mark.parametrize("status", ["received", "declined", "expired"])
def test_what_came_back_waits_for_head_office_until_it_is_put_aside(
    acting: Opener, system: Session, world: ModuleType, status: str
) -> None:
    with acting("hale") as db:
        before = waiting(db)["leads"]
    (lead,) = add_leads(system, 1, status=status)
    system.execute(text("delete from lead_offer where lead_id = :id"), {"id": lead.id})
    system.commit()
    with acting("hale") as db:
        assert waiting(db)["leads"] == before + 1
        disqualify(db, get_lead(db, lead.id), "other", " Fuarda oyuncak dağıtıldı ")
        db.flush()
        assert waiting(db)["leads"] == before
        kept = get_lead(db, lead.id)
        assert (kept.status, kept.disqualified_at, kept.disqualify_note) == (
            "disqualified",
            NOON,
            "Fuarda oyuncak dağıtıldı",
        )
    with acting("ayse") as db, pytest.raises(NotFound):
        get_lead(db, lead.id)
    with acting("hale") as db:
        assert offer_lead(db, get_lead(db, lead.id)).status == "offered", "a slip can be mended"


@pytest.mark.parametrize(
    ("status", "reason", "why"),
    [
        ("offered", "no_interest", "once it came back"),
        ("accepted", "no_interest", "accepted already"),
        ("received", "", "Choose a reason"),
        ("received", "other", "few words"),
    ],
)
def test_what_cannot_be_put_aside(
    acting: Opener, system: Session, world: ModuleType, status: str, reason: str, why: str
) -> None:
    (lead,) = add_leads(system, 1, status=status)
    system.commit()
    with acting("hale") as db, pytest.raises(Refused, match=why):
        disqualify(db, get_lead(db, lead.id), reason, " ")


def test_what_no_dealer_has_is_with_head_office_fresh_ones_first(
    acting: Opener, system: Session, world: ModuleType
) -> None:
    back = [add_leads(system, 1, dealer=dealer)[0] for dealer in ("kordon", "bogaz")]
    back[0].decline(system, "too_far")
    back[1].expire(system, NOON + days(2))
    fresh = receive_lead(
        system,
        Inquiry(source="web", company="Ada", wanted="Tel", province_id=ident("province.TR-35")),
        NOON - days(3),
    )
    system.commit()
    with acting("hale") as db:
        shown = [(row.id, row.status) for row in leads_without_dealer(db, 10)]
    assert shown[0] == (fresh.id, "received")
    assert dict(shown[1:]) == {back[0].id: "declined", back[1].id: "expired"}


def test_another_dealers_lead_is_not_found(acting: Opener, world: ModuleType) -> None:
    with acting("ayse") as db, pytest.raises(NotFound):
        get_lead(db, HIS)


@pytest.mark.parametrize("name", ["cem", "filiz"])
def test_who_only_reads_leads_cannot_answer_them(acting: Opener, world: ModuleType, name: str) -> None:
    with acting(name) as db:
        lead = get_lead(db, MINE)
        with pytest.raises(ProgrammingError, match="permission denied"):
            accept(db, lead)


@pytest.mark.parametrize("name", ["ayse", "burak", "cem", "ece", "filiz", "hale"])
def test_lists_are_newest_first(acting: Opener, system: Session, world: ModuleType, name: str) -> None:
    add_leads(system, 5)
    add_leads(system, 5, "bogaz")
    system.commit()
    with acting(name) as db:
        visible = db.execute(text("select id from lead order by received_at desc, id desc")).scalars().all()
        assert [row.id for row in list_leads(db, LeadFilter())] == visible
        assert len(visible) == (12 if name == "hale" else 6)


@pytest.mark.parametrize(
    ("q", "count"), [("GEMİ", 1), ("bazik bornova", 1), ("l-kordon-0002", 1), ("KUTU", 5), ("%", 0)]
)
def test_search(acting: Opener, system: Session, world: ModuleType, q: str, count: int) -> None:
    add_leads(system, 5)
    system.commit()
    with acting("ayse") as db:
        assert len(list_leads(db, LeadFilter(q=q))) == count


def test_what_is_to_be_answered_is_the_most_urgent_first(acting: Opener, system: Session, world: ModuleType) -> None:
    add_leads(system, 3, at=NOON - days(1))
    add_leads(system, 1, number="done", status="accepted")
    system.commit()
    with acting("ayse") as db:
        rows = leads_to_answer(db, 3)
        assert [row.answer_due_at for row in rows] == [NOON - timedelta(hours=hours) for hours in (3, 2, 1)]
    with acting("hale") as db:
        counts = count_leads(db)
    assert counts == {"received": 0, "offered": 5, "declined": 0, "expired": 0, "late": 3}


@pytest.mark.parametrize("name", ["ayse", "cem", "hale"])
def test_a_list_and_a_lead_cost_the_same_whatever_there_is(
    acting: Opener, system: Session, world: ModuleType, name: str
) -> None:
    costs = []
    for part in ("a", "b"):
        for number in range(3 if part == "a" else 27):
            add_leads(system, 1, number=f"{part}{number}")
        system.commit()
        with acting(name) as db:
            costs.append(counted(db, lambda db=db: list_leads(db, LeadFilter())))  # type: ignore[misc]
    assert costs[0] == costs[1] <= 2
    with acting(name) as db:
        assert counted(db, lambda: get_lead(db, MINE)) <= 4
