"""The team: who belongs to it, how the agreed intervals are kept, and what the laptops say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import NullPool

from models.access import Principal
from models.account import Account
from models.base import new_id
from models.errors import NotFound
from models.region import Territory, assign_territory
from models.session import Database
from models.sync.device import Device
from models.team import Coverage, Pace, list_overdue, list_territories, read_member, read_team
from models.user import User
from models.visit import plan_visit
from tests.factories_field import add_account, add_visit
from tests.queries import count_queries
from tests.world import NOON, TODAY, days, ident, principals

SYSTEM = Principal.system("test")
CEM, FILIZ, GOKHAN, HALE = (principals()[name] for name in ("cem", "filiz", "gokhan", "hale"))

PLAIN_COLUMNS = """
select string_agg(quote_ident(column_name), ', ') from information_schema.columns
where table_name = 'visit' and is_generated = 'NEVER'
and column_name not in ('id', 'happened_at', 'op_id', 'planned_on')
"""
OLD_VISITS = """
insert into visit (id, happened_at, {0})
select gen_random_uuid(), cast(:noon as timestamptz) - n * interval '6 hours', {0}
from visit cross join generate_series(200, 3200) n where user_id = :user and status = 'completed'
"""

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.usefixtures("frozen")]


@pytest.fixture
def frozen() -> Iterator[None]:
    """It is noon, three days after the cast's visits."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (FILIZ, ["Cem Güneş", "Deniz Şahin"]),
        (GOKHAN, ["Ece Çelik"]),
        (HALE, ["Cem Güneş", "Deniz Şahin", "Ece Çelik"]),
    ],
    ids=["manager", "manager2", "hq"],
)
def test_the_team_is_whoever_holds_a_territory_of_the_region(
    database: Database, who: Principal, names: list[str]
) -> None:
    with database.open(who) as db:
        assert [member.user.name for member in read_team(db).members] == names


@pytest.mark.parametrize(
    ("share", "pace"),
    [((4, 1, 0), Pace.ON_PLAN), ((3, 1, 1), Pace.SLIPPING), ((1, 0, 1), Pace.BEHIND), ((0, 0, 0), None)],
)
def test_pace(share: tuple[int, int, int], pace: Pace | None) -> None:
    assert Coverage(*share).pace == pace


@pytest.mark.parametrize(
    ("age", "state"), [(30, "on_time"), (30.1, "due"), (37.5, "due"), (37.6, "overdue"), (400, "overdue")]
)
def test_an_account_is_due_after_its_interval_and_overdue_a_quarter_later(
    system_database: Database, database: Database, age: float, state: str
) -> None:
    with system_database.transaction(SYSTEM) as db:
        add_visit(db, add_account(db, "Tersane", interval=30), happened_at=NOON - days(age))
    with database.open(FILIZ) as db:
        member, _ = read_member(db, ident("user.cem"))
    expected = {"on_time": 1, "due": 0, "overdue": 0}
    expected[state] += 1
    assert {name: getattr(member.coverage, name) for name in expected} == expected


