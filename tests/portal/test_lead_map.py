"""The small map of a lead: to scale, in sight, and no name upon another."""

from collections.abc import Callable
from types import ModuleType

import pytest
import time_machine

from models.access import Principal
from models.lead import Lead
from models.lead.distance import Place
from models.region import Province
from models.session import Database
from portal.leads.town_map import HEIGHT, WIDTH, draw
from tests import world as cast
from tests.portal.conftest import Browser

IZMIR, MANISA, EDREMIT, ANKARA = Place(38.42, 27.14), Place(38.61, 27.43), Place(39.6, 27.02), Place(39.93, 32.86)
LEAD = f"/leads/{cast.ident('lead.kordon')}"


@pytest.mark.parametrize("branch", [IZMIR, MANISA, EDREMIT, ANKARA, Place(38.42, 27.15)])
def test_lead_is_in_the_middle_and_the_branch_in_sight(branch: Place) -> None:
    drawn = draw("İzmir", IZMIR, ("Kordon", branch), [("Manisa", MANISA), ("Ankara", ANKARA)])
    assert (drawn.lead.x, drawn.lead.y) == (WIDTH / 2, HEIGHT / 2)
    assert drawn.branch is not None
    assert 0 <= drawn.branch.x <= WIDTH
    assert 0 <= drawn.branch.y <= HEIGHT
    assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in drawn.provinces)


def test_the_bar_is_as_long_as_the_way_it_names() -> None:
    drawn = draw("Edremit", EDREMIT, ("Kordon", IZMIR), [])
    assert drawn.branch is not None
    assert drawn.distance_km == pytest.approx(131.4, abs=0.5)
    way = ((drawn.branch.x - drawn.lead.x) ** 2 + (drawn.branch.y - drawn.lead.y) ** 2) ** 0.5
    assert way / drawn.bar_width * drawn.bar_km == pytest.approx(drawn.distance_km, rel=0.03)


def test_north_is_up_and_east_is_right() -> None:
    (manisa,) = draw("İzmir", IZMIR, None, [("Manisa", MANISA)]).provinces
    assert manisa.x > WIDTH / 2
    assert manisa.y < HEIGHT / 2


def test_a_name_without_room_is_left_away_and_its_point_stays() -> None:
    drawn = draw("Karşıyaka", IZMIR, None, [("İzmir", IZMIR), ("Bir yer", IZMIR), ("Başka bir yer", IZMIR)])
    assert drawn.lead.side == "start"
    assert [mark.side for mark in drawn.provinces] == ["end", "", ""]


def test_what_lies_beyond_the_edges_is_not_drawn() -> None:
    assert [mark.name for mark in draw("", IZMIR, None, [("Manisa", MANISA), ("Ankara", ANKARA)]).provinces] == [
        "Manisa"
    ]


@pytest.fixture(autouse=True)
def noon() -> object:
    """Noon of the cast's day."""
    with time_machine.travel(cast.NOON):
        yield


def test_a_dealer_sees_where_a_lead_is_before_he_answers(
    as_user: Callable[[str], Browser], world: ModuleType, system_database: Database
) -> None:
    browser = as_user("dealer@example.com")
    page = browser.get(LEAD).text
    assert '<title id="map-title">İzmir</title>' in page, "only the province is known: no town, no distance"
    with system_database.transaction(Principal.system("set the scene")) as db:
        lead = db.get_one(Lead, cast.ident("lead.kordon"))
        lead.latitude, lead.longitude = 38.47, 27.22
    assert "Bornova, 8.9 km from Kordon Kaynak Malzemeleri" in browser.get(LEAD).text
    with system_database.transaction(Principal.system("set the scene")) as db:
        lead = db.get_one(Lead, cast.ident("lead.kordon"))
        lead.latitude = lead.longitude = None
        province = db.get_one(Province, lead.province_id)
        province.latitude = province.longitude = None
    assert 'role="img"' not in browser.get(LEAD).text
