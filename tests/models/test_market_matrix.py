"""Reading runs: the order of the lines, sums over regions, the trend, and what one visit told beside what was known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import ModuleType

import pytest

from models.access import Principal
from models.account import Account
from models.market import BrandUsage, record_activity
from models.market.consolidate import consolidate
from models.market.logged import logged_on
from models.market.matrix import Line, list_evidence, read_matrix, read_trend
from models.market.run import newest_run
from models.product import Brand, ProductGroup
from models.session import Database
from models.user import User
from models.visit import Visit
from tests.factories_field import add_account, add_usage, add_visit
from tests.world import NOON, TODAY, days, ident

pytestmark = pytest.mark.usefixtures("world")

YEAR = TODAY - days(365)
SYSTEM = Principal.system("test")
OURS, RIVAL = ident("brand.ours"), ident("brand.rival")


def test_the_matrix_follows_the_tree_and_adds_regions_up(
    system_database: Database, database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        add_usage(db, db.get_one(Account, ident("account.vinc")), 1000, group="rutile", user="ece")
        add_usage(db, db.get_one(Account, ident("account.gemi")), 500, "rival", group="consumables")
        consolidate(db, YEAR, TODAY)
    with database.open(world.principals()["hale"]) as db:
        run = newest_run(db)
        assert run is not None
        matrix = read_matrix(db, run)
    lines = [(line.product_group.code, line.rolled_up, line.depth) for line in matrix.lines]
    assert lines == [("consumables", True, 0), ("consumables", False, 1), ("basic", False, 1), ("rutile", False, 1)]
    assert [region.code for region in matrix.regions] == ["ege", "marmara"]
    assert next(brand.id for brand in matrix.brands) == OURS
    assert matrix.ours == [OURS]
    basic = matrix.overall[ident("group.basic"), False]
    assert (basic.accounts, basic.known_accounts, basic.quantity) == (3, 3, Decimal(12000))
    assert basic.share(matrix.ours) == Decimal("0.3")
    both = matrix.overall[ident("group.consumables"), True]
    assert both.quantity == 13500
    assert matrix.by_region[ident("group.rutile"), False, ident("region.ege")].accounts == 0


def test_a_managers_matrix_holds_his_region_only(
    system_database: Database, database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        consolidate(db, YEAR, TODAY)
    with database.open(world.principals()["gokhan"]) as db:
        run = newest_run(db)
        assert run is not None
        matrix = read_matrix(db, run)
    assert [region.code for region in matrix.regions] == ["marmara"]
    assert matrix.overall[ident("group.basic"), False].accounts == 1


def test_the_trend_takes_the_newest_run_of_each_month(system_database: Database) -> None:
    ends = [date(2026, 1, 20), date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 2)]
    with system_database.transaction(SYSTEM) as db:
        for end in ends:
            consolidate(db, YEAR, end)
        add_usage(db, db.get_one(Account, ident("account.gemi")), 5200)
        consolidate(db, YEAR, TODAY)
        line = Line(db.get_one(ProductGroup, ident("group.basic")), False)
        trend = read_trend(db, line, ident("region.ege"))
        assert [(end, figure.share([OURS])) for end, figure in trend] == [
            (date(2026, 3, 2), Decimal(6400) / Decimal(12000))
        ]
        add_usage(db, db.get_one(Account, ident("account.gemi")), 800, on=date(2026, 1, 5))
        consolidate(db, YEAR, date(2026, 1, 31))
        trend = read_trend(db, line, ident("region.ege"))
        assert [(end, figure.brands) for end, figure in trend] == [
            (date(2026, 1, 31), {OURS: Decimal(800)}),
            (date(2026, 3, 2), {OURS: Decimal(6400), RIVAL: Decimal(5600)}),
        ]
        assert [end for end, _ in read_trend(db, line, months=1)] == [date(2026, 3, 2)]


def test_evidence_leads_to_the_visits_largest_first(
    system_database: Database, database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        add_usage(db, add_account(db, "Yeni Tersane"), 9000, "rival")
        consolidate(db, YEAR, TODAY)
    with database.open(world.principals()["filiz"]) as db:
        run = newest_run(db)
        assert run is not None
        line = Line(db.get_one(ProductGroup, ident("group.basic")), False)
        rivals = list_evidence(db, run, line, brand_id=RIVAL)
        assert [(row.account.name, row.visit_id) for row in rivals[:1]] == [("Yeni Tersane", None)]
        assert {row.visit_id for row in rivals[1:]} == {ident("visit.gemi"), ident("visit.kazan")}
        assert list_evidence(db, run, line, region_id=ident("region.marmara")) == []
        assert len(list_evidence(db, run, line, limit=2, offset=4)) == 1


def test_a_visit_shows_what_was_told_beside_the_time_before(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        gemi = db.get_one(Account, ident("account.gemi"))
        visit = add_visit(db, gemi)
        add_usage(db, gemi, 1500, visit=visit)
        add_usage(db, gemi, 10, "other", visit=visit)
        add_usage(db, gemi, 7000, "rival", on=TODAY + days(1))
        cem, rival = db.get_one(User, ident("user.cem")), db.get_one(Brand, RIVAL)
        record_activity(db, gemi, rival, "Fiyat listesi dağıttı", happened_on=TODAY, user=cem, visit=visit)
        db.flush()
        logged = logged_on(db, visit)
        first = logged_on(db, db.get_one(Visit, ident("visit.gemi")))
        told = [(each.now.brand.code, each.now.quantity, each.before, each.change) for each in logged.usages]
    assert told == [("ours", Decimal(1500), Decimal(1200), Decimal(300)), ("other", Decimal(10), None, None)]
    assert logged.usages[0].before_on == TODAY - days(3)
    assert [each.text for each in logged.activities] == ["Fiyat listesi dağıttı"]
    assert [(each.now.quantity, each.before) for each in first.potentials] == [(Decimal(5000), None)]
    assert not logged.is_empty


def test_the_time_before_is_the_last_of_its_day_and_never_a_later_one(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        account = add_account(db, "Yeni Tersane")
        visit = add_visit(db, account)
        usages: list[BrandUsage] = []
        for number, seconds in enumerate((10, 30, 20)):
            usages.append(add_usage(db, account, number, visit=visit if seconds == 20 else None))
            usages[-1].created_at = NOON.replace(second=seconds)
        db.flush()
        (told,) = logged_on(db, visit).usages
    assert (told.now.quantity, told.before) == (Decimal(2), Decimal(0))


def test_a_visit_without_market_data_says_so(system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        visit = add_visit(db, add_account(db, "Yeni Tersane"))
        db.flush()
        assert logged_on(db, visit).is_empty
