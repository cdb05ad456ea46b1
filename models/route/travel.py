"""How far it is from place to place: the great circle and a detour, or what head office knows of the road. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import NamedTuple
from uuid import UUID

from geopy.distance import great_circle


class Point(NamedTuple):
    """A place in degrees."""

    latitude: float
    longitude: float


class Leg(NamedTuple):
    """A way: whole minutes at the wheel, and kilometres."""

    minutes: int
    km: float


NOTHING = Leg(0, 0.0)
Roads = Mapping[tuple[UUID, UUID], Leg]
"""By the accounts at both ends, in the direction of travel."""


@dataclass(frozen=True, slots=True)
class Travel:
    """How the way is guessed where nobody knows the road: so much longer than the great circle, at that speed."""

    detour: float = 1.3
    km_an_hour: float = 50.0

    def leg(self, start: Point | None, end: Point | None) -> Leg:
        """The way between two points; none where either is not known."""
        if start is None or end is None or start == end:
            return NOTHING
        km = float(great_circle(start, end).km) * self.detour
        return Leg(ceil(km / self.km_an_hour * 60), round(km, 1))


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the matrix: an account, or the start or end of the day, which has no id and perhaps no point."""

    account_id: UUID | None
    point: Point | None


def matrix(nodes: Sequence[Node], travel: Travel, roads: Roads) -> list[list[Leg]]:
    """The way from each node to each other: by road where that is known, else guessed."""
    return [[_leg(start, end, travel, roads) for end in nodes] for start in nodes]


def _leg(start: Node, end: Node, travel: Travel, roads: Roads) -> Leg:
    if start.account_id is not None and end.account_id is not None:
        known = roads.get((start.account_id, end.account_id))
        if known is not None:
            return known
    return travel.leg(start.point, end.point)
