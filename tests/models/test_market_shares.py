"""The arithmetic of market share, and the published ratio it must give for a real population."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import insert

from models.access import Principal
from models.account import Account
from models.base import new_id
from models.market import BrandUsage, Potential
from models.market.consolidate import consolidate
from models.market.matrix import Line, read_figure
from models.market.shares import Freshness, Node, freshness, members_of_totals, ratio, ratio_of_totals
from models.product import ProductGroup
from models.session import Database
from tests.world import TODAY, ident

A, B, C, D = (UUID(int=number) for number in range(1, 5))


def test_a_share_is_a_ratio_of_totals_and_no_mean_of_ratios() -> None:
    small_and_large = [(Decimal(10), Decimal(10)), (Decimal(0), Decimal(90))]
    assert ratio_of_totals(small_and_large) == Decimal("0.1")


@pytest.mark.parametrize(("part", "whole", "expected"), [(1, 4, "0.25"), (0, 4, "0"), (4, 4, "1"), (0, 0, None)])
def test_ratio(part: int, whole: int, expected: str | None) -> None:
    assert ratio(part, whole) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("fresh", "accounts", "word"),
    [
        (0, 0, None),
        (2, 3, Freshness.FRESH),
        (66, 100, Freshness.AGEING),
        (1, 3, Freshness.AGEING),
        (33, 100, Freshness.STALE),
        (0, 1, Freshness.STALE),
    ],
)
def test_freshness(fresh: int, accounts: int, word: Freshness | None) -> None:
    assert freshness(fresh, accounts) == word


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        ({C, D}, {A: [C, D], B: [C, D]}),
        ({C}, {A: [C], B: [C]}),
        ({B, C}, {A: [B, C], B: [B, C]}),
        ({A}, {}),
        (set(), {}),
    ],
    ids=["two leaves", "one leaf", "a node and its leaf", "only the top", "nothing"],
)
def test_a_group_with_something_logged_beneath_it_gets_a_total(
    logged: set[UUID], expected: dict[UUID, list[UUID]]
) -> None:
    tree = [Node(A, None, "kg"), Node(B, A, "kg"), Node(C, B, "kg"), Node(D, B, "kg")]
    assert members_of_totals(tree, logged) == expected


def test_quantities_in_different_units_are_never_added_up() -> None:
    tree = [Node(A, None, "kg"), Node(B, A, "kg"), Node(C, A, "piece"), Node(D, B, "kg")]
    assert members_of_totals(tree, {C, D}) == {B: [D]}
    assert members_of_totals([Node(A, None, "piece"), Node(B, A, "kg")], {B}) == {}


def test_a_tree_that_bites_its_tail_ends() -> None:
    assert members_of_totals([Node(A, B, "kg"), Node(B, A, "kg")], {A}) == {A: [A], B: [A]}


def schools(folder: Path) -> Iterator[tuple[str, Decimal, Decimal]]:
    """(kind of school, tested, enrolled) of the schools that say how many are enrolled."""
    with (folder / "survey" / "apipop.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["enroll"] != "NA":
                yield row["stype"], Decimal(row["api.stu"]), Decimal(row["enroll"])


def test_the_published_ratio_of_a_real_population(sample_data: Path) -> None:
    found = ratio_of_totals((tested, enrolled) for _, tested, enrolled in schools(sample_data))
    assert found is not None
    assert round(found, 7) == Decimal("0.8355465")
    assert sum(enrolled for _, _, enrolled in schools(sample_data)) == 3_811_472


@pytest.mark.usefixtures("world")
def test_a_run_over_a_real_population_finds_the_published_ratio(sample_data: Path, system_database: Database) -> None:
    """Each of 6,157 schools is an account that could use as much as it enrols and uses as much as it tests."""
    brands = {"E": "ours", "M": "rival", "H": "other"}
    place = {"territory_id": ident("territory.istanbul"), "region_id": ident("region.marmara")}
    told = {"product_group_id": ident("group.rutile"), "observed_on": TODAY, "user_id": ident("user.ece"), **place}
    accounts, usages, potentials = [], [], []
    expected: dict[UUID, Decimal] = defaultdict(Decimal)
    for kind, tested, enrolled in schools(sample_data):
        account_id, brand_id = new_id(), ident(f"brand.{brands[kind]}")
        accounts.append({"id": account_id, "name": f"School {account_id}", **place})
        usages.append({"account_id": account_id, "brand_id": brand_id, "quantity": tested, **told})
        potentials.append({"account_id": account_id, "quantity": enrolled, **told})
        expected[brand_id] += tested
    with system_database.transaction(Principal.system("test")) as db:
        for mapped, rows in ((Account, accounts), (BrandUsage, usages), (Potential, potentials)):
            db.execute(insert(mapped), rows)
        run = consolidate(db, TODAY, TODAY)
        line = Line(db.get_one(ProductGroup, ident("group.rutile")), rolled_up=False)
        figure = read_figure(db, run, line)
    assert figure is not None
    assert figure.accounts == 6157
    assert figure.potential == 3_811_472
    assert figure.explained_share is not None
    assert round(figure.explained_share, 7) == Decimal("0.8355465")
    assert figure.brands == expected
    assert figure.share(expected) == 1
