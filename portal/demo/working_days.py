"""Where the reps' days begin and end, in the chief town of a province of theirs; and how long some roads really are."""

from __future__ import annotations

from datetime import time
from itertools import permutations

from models.route.proposal import point_of
from models.route.road import RoadLeg
from models.route.travel import Travel
from models.route.working_day import END, WorkingDay
from portal.demo.chance import Chance, ident
from portal.demo.scene import Scene

BEGINS = (time(8), time(8, 30), time(9))
MINUTES = (30, 40, 45)
MEASURED, ACCOUNTS = "IZM", 20
"""Of which territory, and among how many of its accounts, somebody measured the roads."""


def add_working_days(scene: Scene) -> None:
    """A day for each rep who holds a territory, each home from where he set out."""
    chance = Chance("working days")
    found: dict[object, WorkingDay] = {}
    for territory in scene.territories.values():
        rep = scene.holder(territory.id, scene.calendar.now)
        own = [each for each in scene.provinces.values() if each.territory_id == territory.id]
        chief = max(own, key=lambda each: (scene.weights[each.code.removeprefix("TR-")], each.code))
        place = {"latitude": chief.latitude, "longitude": chief.longitude}
        ends = {f"{end}_{name}": value for end in ("start", "end") for name, value in place.items()}
        found.setdefault(
            rep.id,
            WorkingDay(
                id=rep.id, start_time=chance.choice(BEGINS), end_time=END, visit_minutes=chance.choice(MINUTES), **ends
            ),
        )
    scene.add(found.values())


def add_roads(scene: Scene) -> None:
    """What a navigator says of the ways among some accounts: round the bay it is longer than one thinks."""
    chance = Chance("roads")
    measured = scene.territories[MEASURED].id
    accounts = [customer.account for customer in scene.customers if customer.account.territory_id == measured]
    legs = []
    for start, end in permutations(accounts[:ACCOUNTS], 2):
        here, there = point_of(start.latitude, start.longitude), point_of(end.latitude, end.longitude)
        leg = Travel(detour=chance.uniform(1.15, 1.7), km_an_hour=chance.uniform(40, 70)).leg(here, there)
        if leg.minutes:
            ends = {"from_account_id": start.id, "to_account_id": end.id}
            legs.append(RoadLeg(id=ident("road", f"{start.id}/{end.id}"), minutes=leg.minutes, km=leg.km, **ends))
    scene.add(legs)
