"""Distances, and that the box in front of them never loses who is nearest."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.lead.distance import Place, box_around, by_distance, distance_km

IZMIR, MANISA, ISTANBUL = Place(38.42, 27.14), Place(38.61, 27.43), Place(41.01, 28.95)

places = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        (IZMIR, IZMIR, 0),
        (IZMIR, MANISA, 32.95),
        (IZMIR, ISTANBUL, 327.4),
        (Place(0, 179.5), Place(0, -179.5), 111.3),
        (Place(90, 0), Place(90, 120), 0),
    ],
)
def test_a_distance(one: Place, other: Place, km: float) -> None:
    assert distance_km(one, other) == pytest.approx(km, rel=0.005, abs=0.001)


@given(places, places)
@example(Place(89.9, 0), Place(89.9, 180))
@example(Place(10, 179.99), Place(10, -179.99))
def test_a_box_holds_every_place_within_its_radius(center: Place, place: Place) -> None:
    metre = 0.001
    assert place in box_around(center, distance_km(center, place) + metre)


@given(places, st.floats(0.1, 5_000), st.lists(places, min_size=1, max_size=30))
def test_the_nearest_of_the_box_is_the_nearest_of_all(center: Place, radius: float, dealers: list[Place]) -> None:
    everybody = by_distance(center, enumerate(dealers))
    box = box_around(center, radius)
    chosen = by_distance(center, ((number, place) for number, place in enumerate(dealers) if place in box))
    if chosen and min(chosen.values()) <= radius:
        assert next(iter(chosen.items())) == next(iter(everybody.items()))
    else:
        assert min(everybody.values()) > radius


def test_a_dealer_counts_by_the_nearest_of_his_branches() -> None:
    found = by_distance(IZMIR, [("both", ISTANBUL), ("near", MANISA), ("both", IZMIR)])
    assert list(found) == ["both", "near"]
    assert found["both"] == 0


@given(st.floats(-89, 89), st.floats(-180, 180))
def test_a_small_box_is_not_the_whole_earth(latitude: float, longitude: float) -> None:
    box = box_around(Place(latitude, longitude), 50)
    assert box.north - box.south < 1
    assert sum(east - west for west, east in box.longitudes) < 60
