"""Work that reaches the server after a hand-over: what a rep did while he held an account is his and is taken in."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from models.access import Principal, Role
from models.account import Account
from models.base import now
from models.hand_over import hand_over_account, hand_over_territory
from models.market import BrandUsage
from models.region import Territory, TerritoryAssignment
from models.session import Database
from models.sync.audit import audit_feed
from models.sync.decision import list_open
from models.user import User
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client
from tests.fieldsync.test_push import visit_patch

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def held_for_long(system_database: Database, cast: Cast) -> None:
    """Both reps have held their territories for a month."""
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(TerritoryAssignment).values(held_from=now() - timedelta(days=30)))


@pytest.fixture
def account_left(rep: Client, database: Database, cast: Cast) -> None:
    """The account goes from Ege to Marmara, while the rep is away from any network."""
    rep.pull()
    with database.transaction(cast.principal("manager")) as db:
        account, territory = db.get_one(Account, cast.account), db.get_one(Territory, cast.marmara)
        hand_over_account(db, account, territory, now())


def at(hours: float) -> str:
    return (now() + timedelta(hours=hours)).isoformat()


def day(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def test_competitor_activity_heard_before_the_hand_over_is_taken_in(
    rep: Client, rep2: Client, cast: Cast, account_left: None
) -> None:
    told = {"account_id": str(cast.account), "brand_id": str(cast.brands[1]), "text": "Gave samples away."}
    heard = rep.op("competitor_activity", "create", {**told, "happened_on": day(-3)})
    assert [result["verdict"] for result in rep.push(heard)] == ["applied"]
    rep2.pull()
    assert rep2.record("competitor_activity", heard["id"])["user_id"] == str(cast.rep)


def test_visit_made_before_the_hand_over_is_filed_with_the_account(
    rep: Client, rep2: Client, cast: Cast, account_left: None, system_database: Database
) -> None:
    visit = rep.op("visit", "create", visit_patch(cast, happened_at=at(-3), participants=[str(cast.contact)]))
    usage = rep.op("brand_usage", "create", usage_patch(cast, visit_id=visit["id"]))
    assert [result["verdict"] for result in rep.push(visit, usage)] == ["applied", "applied"]
    rep2.pull()
    seen = rep2.record("visit", visit["id"])
    assert (seen["user_id"], seen["participants"]) == (str(cast.rep), [str(cast.contact)])
    rep.pull()
    assert rep.record("visit", visit["id"]) is None, "the account is no longer his to hold"
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Visit, UUID(visit["id"])).territory_id == cast.marmara
        assert db.get_one(BrandUsage, UUID(usage["id"])).territory_id == cast.marmara
        assert audit_feed(db) == []


def usage_patch(cast: Cast, **more: object) -> dict[str, object]:
    told = {"account_id": str(cast.account), "product_group_id": str(cast.group), "brand_id": str(cast.brands[0])}
    return told | {"quantity": "120", "observed_on": day(-1)} | more


def test_visit_and_what_hangs_on_it_may_come_in_separate_batches(rep: Client, cast: Cast, account_left: None) -> None:
    visit = rep.op("visit", "create", visit_patch(cast, happened_at=at(-3)))
    assert rep.push(visit)[0]["verdict"] == "applied"
    usage = rep.op("brand_usage", "create", usage_patch(cast, visit_id=visit["id"]))
    assert rep.push(usage)[0]["verdict"] == "applied"
    assert rep.push(visit, usage)[0]["verdict"] == "applied", "and come again"


@pytest.mark.parametrize("hours", [1, 24 * 365 * 10, -24 * 40, -24 * 365 * 10])
def test_visit_dated_outside_of_his_time_waits_for_the_manager(
    rep: Client, database: Database, cast: Cast, account_left: None, hours: float
) -> None:
    visit = rep.op("visit", "create", visit_patch(cast, happened_at=at(hours)))
    assert rep.push(visit)[0]["verdict"] == "out_of_scope"
    with database.open(cast.principal("manager")) as db:
        assert [kept.op_id for kept in list_open(db)] == [UUID(visit["op_id"])]


def test_clock_of_the_laptop_decides_nothing(rep: Client, cast: Cast, account_left: None) -> None:
    """Only what the rep says of the visit counts, never when the laptop thinks that it saved it."""
    early = rep.op("visit", "create", visit_patch(cast, happened_at=at(1)), occurred_at="2016-01-01T00:00:00Z")
    late = rep.op("visit", "create", visit_patch(cast, happened_at=at(-1)), occurred_at="2099-01-01T00:00:00Z")
    assert [result["verdict"] for result in rep.push(early, late)] == ["out_of_scope", "applied"]


def test_what_is_no_fact_waits_for_the_manager(rep: Client, cast: Cast, account_left: None) -> None:
    plan = visit_patch(cast, status="planned", planned_on=day(1), happened_at=None)
    ops = [
        rep.op("account", "patch", {"town": "Urla"}, id=str(cast.account), base_version=1),
        rep.op("contact", "create", {"account_id": str(cast.account), "name": "Yeni"}),
        rep.op("visit", "create", plan),
    ]
    assert [result["verdict"] for result in rep.push(*ops)] == ["out_of_scope"] * 3


def test_rep_who_never_held_the_account_files_nothing(rep2: Client, cast: Cast) -> None:
    assert rep2.push(rep2.op("visit", "create", visit_patch(cast, happened_at=at(-3))))[0]["verdict"] == "out_of_scope"


def test_account_that_came_and_went_is_judged_by_the_time_in_between(
    rep: Client, rep2: Client, database: Database, cast: Cast, account_left: None, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        from models.hand_over import AccountMove

        db.execute(update(AccountMove).values(moved_at=now() - 5 * HOUR))
    with database.transaction(cast.principal("manager")) as db:
        hand_over_account(db, db.get_one(Account, cast.account), db.get_one(Territory, cast.ege), now())
    verdicts = [
        rep2.push(rep2.op("visit", "create", visit_patch(cast, happened_at=at(hours))))[0]["verdict"]
        for hours in (-6, -3)
    ]
    assert verdicts == ["out_of_scope", "applied"]


def test_territory_that_changed_hands_takes_in_what_was_done_before(
    rep: Client, rep2: Client, database: Database, cast: Cast
) -> None:
    rep.pull()
    with database.transaction(cast.principal("manager")) as db:
        hand_over_territory(db, db.get_one(Territory, cast.ege), db.get_one(User, cast.rep2), now())
    rep.principal = Principal.of(Role.REP, cast.rep, region_id=cast.region)
    before = rep.op("visit", "create", visit_patch(cast, happened_at=at(-2)))
    after = rep.op("visit", "create", visit_patch(cast, happened_at=at(1)))
    assert [result["verdict"] for result in rep.push(before, after)] == ["applied", "out_of_scope"]
    page = rep.pull()[-1]
    assert f"territory:{cast.ege}" not in page["heads"]
    assert [row["what"] for (kind, _), (_, row) in rep.held[f"rep:{cast.rep}"].items() if kind == "notice"] == [
        "territory_left"
    ]
    rep2.principal = Principal.of(Role.REP, cast.rep2, region_id=cast.region, territory_ids=(cast.ege, cast.marmara))
    rep2.pull()
    assert rep2.record("visit", before["id"])["user_id"] == str(cast.rep)
    assert rep2.record("account", cast.account) is not None
