"""A small map of where a lead is: its place, the dealer's nearest branch and the provinces around, to scale.

Drawn from coordinates that the database holds, so it asks no tile server, and tells nobody who looks at which lead.
It is as coarse as its pixels, which is a kilometre or more: nobody finds an address on it before a lead is accepted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import cos, radians

from models.dealer import Dealer
from models.lead import Lead
from models.lead.distance import Place, distance_km
from models.region import Province

WIDTH, HEIGHT = 320, 180
"""Of the drawing, in its own units."""
KM_A_DEGREE = 111.2
SMALLEST_KM = 75.0
"""From the middle to the upper edge at least: so far that a neighbouring province is in sight."""
BARS_KM = (200, 100, 50, 20, 10)
LETTER, LINE, GAP = 5.6, 12, 6
"""What a label takes: the width of a letter, its height, and the way from its point."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point. `side` tells where its name stands: start (to the right), end (to the left), "" for nowhere."""

    x: int
    y: int
    name: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class TownMap:
    """What the template draws; `branch` is None where no dealer or no branch with coordinates is known.

    `distance_km` is the geodesic distance between the two, None where either is not known exactly.
    """

    lead: Mark
    branch: Mark | None
    provinces: list[Mark]
    bar_km: int
    bar_width: int
    distance_km: float | None
    width: int = WIDTH
    height: int = HEIGHT


def map_of(lead: Lead, provinces: Iterable[Province]) -> TownMap | None:
    """The map of a lead with the branch of its dealer, None where nobody knows where it is.

    Of a lead without coordinates it shows the province, and tells no distance.
    """
    exact, province = _place(lead), lead.province.name if lead.province else ""
    place = exact or _place(lead.province)
    if place is None:
        return None
    name = (lead.town or province) if exact else province
    known = [(each.name, there) for each in provinces if (there := _place(each)) and each.name != name]
    drawn = draw(name, place, nearest_branch(lead.dealer, place), known)
    return drawn if exact else replace(drawn, distance_km=None)


def nearest_branch(dealer: Dealer | None, place: Place) -> tuple[str, Place] | None:
    """The dealer's name and the place of the branch next to `place`."""
    places = [there for branch in (dealer.branches if dealer else ()) if (there := _place(branch))]
    return (dealer.name, min(places, key=lambda there: distance_km(there, place))) if dealer and places else None


def draw(town: str, lead: Place, branch: tuple[str, Place] | None, provinces: Iterable[tuple[str, Place]]) -> TownMap:
    """The drawing: the lead in the middle, the scale so that its branch is in sight, names where there is room."""
    across = cos(radians(lead.latitude)) * KM_A_DEGREE

    def away(place: Place) -> tuple[float, float]:
        return (place.longitude - lead.longitude) * across, (place.latitude - lead.latitude) * KM_A_DEGREE

    east, north = away(branch[1]) if branch else (0.0, 0.0)
    scale = HEIGHT / 2 / max(SMALLEST_KM, abs(north) * 1.25, abs(east) * 1.25 * HEIGHT / WIDTH)

    def point(place: Place) -> tuple[int, int]:
        east, north = away(place)
        return round(WIDTH / 2 + east * scale), round(HEIGHT / 2 - north * scale)

    labels = _Labels()
    here = labels.mark(point(lead), town)
    inside = [(at, name) for name, place in provinces if 0 <= (at := point(place))[0] <= WIDTH and 0 <= at[1] <= HEIGHT]
    inside.sort(key=lambda each: abs(each[0][0] - WIDTH / 2) + abs(each[0][1] - HEIGHT / 2))
    bar = next((km for km in BARS_KM if km * scale <= WIDTH / 4), BARS_KM[-1])
    return TownMap(
        lead=here,
        branch=Mark(*point(branch[1]), branch[0]) if branch else None,
        provinces=[labels.mark(at, name) for at, name in inside],
        bar_km=bar,
        bar_width=round(bar * scale),
        distance_km=distance_km(lead, branch[1]) if branch else None,
    )


class _Labels:
    """Keeps the room that names take, so that none stands on another."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, float, float, float]] = [(0, HEIGHT - 2 * LINE, WIDTH / 3, HEIGHT)]

    def mark(self, at: tuple[int, int], name: str) -> Mark:
        """The point with its name on the side where there is room, without it where there is none."""
        x, y = at
        width = len(name) * LETTER
        for side, left in (("start", x + GAP), ("end", x - GAP - width)):
            box = (left, y - LINE / 2, left + width, y + LINE / 2)
            if self._is_free(box):
                self.taken += [box, (x - GAP, y - GAP, x + GAP, y + GAP)]
                return Mark(x, y, name, side)
        return Mark(x, y, name)

    def _is_free(self, box: tuple[float, float, float, float]) -> bool:
        left, top, right, bottom = box
        if left < 0 or right > WIDTH or top < 0 or bottom > HEIGHT:
            return False
        return all(right <= x0 or left >= x1 or bottom <= y0 or top >= y1 for x0, y0, x1, y1 in self.taken)


def _place(thing: object) -> Place | None:
    latitude, longitude = getattr(thing, "latitude", None), getattr(thing, "longitude", None)
    return Place(latitude, longitude) if latitude is not None and longitude is not None else None
