"""The order of a day: its timetable, and the optimiser against every order there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.opening import A_DAY, Windows
from models.route.optimise import best_order
from models.route.timetable import Day, Stop, timetable
from models.route.travel import Leg, Node, Point, Travel, matrix

DAY = Day(500, 700)
NEVER = 10**6
Legs = list[list[Leg]]


def legs_of(minutes: Sequence[Sequence[int]]) -> Legs:
    """Ways of so many minutes."""
    return [[Leg(each, each / 2) for each in row] for row in minutes]


LINE = legs_of([[0, 0, 10, 20], [0, 0, 10, 20], [10, 10, 0, 10], [20, 20, 10, 0]])
"""Home, and two stops behind each other on one road."""
ALWAYS: Windows = ((0, A_DAY),)


def test_a_day_begins_when_it_begins_and_waits_for_nobody_on_the_way() -> None:
    found = timetable(DAY, [Stop(ALWAYS, 30), Stop(ALWAYS, 30)], LINE, [0, 1])
    assert [(each.arrives, each.begins, each.leaves) for each in found.arrivals] == [(510, 510, 540), (550, 550, 580)]
    assert (found.leaves, found.ends, found.minutes, found.home.minutes, found.kept) == (500, 600, 100, 20, True)


def test_who_is_expected_later_is_driven_to_later() -> None:
    found = timetable(DAY, [Stop(ALWAYS, 30), Stop(((640, 670),), 30)], LINE, [0, 1])
    assert (found.leaves, found.arrivals[1].arrives, found.arrivals[1].begins) == (590, 640, 640)
    assert (found.ends, found.kept) == (690, True)


def test_lunch_is_waited_for_and_a_closed_door_is_told() -> None:
    lunch = Stop(((400, 520), (560, 640)), 30)
    found = timetable(DAY, [Stop(((500, 540),), 30), lunch], LINE, [0, 1])
    assert [(each.arrives, each.begins) for each in found.arrivals] == [(510, 510), (550, 560)]
    late = timetable(DAY, [lunch, Stop(((500, 560),), 30)], LINE, [0, 1])
    assert ([each.kept for each in late.arrivals], late.kept) == ([True, False], False)


def test_a_day_that_does_not_end_in_time_is_told_and_an_empty_one_is_none() -> None:
    assert not timetable(Day(500, 550), [Stop(ALWAYS, 30), Stop(ALWAYS, 5)], LINE, [0, 1]).kept
    assert timetable(DAY, [], LINE, []).minutes == 0


def test_what_costs_more_than_it_is_worth_is_left_out() -> None:
    stops = [Stop(ALWAYS, 30, worth=200), Stop(ALWAYS, 30, worth=40)]
    assert best_order(DAY, stops, LINE) == [0]
    assert best_order(DAY, [stops[0], Stop(ALWAYS, 30, worth=60)], LINE) in ([0, 1], [1, 0])
    assert best_order(DAY, [Stop((), 30, worth=999)], LINE) == []
    assert best_order(Day(600, 600), stops, LINE) == []


def random_day(chance: Random, count: int) -> tuple[list[Stop], Legs]:
    """Places anywhere, ways that are not the same both ways, one or two openings, stops of all worths."""
    nodes = [
        Node(None, Point(38 + chance.random() / 3, 27 + chance.random() / 3) if chance.random() < 0.9 else None)
        for _ in range(count + 2)
    ]
    ways = matrix(nodes, Travel(detour=chance.uniform(1, 1.6)), {})
    ways = [[Leg(leg.minutes + chance.randint(1, 5), leg.km) if leg.minutes else leg for leg in row] for row in ways]
    return [_stop(chance) for _ in range(count)], ways


def _stop(chance: Random) -> Stop:
    opens, minutes = chance.randint(480, 640), chance.randint(5, 40)
    first = (opens, opens + minutes + chance.choice((0, 10, 60)))
    again = chance.choice(((), ((first[1] + 20, first[1] + 20 + minutes + 30),)))
    return Stop(chance.choice((ALWAYS, (first, *again))), minutes, chance.choice((minutes + 10, 100, 2_000)))


def least(day: Day, stops: Sequence[Stop], legs: Legs) -> int:
    """What the best of all orders costs: every subset, every order, every minute at which one may leave."""
    starts = numpy.arange(day.start, day.end)
    everything = sum(stop.worth for stop in stops)
    return min(
        (everything, *(spent + everything - worth for spent, worth in _orders(day, stops, legs, starts, starts, ())))
    )


def _orders(
    day: Day, stops: Sequence[Stop], legs: Legs, starts: numpy.ndarray, at: numpy.ndarray, done: tuple[int, ...]
) -> Iterator[tuple[int, int]]:
    here = done[-1] + 2 if done else 0
    for place in set(range(len(stops))) - set(done):
        leaves = _leaves(stops[place], at + legs[here][place + 2].minutes)
        ends = leaves + legs[place + 2][1].minutes
        if not (fits := ends <= day.end).any():
            if not (leaves < NEVER).any():
                continue
        else:
            yield int((ends - starts)[fits].min()), sum(stops[each].worth for each in (*done, place))
        yield from _orders(day, stops, legs, starts, leaves, (*done, place))


def _leaves(stop: Stop, arrives: numpy.ndarray) -> numpy.ndarray:
    found = numpy.full_like(arrives, NEVER)
    for opens, shuts in reversed(stop.opens):
        begins = numpy.maximum(arrives, opens)
        found = numpy.where(begins + stop.minutes <= shuts, begins + stop.minutes, found)
    return found


def cost(day: Day, stops: Sequence[Stop], legs: Legs, order: Sequence[int]) -> int:
    """What an order costs: its shortest day, and what is left out."""
    starts = numpy.arange(day.start, day.end)
    at, here = starts, 0
    for place in order:
        at, here = _leaves(stops[place], at + legs[here][place + 2].minutes), place + 2
    ends = at + legs[here][1].minutes
    assert (ends <= day.end).any(), order
    left = sum(stop.worth for place, stop in enumerate(stops) if place not in order)
    return left + (int((ends - starts)[ends <= day.end].min()) if order else 0)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False), st.integers(1, 5))
def test_no_order_is_better_than_the_one_found(chance: Random, count: int) -> None:
    stops, legs = random_day(chance, count)
    order = best_order(DAY, stops, legs)
    assert len(order) == len(set(order))
    assert cost(DAY, stops, legs, order) == least(DAY, stops, legs)
    assert timetable(DAY, stops, legs, order).kept


@pytest.mark.parametrize("seed", [1, 2])
def test_no_order_of_seven_is_better(seed: int) -> None:
    stops, legs = random_day(Random(seed), 7)
    order = best_order(DAY, stops, legs)
    assert cost(DAY, stops, legs, order) == least(DAY, stops, legs)


def test_the_same_question_has_the_same_answer() -> None:
    stops, legs = random_day(Random(7), 12)
    assert best_order(DAY, stops, legs) == best_order(DAY, stops, legs)
