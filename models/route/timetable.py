"""When somebody is where who goes to places in a given order. Pure arithmetic, in whole minutes of the local day.

The day begins as late as it can without ending later: time that would be spent waiting on the way is spent before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.opening import Windows
from models.route.travel import Leg


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit to make. `opens` are the minutes in which it may take place, from its beginning to its end."""

    opens: Windows
    minutes: int
    worth: int = 0
    """As many minutes of the day as it may cost; what costs more is left out."""


@dataclass(frozen=True, slots=True)
class Day:
    """The minutes of the day in which somebody is on the road."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """One stop of a timetable: `begins` is later than `arrives` where one has to wait."""

    stop: int
    leg: Leg
    arrives: int
    begins: int
    leaves: int
    kept: bool
    """Whether there is time for it before the place shuts."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """A day in order. `kept` says whether everybody is there in time and the day ends as it should."""

    leaves: int
    arrivals: Sequence[Arrival]
    home: Leg
    ends: int
    kept: bool

    @property
    def minutes(self) -> int:
        """From leaving to the end."""
        return self.ends - self.leaves


def timetable(day: Day, stops: Sequence[Stop], legs: Sequence[Sequence[Leg]], order: Sequence[int]) -> Timetable:
    """The timetable of `order` (indices of `stops`). `legs` has the start first, then the end, then the stops.

    Where a stop cannot be kept, it begins when one gets there, and `kept` is false.
    """
    earliest = _forward(day, stops, legs, order, day.start)
    if not order or not earliest.kept:
        return earliest
    return _forward(day, stops, legs, order, _latest(stops, legs, order, earliest))


def _forward(
    day: Day, stops: Sequence[Stop], legs: Sequence[Sequence[Leg]], order: Sequence[int], leaves: int
) -> Timetable:
    at, here, kept, arrivals = leaves, 0, True, []
    for place in order:
        stop, leg = stops[place], legs[here][place + 2]
        arrives = at + leg.minutes
        begins = begin(stop, arrives)
        kept &= begins is not None
        start = arrives if begins is None else begins
        arrivals.append(Arrival(place, leg, arrives, start, start + stop.minutes, begins is not None))
        at, here = start + stop.minutes, place + 2
    home = legs[here][1]
    return Timetable(leaves, arrivals, home, at + home.minutes, kept and at + home.minutes <= day.end)


def begin(stop: Stop, arrives: int) -> int | None:
    """When a visit begins to which one arrives then; None when it is too late."""
    return next(
        (max(opens, arrives) for opens, shuts in stop.opens if max(opens, arrives) + stop.minutes <= shuts), None
    )


def _latest(stops: Sequence[Stop], legs: Sequence[Sequence[Leg]], order: Sequence[int], known: Timetable) -> int:
    """The latest moment to leave that still keeps the end of the day, each stop in the opening that it has."""
    until = known.ends - known.home.minutes
    for arrival, before in zip(reversed(known.arrivals), [*reversed(order[:-1]), None], strict=True):
        stop = stops[arrival.stop]
        shuts = next(shuts for opens, shuts in stop.opens if opens <= arrival.begins and arrival.leaves <= shuts)
        begins = min(until, shuts) - stop.minutes
        here = 0 if before is None else before + 2
        until = begins - legs[here][arrival.stop + 2].minutes
    return until
