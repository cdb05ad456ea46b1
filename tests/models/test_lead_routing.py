"""Who gets a lead: the nearest competent dealer, else one of the province, else one of the region; and why."""

from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from models.dealer import Dealer
from models.errors import Refused
from models.lead import Lead, LeadOffer
from models.lead.intake import Inquiry, receive_lead
from models.lead.queries import get_lead
from models.lead.routing import offer_lead, rank_dealers
from models.session import Session
from tests.factories import add_dealer, add_leads
from tests.models.conftest import Opener
from tests.world import NOON, days, ident

BORNOVA = {"latitude": 38.46, "longitude": 27.22}


def ask(db: Session, **values: Any) -> Lead:
    asked: dict[str, Any] = {"source": "web", "company": "Ada Makina", "wanted": "Elektrod"}
    asked |= {"province_id": ident("province.TR-35"), "product_group_id": ident("group.basic")}
    return receive_lead(db, Inquiry(**asked | values), received_at=NOON)


def names(db: Session, lead: Lead) -> tuple[str, list[str]]:
    ladder = rank_dealers(db, lead)
    return ladder.rule, [each.name for each in ladder.candidates]


def test_the_nearest_competent_dealer_gets_it(system: Session, world: ModuleType) -> None:
    near = add_dealer(system, "Near", 38.47, 27.21, "basic")
    add_dealer(system, "Nearer, but knows only rutile", 38.46, 27.22, "rutile")
    lead = ask(system, **BORNOVA)
    offer = offer_lead(system, lead, at=NOON)
    assert (lead.dealer_id, lead.status, lead.offered_at) == (near.id, "offered", NOON)
    assert lead.answer_due_at == NOON + days(1)
    assert offer.reason["rule"] == "nearest"
    assert offer.reason["distance_km"] == pytest.approx(1.4, abs=0.1)
    assert (offer.reason["candidates"], offer.reason["group"]) == (3, "Basic electrodes")
    assert [(each.position, each.dealer_name) for each in get_lead(system, lead.id).offers[0].candidates] == [
        (1, "Near"),
        (2, "Kordon Kaynak Malzemeleri"),
        (3, "Boğaz Çelik ve Kaynak"),
    ]


def test_competence_in_a_parent_group_is_enough_and_in_a_child_is_not(system: Session, world: ModuleType) -> None:
    add_dealer(system, "Everything", 38.46, 27.22, "consumables")
    lead = ask(system, product_group_id=ident("group.consumables"), **BORNOVA)
    assert names(system, lead) == ("nearest", ["Everything"])
    assert names(system, ask(system, **BORNOVA))[1][0] == "Everything"


def test_without_a_product_group_everybody_is_competent(system: Session, world: ModuleType) -> None:
    add_dealer(system, "Knows nothing", 38.46, 27.22)
    assert names(system, ask(system, product_group_id=None, **BORNOVA))[1][0] == "Knows nothing"


def test_who_is_far_away_is_found_when_nobody_is_nearer(system: Session, world: ModuleType) -> None:
    add_dealer(system, "Auckland", -36.85, 174.76, "rutile")
    lead = ask(system, product_group_id=ident("group.rutile"), **BORNOVA)
    assert names(system, lead) == ("nearest", ["Auckland"])


def test_an_inactive_dealer_gets_nothing(system: Session, world: ModuleType) -> None:
    near = add_dealer(system, "Closed", 38.46, 27.22, "basic")
    near.active = False
    assert names(system, ask(system, **BORNOVA))[1] == ["Kordon Kaynak Malzemeleri", "Boğaz Çelik ve Kaynak"]


def test_without_coordinates_the_province_decides_and_then_who_is_less_busy(system: Session, world: ModuleType) -> None:
    add_dealer(system, "Idle", None, None, "basic")
    assert names(system, ask(system)) == ("province", ["Idle", "Kordon Kaynak Malzemeleri"])
    idle = system.query(Dealer).filter_by(name="Idle").one()
    add_leads(system, 2, dealer_id=idle.id)
    assert names(system, ask(system))[1][0] == "Kordon Kaynak Malzemeleri"


