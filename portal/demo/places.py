"""Where something is: an address and a point near the middle of its town."""

from __future__ import annotations

from portal.demo.chance import Chance
from portal.demo.scene import Scene, Town
from portal.demo.words import words


def town_of(scene: Scene, chance: Chance, plate: str) -> Town:
    """One of the province's towns, the larger ones more often."""
    towns = scene.towns[plate]
    return chance.choices(towns, [town.weight for town in towns])[0]


def address(chance: Chance) -> str:
    """A lot on an industrial estate, or a house in a street."""
    firms = words("firms")["dealers"]
    if chance.happens(0.6):
        return f"{chance.choice(firms['estates'])} {chance.randrange(1, 48)}. Blok No: {chance.randrange(1, 60)}"
    street = chance.choice(firms["streets"]).replace("-", " ")
    return f"{street} Cad. No: {chance.randrange(1, 180)}"


def near(chance: Chance, town: Town, spread: float = 0.02) -> dict[str, float]:
    """Latitude and longitude within a few kilometres of the town."""
    return {
        "latitude": round(town.latitude + chance.gauss(0, spread), 5),
        "longitude": round(town.longitude + chance.gauss(0, spread), 5),
    }
