"""A market share run: what goes in, what comes out, and that it stays as it was."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import ProgrammingError

from models.access import Principal
from models.account import Account
from models.errors import Refused
from models.market import BrandUsage, record_potential
from models.market.consolidate import consolidate
from models.market.matrix import Figure, Line, list_evidence, read_figure
from models.market.run import MarketShare, MarketShareEvidence, MarketShareRun, MarketTotal, newest_run, run_before
from models.product import ProductGroup
from models.session import Database, Session
from models.user import User
from tests.factories_field import add_account, add_usage
from tests.world import NOON, TODAY, days, ident

pytestmark = pytest.mark.usefixtures("world")

YEAR = TODAY - days(365)
SYSTEM = Principal.system("test")
EGE = ident("region.ege")


def figure_of(
    db: Session, group: str = "basic", region: str = "ege", *, total: bool = False, run: MarketShareRun | None = None
) -> Figure:
    """The figure of a group in a region, in the newest run unless told otherwise."""
    line = Line(db.get_one(ProductGroup, ident(f"group.{group}")), total)
    found = read_figure(db, run or newest_run(db) or pytest.fail("no run"), line, ident(f"region.{region}"))
    assert found is not None
    return found


def cells(db: Session, run: MarketShareRun) -> list[tuple[Any, ...]]:
    """Everything that a run found, without the ids of its rows."""
    found: list[tuple[Any, ...]] = []
    for table in (MarketTotal, MarketShare, MarketShareEvidence):
        columns = [column for column in table.__table__.columns if column.name not in ("id", "run_id")]
        found += [(table.__tablename__, *row) for row in db.execute(select(*columns).where(table.run_id == run.id))]
    return sorted(found, key=repr)


def test_the_share_changes_by_exactly_what_was_logged(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        consolidate(db, YEAR, TODAY)
        before = figure_of(db)
        add_usage(db, db.get_one(Account, ident("account.gemi")), 2000)
        consolidate(db, YEAR, TODAY)
        after = figure_of(db)
    # Gemi said 1,200 of ours and 2,800 of a rival's, Kazan the same; now Gemi says 2,000 of ours.
    assert before.share([ident("brand.ours")]) == Decimal("0.3")
    assert before.quantity == 8000
    assert after.quantity - before.quantity == 800
    assert after.brands[ident("brand.ours")] - before.brands[ident("brand.ours")] == 800
    assert after.brands[ident("brand.rival")] == before.brands[ident("brand.rival")]
    assert after.share([ident("brand.ours")]) == Decimal(3200) / Decimal(8800)
    assert after.accounts == before.accounts == 2


def test_only_the_latest_observation_of_the_period_counts(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        account = add_account(db, "Yeni Tersane")
        for quantity, day in (
            (900, TODAY + days(1)),
            (70, TODAY - days(1)),
            (500, TODAY - days(2)),
            (1, YEAR - days(1)),
        ):
            add_usage(db, account, quantity, "other", on=day)
        run = consolidate(db, YEAR, TODAY)
        line = Line(db.get_one(ProductGroup, ident("group.basic")), False)
        behind = list_evidence(db, run, line, brand_id=ident("brand.other"))
        assert [(row.quantity, row.observed_on) for row in behind] == [(Decimal(70), TODAY - days(1))]
        assert figure_of(db).brands[ident("brand.other")] == 70


def test_of_two_observations_of_a_day_the_one_that_arrived_later_counts(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        account = add_account(db, "Yeni Tersane")
        first, second = (add_usage(db, account, quantity, "other") for quantity in (40, 30))
        first.created_at, second.created_at = NOON + timedelta(seconds=1), NOON
        consolidate(db, YEAR, TODAY)
        assert figure_of(db).brands[ident("brand.other")] == 40


def test_a_brand_given_up_has_no_share_but_its_account_has_told(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        add_usage(db, add_account(db, "Yeni Tersane"), 0, "other")
        consolidate(db, YEAR, TODAY)
        figure = figure_of(db)
    assert ident("brand.other") not in figure.brands
    assert (figure.accounts, figure.known_accounts) == (3, 3)


def test_where_nobody_told_anything_coverage_is_nothing_and_the_share_unknown(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        add_usage(db, db.get_one(Account, ident("account.vinc")), 10, group="rutile", user="ece")
        consolidate(db, YEAR, TODAY)
        silent = figure_of(db, "rutile")
    assert (silent.accounts, silent.known_accounts) == (0, 2)
    assert silent.coverage == 0
    assert silent.share([ident("brand.ours")]) is None
    assert silent.freshness is None
    assert silent.latest_on is None


def test_a_total_counts_an_account_once(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        gemi = db.get_one(Account, ident("account.gemi"))
        add_usage(db, gemi, 600, "ours", group="rutile")
        add_usage(db, gemi, 400, "other", group="consumables")
        run = consolidate(db, YEAR, TODAY)
        total = figure_of(db, "consumables", total=True)
        alone = figure_of(db, "consumables")
        line = Line(db.get_one(ProductGroup, ident("group.consumables")), True)
        behind = list_evidence(db, run, line, region_id=EGE)
    assert total.accounts == 2
    assert (total.quantity, alone.quantity) == (Decimal(9000), Decimal(400))
    assert total.share([ident("brand.ours")]) == Decimal(3000) / Decimal(9000)
    assert sum(row.quantity for row in behind) == total.quantity


def test_usage_is_compared_with_potential_only_where_both_were_told(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        silent, untold = add_account(db, "Sadece Potansiyel"), add_account(db, "Sadece Kullanım")
        group, cem = db.get_one(ProductGroup, ident("group.basic")), db.get_one(User, ident("user.cem"))
        record_potential(db, silent, group, Decimal(6000), observed_on=TODAY, user=cem)
        add_usage(db, untold, 1000)
        consolidate(db, YEAR, TODAY)
        figure = figure_of(db)
    # The cast's two accounts need 5,000 each and told 4,000 each; a third needs 6,000 and told nothing.
    assert (figure.potential, figure.explained) == (Decimal(16000), Decimal(8000))
    assert figure.explained_share == Decimal("0.5")


def test_fresh_accounts_told_within_the_last_ninety_days(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        for age in (90, 91):
            add_usage(db, add_account(db, f"{age} gün"), 10, on=TODAY - days(age))
        consolidate(db, YEAR, TODAY)
        figure = figure_of(db)
    assert (figure.fresh_accounts, figure.accounts) == (3, 4)


def test_the_same_input_gives_the_same_cells_and_leaves_the_older_run(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        first = consolidate(db, YEAR, TODAY)
        before = cells(db, first)
    with system_database.transaction(SYSTEM) as db:
        second = consolidate(db, YEAR, TODAY)
        assert second.id != first.id
        assert cells(db, second) == before
        assert cells(db, first) == before
        newest = newest_run(db)
        assert newest is not None
        assert newest.id == second.id


def test_any_run_equals_a_plain_count_of_the_same_observations(system_database: Database) -> None:
    """Five hundred observations at random against the rule written down once more, the slow way."""
    dice = random.Random(7)
    with system_database.transaction(SYSTEM) as db:
        accounts = [add_account(db, f"Hesap {n}", dice.choice(["izmir", "manisa", "istanbul"])) for n in range(40)]
        db.flush()
        for _ in range(500):
            add_usage(
                db,
                dice.choice(accounts),
                dice.choice(["0", "10", "25", "3.125"]),
                dice.choice(["ours", "rival", "other"]),
                group=dice.choice(["basic", "rutile"]),
                user=dice.choice(["cem", "deniz", "ece"]),
                on=TODAY - days(dice.randrange(500)),
            )
        run = consolidate(db, YEAR, TODAY)
        told = db.scalars(select(BrandUsage).where(BrandUsage.observed_on.between(YEAR, TODAY))).all()
        latest: dict[tuple[UUID, UUID, UUID], BrandUsage] = {}
        for usage in sorted(told, key=lambda each: (each.observed_on, each.created_at, each.id)):
            latest[usage.account_id, usage.product_group_id, usage.brand_id] = usage
        cell: dict[tuple[UUID, UUID, UUID], Decimal] = defaultdict(Decimal)
        whole: dict[tuple[UUID, UUID], Decimal] = defaultdict(Decimal)
        for usage in latest.values():
            cell[usage.product_group_id, usage.region_id, usage.brand_id] += usage.quantity
            whole[usage.product_group_id, usage.region_id] += usage.quantity
        shares = db.scalars(
            select(MarketShare).where(MarketShare.run_id == run.id, MarketShare.rolled_up.is_(False))
        ).all()
    assert {(s.product_group_id, s.region_id, s.brand_id): s.quantity for s in shares} == {
        key: quantity for key, quantity in cell.items() if quantity
    }
    assert all(s.total == whole[s.product_group_id, s.region_id] for s in shares)
    assert (run.usages, run.accounts) == (len(latest), len({account for account, _, _ in latest}))


def test_a_period_that_ends_before_it_begins_is_refused(system_database: Database) -> None:
    with system_database.open(SYSTEM) as db, pytest.raises(Refused):
        consolidate(db, TODAY, YEAR)


def test_readers_see_the_run_of_the_latest_period(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        latest = consolidate(db, YEAR, TODAY)
        earlier = consolidate(db, YEAR - days(28), TODAY - days(28))
        consolidate(db, YEAR - days(20), TODAY - days(20))
        assert newest_run(db) is latest
        assert run_before(db, latest) is earlier
        assert run_before(db, earlier) is None


@pytest.mark.parametrize("name", ["cem", "filiz", "hale", "ayse"])
@pytest.mark.parametrize("table", [MarketShareRun, MarketTotal, MarketShare, MarketShareEvidence])
def test_nobody_changes_a_run(database: Database, world: ModuleType, name: str, table: type[Any]) -> None:
    statements = [update(table).values(id=table.id), delete(table)]
    for statement in statements:
        with database.open(world.principals()[name]) as db, pytest.raises(ProgrammingError, match="permission denied"):
            db.execute(statement)


@pytest.mark.parametrize("name", ["cem", "filiz", "hale", "ayse"])
def test_nobody_but_the_system_makes_a_run(database: Database, world: ModuleType, name: str) -> None:
    with database.open(world.principals()[name]) as db, pytest.raises(ProgrammingError, match="permission denied"):
        consolidate(db, YEAR, TODAY)


@pytest.mark.parametrize(
    ("name", "regions"), [("filiz", {"ege"}), ("gokhan", {"marmara"}), ("hale", {"ege", "marmara"})]
)
def test_a_manager_sees_the_cells_of_his_region(
    system_database: Database, database: Database, world: ModuleType, name: str, regions: set[str]
) -> None:
    with system_database.transaction(SYSTEM) as db:
        run = consolidate(db, YEAR, TODAY)
    with database.open(world.principals()[name]) as db:
        for table in (MarketTotal, MarketShare, MarketShareEvidence):
            seen = db.scalars(select(table.region_id).where(table.run_id == run.id).distinct())
            assert set(seen) == {ident(f"region.{region}") for region in regions}, table


def test_a_run_over_ten_thousand_observations_takes_seconds_not_minutes(system_database: Database) -> None:
    """Ten thousand accounts in one statement each; a plan that compares all with all would need minutes."""
    with system_database.transaction(SYSTEM) as db:
        db.execute(
            text(
                "insert into account (id, name, territory_id, region_id)"
                " select gen_random_uuid(), 'A' || n, territory_id, region_id"
                " from account, generate_series(1, 10000) n where id = :id"
            ),
            {"id": ident("account.gemi")},
        )
        for table, column in (("brand_usage", "brand_id, "), ("potential", "")):
            db.execute(
                text(
                    f"insert into {table} (id, account_id, territory_id, region_id, product_group_id, {column}quantity,"  # noqa: S608
                    f" observed_on, user_id) select gen_random_uuid(), a.id, a.territory_id, a.region_id,"
                    f" s.product_group_id, {column}100, s.observed_on, s.user_id from account a, {table} s"
                    " where a.name like 'A%' and s.id = :id"
                ),
                {"id": ident("usage.gemi" if column else "potential.gemi")},
            )
        db.execute(text("set local statement_timeout = '20s'"))
        run = consolidate(db, YEAR, TODAY)
        assert db.scalar(select(func.sum(MarketTotal.accounts)).where(MarketTotal.run_id == run.id)) == 2 * 10_003
