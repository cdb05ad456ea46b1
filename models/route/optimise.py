"""The best order of a day: which stops are worth their time, and when each is visited. PyVRP searches; pure otherwise.

The same question has the same answer: the search counts its steps, and the clock ends only one that takes too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from models.route.timetable import Day, Stop
from models.route.travel import Leg

STEPS = 3_000
"""Without a better day in so many steps the search is over."""
MOST_STEPS, MOST_SECONDS = 12_000, 2.5
SEED = 1
START, END = 0, 1
Visit = tuple[int, int, int]
"""A stop, with the earliest and the latest minute in which a visit there may begin, in one of its openings."""


def best_order(day: Day, stops: Sequence[Stop], legs: Sequence[Sequence[Leg]]) -> list[int]:
    """The stops to make (their indices) in the order in which to make them.

    It keeps the day as short as it can, where leaving a stop out costs what the stop is worth. `legs` has the start
    first, then the end, then the stops.
    """
    visits = [(place, opens, shuts - stop.minutes) for place, stop in enumerate(stops) for opens, shuts in stop.opens]
    visits = [(place, max(early, day.start), late) for place, early, late in visits if late >= max(early, day.start)]
    if not visits or day.start >= day.end:
        return []
    # Only who asks for a route pays for loading the solver and the arrays that it works on.
    from pyvrp import solve
    from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria, NoImprovement

    ends = MultipleCriteria([NoImprovement(STEPS), MaxIterations(MOST_STEPS), MaxRuntime(MOST_SECONDS)])
    found = solve(_problem(day, stops, legs, visits), ends, seed=SEED, collect_stats=False)
    if not found.best.is_feasible():
        return []
    return [visits[place][0] for route in found.best.routes() for place in _clients(route)]


def _clients(route: Iterable[Any]) -> Iterator[int]:
    return (activity.idx for activity in route if activity.is_client())


def _problem(day: Day, stops: Sequence[Stop], legs: Sequence[Sequence[Leg]], visits: Sequence[Visit]) -> Any:
    """One vehicle, and each opening of a stop a client of its own, at most one of which is visited."""
    import numpy
    from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, VehicleType

    places = [place for place, _, _ in visits]
    several = [place for place in dict.fromkeys(places) if places.count(place) > 1]
    clients = [
        Client(
            place + 2,
            service_duration=stops[place].minutes,
            tw_early=early,
            tw_late=late,
            prize=stops[place].worth,
            required=False,
            group=several.index(place) if place in several else None,
        )
        for place, early, late in visits
    ]
    groups = [ClientGroup([at for at, each in enumerate(places) if each == place], required=False) for place in several]
    rep = VehicleType(
        start_depot=START,
        end_depot=END,
        tw_early=day.start,
        tw_late=day.end,
        unit_distance_cost=0,
        unit_duration_cost=1,
    )
    minutes: Any = numpy.array([[leg.minutes for leg in row] for row in legs], dtype=numpy.int64)
    locations = [Location(0, 0) for _ in legs]
    return ProblemData(locations, clients, [Depot(START), Depot(END)], [rep], [minutes * 0], [minutes], groups)
