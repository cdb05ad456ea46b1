"""The arithmetic of market share: pure, so that it can be read and tested without a database.

A share is a **ratio of totals**: the sum of what accounts use of a brand over the sum of what they use of all brands.
Large users weigh more than small ones; the mean of the accounts' own ratios would be another, and wrong, figure.

Quantities add up only within one product group, and over groups only where their base units agree. So every group has
the cells that were logged on it, and a group with groups beneath it also has a total of itself and everything beneath
it, provided that all of these are counted in the same unit (`members_of_totals`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

THIN = 5
"""Fewer accounts than this make a cell too thin to rely on."""
FRESH_DAYS = 90
"""An account whose newest answer is at most so old at the period's end told us lately."""


class Freshness(StrEnum):
    """How many of the accounts behind a figure told us lately: two thirds, one third, or fewer."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Node:
    """A product group as the arithmetic needs it."""

    id: UUID
    parent_id: UUID | None
    base_unit: str


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """`part` ÷ `whole` as a fraction; None where the whole is nothing, because then nobody knows."""
    return Decimal(part) / Decimal(whole) if whole else None


def ratio_of_totals(pairs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Σ part ÷ Σ whole over (part, whole) pairs.

    >>> ratio_of_totals([(Decimal(1), Decimal(2)), (Decimal(8), Decimal(8))])
    Decimal('0.9')
    """
    part = whole = Decimal(0)
    for one_part, one_whole in pairs:
        part += one_part
        whole += one_whole
    return ratio(part, whole)


def freshness(fresh_accounts: int, accounts: int) -> Freshness | None:
    """The word for how fresh the answers are; None where there are none."""
    if not accounts:
        return None
    if 3 * fresh_accounts >= 2 * accounts:
        return Freshness.FRESH
    return Freshness.AGEING if 3 * fresh_accounts >= accounts else Freshness.STALE


def members_of_totals(nodes: Collection[Node], logged: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """For each group that gets a total: the logged groups it is made of, itself included if it was logged on.

    A group gets a total when something was logged beneath it and all members and the group itself share a base unit.
    """
    by_id = {node.id: node for node in nodes}
    beneath: dict[UUID, list[UUID]] = defaultdict(list)
    for group_id in sorted(logged):
        for ancestor in _ancestors(by_id, group_id):
            beneath[ancestor].append(group_id)
    return {
        group_id: sorted({*members, *({group_id} & set(logged))})
        for group_id, members in sorted(beneath.items())
        if {by_id[member].base_unit for member in members} == {by_id[group_id].base_unit}
    }


def _ancestors(by_id: Mapping[UUID, Node], group_id: UUID) -> list[UUID]:
    found: list[UUID] = []
    parent_id = by_id[group_id].parent_id
    while parent_id is not None and parent_id not in found:
        found.append(parent_id)
        parent_id = by_id[parent_id].parent_id
    return found
