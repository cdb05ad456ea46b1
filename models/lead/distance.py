"""Distances on the ellipsoid, and the cheap box that never leaves out what is near. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin
from typing import TypeVar

from geopy.distance import geodesic

SMALLEST_RADIUS_KM = 6335.0
"""The tightest curvature anywhere on the WGS-84 ellipsoid: with it a box is rather too large than too small."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds in degrees; a box across the date line has two ranges of longitude."""

    south: float
    north: float
    longitudes: tuple[tuple[float, float], ...]

    def __contains__(self, place: Place) -> bool:
        return self.south <= place.latitude <= self.north and any(
            west <= place.longitude <= east for west, east in self.longitudes
        )


def distance_km(one: Place, other: Place) -> float:
    """The geodesic distance."""
    return float(geodesic((one.latitude, one.longitude), (other.latitude, other.longitude)).km)


def box_around(center: Place, radius_km: float) -> Box:
    """A box that holds every place within `radius_km` of `center`, and some more."""
    angle = radius_km / SMALLEST_RADIUS_KM
    south, north = center.latitude - degrees(angle), center.latitude + degrees(angle)
    everywhere = ((-180.0, 180.0),)
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), min(north, 90.0), everywhere)
    width = degrees(asin(min(1.0, sin(angle) / cos(radians(center.latitude)))))
    west, east = center.longitude - width, center.longitude + width
    if west < -180:
        return Box(south, north, ((-180.0, east), (west + 360, 180.0)))
    if east > 180:
        return Box(south, north, ((west, 180.0), (-180.0, east - 360)))
    return Box(south, north, ((west, east),))


Name = TypeVar("Name")


def by_distance(center: Place, places: Iterable[tuple[Name, Place]]) -> Mapping[Name, float]:
    """The distance in km of each name's nearest place, nearest first."""
    found: dict[Name, float] = {}
    for name, place in places:
        distance = distance_km(center, place)
        if distance < found.get(name, float("inf")):
            found[name] = distance
    return dict(sorted(found.items(), key=lambda pair: pair[1]))
