"""The order of a rep's day: what it costs beside going to the nearest next, and how long the search takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from time import process_time

from benchmarks.measure import Result
from models.opening import A_DAY, Windows
from models.route.optimise import best_order
from models.route.timetable import Day, Stop, timetable
from models.route.travel import Leg, Node, Point, Travel, matrix

DAY, VISIT, DAYS = Day(510, 1050), 45, 5
SIZES = (8, 15, 30, 42)
HOURS: Sequence[Windows] = (((480, 720), (780, 1080)), ((540, 1020),), ((0, A_DAY),))
LONGEST_SECONDS = 3.0
Legs = Sequence[Sequence[Leg]]


def run() -> Iterator[Result]:
    """Five days of each size: the minutes they take and what is left out is worth, and the slowest search on a core."""
    best_order(*_day(Random(0), 3))  # load the solver
    for count in SIZES:
        ours = floor = 0
        slowest = 0.0
        for seed in range(DAYS):
            day, stops, legs = _day(Random(seed * 100 + count), count)
            started = process_time()
            ours += _cost(day, stops, legs, best_order(day, stops, legs))
            slowest = max(slowest, process_time() - started)
            floor += _cost(day, stops, legs, _nearest_next(day, stops, legs))
        yield Result(f"route: {DAYS} days of {count} stops, against the nearest next", ours, floor, 1.0, "min")
        yield Result(f"route: slowest day of {count} stops", slowest, LONGEST_SECONDS, 1.0, "s")


def _day(chance: Random, count: int) -> tuple[Day, list[Stop], Legs]:
    """Accounts around a town, some towns away: two expected at a time, a quarter planned, the rest due."""
    home = Node(None, Point(38.42, 27.14))
    places = [Node(None, Point(chance.gauss(38.42, 0.2), chance.gauss(27.2, 0.25))) for _ in range(count)]
    stops = [_stop(chance, place, count) for place in range(count)]
    return DAY, stops, matrix([home, home, *places], Travel(), {})


def _stop(chance: Random, place: int, count: int) -> Stop:
    if place < 2:
        begins = chance.choice(((600, 660), (840, 900))[place])
        return Stop(((begins, begins + VISIT),), VISIT, 50_000)
    due = VISIT + round(60 * chance.uniform(1, 3))
    return Stop(chance.choice(HOURS), VISIT, 2_000 if place < 2 + count // 4 else due)


def _cost(day: Day, stops: Sequence[Stop], legs: Legs, order: Sequence[int]) -> int:
    times = timetable(day, stops, legs, order)
    return (times.minutes if order else 0) + sum(stop.worth for at, stop in enumerate(stops) if at not in order)


def _nearest_next(day: Day, stops: Sequence[Stop], legs: Legs) -> list[int]:
    """What somebody does who always drives to the nearest that still fits, those with a time first."""
    order: list[int] = sorted(
        (at for at, stop in enumerate(stops) if stop.worth > A_DAY * 10), key=lambda at: stops[at].opens
    )
    while timetable(day, stops, legs, order).kept is False:
        order.pop()
    left = [at for at in range(len(stops)) if at not in order]
    while left:
        here = order[-1] + 2 if order else 0
        left.sort(key=lambda at: legs[here][at + 2].minutes)
        fits = [
            (at, [*order[:place], at, *order[place:]])
            for at in left
            for place in range(len(order), -1, -1)
            if timetable(day, stops, legs, [*order[:place], at, *order[place:]]).kept
        ]
        if not fits:
            break
        at, order = fits[0]
        left.remove(at)
    return order