def test_an_account_never_visited_waits_since_it_is_known(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        for name, age in (("Yeni", 5), ("Unutulan", 90)):
            add_account(db, name).created_at = NOON - days(age)
    with database.open(FILIZ) as db:
        late = list_overdue(db, [ident("territory.izmir")])
        assert [(each.account.name, each.last_visit_at, each.intervals) for each in late] == [("Unutulan", None, 3.0)]


def test_only_completed_visits_keep_an_account_on_time(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        account = add_account(db, "Tersane")
        account.created_at = NOON - days(60)
        plan_visit(db, account, db.get_one(User, ident("user.cem")), TODAY)
        cancelled = add_visit(db, account, happened_at=NOON - days(1))
        cancelled.status = "cancelled"
    with database.open(FILIZ) as db:
        assert [each.account.name for each in list_overdue(db, [ident("territory.izmir")])] == ["Tersane"]


def test_the_longest_overdue_come_first_and_pages_follow(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        for name, interval, age in (("Bir", 10, 40), ("İki", 30, 100), ("Üç", 7, 6), ("Yok", None, 900)):
            add_visit(db, add_account(db, name, interval=interval), happened_at=NOON - days(age))
    with database.open(FILIZ) as db:
        territories = [ident("territory.izmir")]
        assert [each.account.name for each in list_overdue(db, territories)] == ["Bir", "İki"]
        assert [each.account.name for each in list_overdue(db, territories, limit=1, offset=1)] == ["İki"]
        assert list_overdue(db, [ident("territory.istanbul")]) == []


def test_visits_are_counted_by_who_made_them(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        account = add_account(db, "Tersane", interval=14)
        for age in (1, 6.9, 7.1, 27.9, 28.1):
            add_visit(db, account, happened_at=NOON - days(age))
        add_visit(db, account, "filiz", NOON - days(2))
    with database.open(FILIZ) as db:
        member, coverage = read_member(db, ident("user.cem"))
    assert (member.visits_7, member.visits_28) == (3, 5)  # one of each is the cast's
    assert member.last_visit_at == NOON - days(1)
    assert member.coverage.planned == coverage[ident("territory.izmir")].planned
    assert round(member.coverage.planned, 3) == round(Decimal(28) / 14 + Decimal(28) / 30, 3)


def test_years_of_visits_stay_unread(admin_url: str, database: Database) -> None:
    engine = create_engine(admin_url, poolclass=NullPool)
    with engine.begin() as connection:  # past the triggers, which take longer for so many
        connection.exec_driver_sql("set local session_replication_role = replica")
        names = connection.execute(text(PLAIN_COLUMNS)).scalar_one()
        connection.execute(text(OLD_VISITS.format(names)), {"user": ident("user.cem"), "noon": NOON})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("vacuum analyze visit")
    seen: list[tuple[str, dict[str, object]]] = []

    def note(*told: Any) -> None:
        seen.append((told[2], told[3]))

    with database.open(FILIZ) as db:
        event.listen(database.engine, "before_cursor_execute", note)
        member, _coverage = read_member(db, ident("user.cem"))
        event.remove(database.engine, "before_cursor_execute", note)
        (counted,) = [each for each in seen if "AS four_weeks" in each[0]]
        plan = db.connection().exec_driver_sql("explain (analyze, costs off) " + counted[0], counted[1]).scalars().all()
    assert member.visits_28 == 1
    read = [int(float(rows)) for rows in re.findall(r" on visit.*rows=([\d.]+)", "\n".join(plan))]
    assert read, plan
    assert max(read) < 100, plan


def test_a_territory_that_nobody_holds_is_said(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.add(Territory(code="usak", name="Uşak", region_id=ident("region.ege")))
    with database.open(FILIZ) as db:
        team = read_team(db)
        assert [territory.name for territory in team.vacant] == ["Uşak"]
        assert len(team.members) == 2
    with database.open(GOKHAN) as db:
        assert read_team(db).vacant == []


def test_a_territory_counts_for_whoever_holds_it_now(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        manisa, cem = db.get_one(Territory, ident("territory.manisa")), db.get_one(User, ident("user.cem"))
        assign_territory(db, manisa, cem, NOON)
    with database.open(FILIZ) as db:
        (member,) = read_team(db).members
        assert [territory.name for territory in member.territories] == ["İzmir", "Manisa"]
        assert member.coverage.accounts == 2
        with pytest.raises(NotFound):
            read_member(db, ident("user.deniz"))


@pytest.mark.parametrize("user", ["ece", "gokhan", "ayse", "filiz"])
def test_somebody_who_is_not_of_the_team_is_not_found(database: Database, user: str) -> None:
    with database.open(FILIZ) as db, pytest.raises(NotFound):
        read_member(db, ident(f"user.{user}"))


def test_what_laptops_say_is_added_up(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        for waiting, age in ((3, 2), (1, 5)):
            db.add(
                Device(
                    id=new_id(),
                    user_id=ident("user.deniz"),
                    region_id=ident("region.ege"),
                    agent="Chrome",
                    app="1",
                    schema=1,
                    waiting=waiting,
                    oldest_waiting_at=NOON - timedelta(hours=age),
                    last_seen_at=NOON - timedelta(minutes=age),
                )
            )
    with database.open(FILIZ) as db:
        member, _ = read_member(db, ident("user.deniz"))
    assert member.waiting == 4
    assert [device.last_seen_at for device in member.devices] == [NOON - timedelta(minutes=age) for age in (2, 5)]


@pytest.mark.parametrize(
    ("who", "codes"),
    [(CEM, ["izmir"]), (FILIZ, ["izmir", "manisa"]), (HALE, ["istanbul", "izmir", "manisa"])],
    ids=["rep", "manager", "hq"],
)
def test_territories_one_works_in(database: Database, who: Principal, codes: list[str]) -> None:
    with database.open(who) as db:
        assert sorted(territory.code for territory in list_territories(db)) == codes


def test_the_team_costs_the_same_queries_however_large(system_database: Database, database: Database) -> None:
    def grow(count: int) -> None:
        with system_database.transaction(SYSTEM) as db:
            for number in range(count):
                code = f"t{count}-{number}"
                territory = Territory(code=code, name=code, region_id=ident("region.ege"))
                user = User(email=f"{code}@example.com", name=f"Rep {code}", role="rep")
                db.add_all([territory, user])
                db.flush()
                assign_territory(db, territory, user, NOON - days(1))
                db.add(Account(name=code, territory_id=territory.id, region_id=territory.region_id))

    def cost() -> int:
        with database.open(FILIZ) as db:
            return count_queries(db, lambda: [(m.user.name, m.region.name) for m in read_team(db).members])

    grow(3)
    few = cost()
    grow(30)
    assert cost() == few == 5