def test_else_the_region(system: Session, world: ModuleType) -> None:
    lead = ask(system, province_id=None, territory_id=ident("territory.manisa"))
    assert names(system, lead) == ("region", ["Kordon Kaynak Malzemeleri"])


def test_coordinates_without_any_dealer_on_the_map_fall_back_to_the_province(
    system: Session, world: ModuleType
) -> None:
    add_dealer(system, "No address", None, None, "rutile")
    lead = ask(system, product_group_id=ident("group.rutile"), **BORNOVA)
    assert names(system, lead) == ("province", ["No address"])


def test_nobody_is_competent(system: Session, world: ModuleType) -> None:
    lead = ask(system, product_group_id=ident("group.rutile"), **BORNOVA)
    with pytest.raises(Refused, match="No dealer is left"):
        offer_lead(system, lead)
    assert lead.status == "received"


def test_who_declined_is_left_out_the_next_time(system: Session, world: ModuleType) -> None:
    add_dealer(system, "Near", 38.46, 27.22, "basic")
    lead = ask(system, **BORNOVA)
    offer_lead(system, lead)
    lead.decline(system, "too_far")
    system.flush()
    offer_lead(system, lead)
    assert lead.dealer_id == ident("dealer.kordon")
    assert lead.answered_at is None
    lead.decline(system, "no_capacity")
    system.flush()
    offer_lead(system, lead)
    assert lead.dealer_id == ident("dealer.bogaz")


def test_who_let_it_pass_loses_it(system: Session, world: ModuleType) -> None:
    add_dealer(system, "Near", 38.46, 27.22, "basic")
    lead = ask(system, **BORNOVA)
    first = offer_lead(system, lead, at=NOON)
    with pytest.raises(Refused, match="still has time"):
        offer_lead(system, lead, at=NOON + timedelta(hours=23))
    second = offer_lead(system, lead, at=NOON + timedelta(hours=25))
    assert (first.status, second.status) == ("expired", "offered")
    assert lead.dealer_id == second.dealer_id == ident("dealer.kordon")


def test_an_accepted_lead_is_not_offered_again(system: Session, world: ModuleType) -> None:
    (lead,) = add_leads(system, 1, status="accepted")
    with pytest.raises(Refused, match="accepted already"):
        offer_lead(system, lead)


def test_head_office_may_choose_somebody_else(acting: Opener, world: ModuleType) -> None:
    with acting("hale") as db:
        lead = ask(db, **BORNOVA)
        bogaz = db.get_one(Dealer, ident("dealer.bogaz"))
        offer = offer_lead(db, lead, bogaz)
        assert (lead.dealer_id, offer.reason["rule"]) == (bogaz.id, "chosen")
        assert offer.reason["distance_km"] == pytest.approx(328, abs=5)


def test_the_dealer_reads_why_but_not_who_else(acting: Opener, world: ModuleType) -> None:
    with acting("hale") as db:
        lead = ask(db, **BORNOVA)
        offer_lead(db, lead)
    with acting("ayse") as db:
        (offer,) = get_lead(db, lead.id).offers
        assert offer.reason["candidates"] == 2
        assert [each.dealer_id for each in offer.candidates] == [ident("dealer.kordon")]
        assert "Boğaz" not in str(offer.reason)


def test_a_former_dealer_no_longer_sees_the_lead_but_his_own_answer(acting: Opener, world: ModuleType) -> None:
    with acting("ayse") as db:
        get_lead(db, ident("lead.kordon")).decline(db, "other", "Kapalıyız")
    with acting("hale") as db:
        offer_lead(db, get_lead(db, ident("lead.kordon")), db.get_one(Dealer, ident("dealer.bogaz")))
    with acting("ayse") as db:
        assert db.get(Lead, ident("lead.kordon")) is None
        offer = db.get_one(LeadOffer, ident("offer.kordon"))
        assert (offer.status, offer.decline_reason, offer.decline_note) == ("declined", "other", "Kapalıyız")
