"""Taking a lead in: its number, its place, and what it may repeat."""

from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy.exc import ProgrammingError

from models.errors import Refused
from models.lead.intake import Inquiry, receive_lead, similar_leads
from models.session import Session
from tests.factories import add_leads
from tests.models.conftest import Opener
from tests.world import ident

IN_2026 = datetime(2026, 3, 2, 12, tzinfo=UTC)


def inquiry(**values: Any) -> Inquiry:
    asked: dict[str, Any] = {"source": "form", "company": "İnci Çelik A.Ş.", "wanted": "Özlü tel"}
    return Inquiry(**asked | {"province_id": ident("province.TR-35")} | values)


def test_a_lead_falls_to_the_territory_of_its_province(acting: Opener, world: ModuleType) -> None:
    with acting("hale") as db:
        lead = receive_lead(db, inquiry(), IN_2026)
    with acting("cem") as db:
        seen = db.get_one(type(lead), lead.id)
        assert (seen.territory_id, seen.region_id) == (ident("territory.izmir"), ident("region.ege"))
        assert seen.contact
        assert (seen.status, seen.dealer_id, seen.contact.company) == ("received", None, "İnci Çelik A.Ş.")


def test_numbers_follow_each_other_and_start_anew_each_year(system: Session, world: ModuleType) -> None:
    numbers = [receive_lead(system, inquiry(), IN_2026).number for _ in range(3)]
    assert numbers == ["L26-000001", "L26-000002", "L26-000003"]
    assert receive_lead(system, inquiry(), IN_2026.replace(year=2027)).number == "L27-000001"


def test_a_number_that_came_with_a_file_is_not_given_twice(system: Session, world: ModuleType) -> None:
    add_leads(system, 1, number="L26-000041")
    add_leads(system, 1, number="L26-9")
    assert receive_lead(system, inquiry(), IN_2026).number == "L26-000042"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"province_id": None}, "in which province"),
        ({"province_id": ident("no such province")}, "in which province"),
        ({"wanted": " "}, "what is wanted"),
        ({"company": ""}, "who asks"),
    ],
)
def test_what_is_missing_is_said(system: Session, world: ModuleType, values: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        receive_lead(system, inquiry(**values))


@pytest.mark.parametrize(
    ("known", "asked", "similar"),
    [
        ({"phone": "+90 (232) 555 01 01"}, {"company": "X", "phone": "0232 5550101"}, True),
        ({"phone": "+90 (232) 555 01 01"}, {"company": "X", "phone": "0232 5550102"}, False),
        ({"email": "Satinalma@inci.example"}, {"company": "X", "email": "satinalma@INCI.example"}, True),
        ({}, {"company": "INCI ÇELİK A.Ş."}, True),
        ({}, {"company": "İnci Döküm A.Ş."}, False),
        ({"phone": "112"}, {"company": "X", "phone": "112"}, False),
        ({"phone": None, "email": None}, {"company": "X"}, False),
    ],
)
def test_what_a_lead_may_repeat(
    system: Session, world: ModuleType, known: dict[str, Any], asked: dict[str, Any], similar: bool
) -> None:
    lead = receive_lead(system, inquiry(**known))
    found = similar_leads(system, inquiry(**asked))
    assert [each.number for each in found] == ([lead.number] if similar else [])


def test_last_years_interest_is_no_repetition(system: Session, world: ModuleType) -> None:
    receive_lead(system, inquiry(), datetime(2020, 1, 1, tzinfo=UTC))
    assert similar_leads(system, inquiry()) == []


@pytest.mark.parametrize("name", ["ayse", "cem", "filiz"])
def test_only_head_office_takes_leads_in(acting: Opener, world: ModuleType, name: str) -> None:
    with acting(name) as db, pytest.raises(ProgrammingError, match=r"permission denied|row-level security"):
        receive_lead(db, inquiry())
