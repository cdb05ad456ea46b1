"""Chance that always falls the same way, and ids that follow from names: the same day gives the same world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

Thing = TypeVar("Thing")
WORLD = uuid5(NAMESPACE_URL, "channel-portal/demo")


def ident(kind: str, key: object) -> UUID:
    """The id of the record of that kind which is called `key`."""
    return uuid5(WORLD, f"{kind}/{key}")


class Chance(Random):
    """The dice of one part of the world: throwing them more often in one part leaves the others as they were."""

    def __init__(self, part: str) -> None:
        super().__init__(f"demo world: {part}")

    def happens(self, probability: float) -> bool:
        """Whether something as likely as this happens."""
        return self.random() < probability

    def pick(self, weights: Mapping[Thing, float]) -> Thing:
        """One of the keys, as likely as its weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def some(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """So many different ones, or all where there are fewer."""
        return self.sample(things, min(count, len(things)))

    def spread(self, size: float, sigma: float) -> float:
        """A size as sizes are spread in business: many below it, a few far above."""
        return size * self.lognormvariate(-sigma * sigma / 2, sigma)


def rounded(value: float, step: float = 1) -> Decimal:
    """The multiple of `step` nearest to the value."""
    unit = Decimal(str(step))
    return (Decimal(str(value)) / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def two_figures(value: float) -> Decimal:
    """A quantity as people say it: 740, 1,200, 26,000."""
    step = 10 ** max(len(str(int(value))) - 2, 0)
    return rounded(value, step)


def apportion(total: int, weights: Mapping[Thing, float], *, least: int = 0) -> dict[Thing, int]:
    """Share `total` out by weight, largest remainders first, everybody getting at least so many."""
    free = total - least * len(weights)
    whole = sum(weights.values())
    exact = {each: free * weight / whole for each, weight in weights.items()}
    shares = {each: int(value) for each, value in exact.items()}
    by_remainder = sorted(exact, key=lambda each: shares[each] - exact[each])
    for each in by_remainder[: free - sum(shares.values())]:
        shares[each] += 1
    return {each: share + least for each, share in shares.items()}
