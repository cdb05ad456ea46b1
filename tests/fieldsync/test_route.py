"""Asking for the route of a day: what is on it and in which order, what is not and why, and who may ask."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from fieldsync.exchange import Body, Failure
from fieldsync.route import answer_route
from models.account import Account
from models.base import new_id, now
from models.route.road import RoadLeg
from models.route.travel import Travel
from models.route.working_day import WorkingDay
from models.session import Database, Session
from models.sync.device import Device
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

ON = date(2099, 1, 5)
"""A Monday far ahead: every account with an interval is overdue by then."""
HOME = {"start_latitude": 38.40, "start_longitude": 27.0, "end_latitude": 38.40, "end_longitude": 27.0}


def ask(rep: Client, **more: Any) -> Body:
    """What the server answers about the day."""
    body = {"client": rep.id, "on": ON.isoformat(), "until": "2099-01-05T20:59:59Z", **more}
    answer: Body = rep.call(lambda db, said: answer_route(db, said, Travel()), body)
    return answer


def add(db: Session, cast: Cast, name: str, east: float | None = None, **more: Any) -> UUID:
    """An account so many hundredths of a degree east of home; without a number nobody knows where."""
    place = {} if east is None else {"latitude": 38.40, "longitude": 27.0 + east / 100}
    account = Account(id=new_id(), name=name, territory_id=cast.ege, region_id=cast.region, **place, **more)
    db.add(account)
    db.flush()
    return account.id


def plan(db: Session, cast: Cast, account: UUID, on: date = ON, **more: Any) -> UUID:
    """A visit on the rep's plan."""
    values = {"kind": "visit", "status": "planned", "planned_on": on, **more}
    visit = Visit(
        id=new_id(), account_id=account, territory_id=cast.ege, region_id=cast.region, user_id=cast.rep, **values
    )
    db.add(visit)
    db.flush()
    return visit.id


def names(db: Session, answer: Body) -> list[str]:
    """The stops by name, in their order."""
    return [db.get_one(Account, UUID(stop["account_id"])).name for stop in answer["stops"]]


@pytest.fixture
def at_home(system_database: Database, cast: Cast) -> None:
    """The rep's day begins and ends at one place; the account of the cast wants no visit."""
    with system_database.transaction(SYSTEM) as db:
        db.add(WorkingDay(id=cast.rep, start_time=time(8), end_time=time(17), visit_minutes=30, **HOME))
        db.get_one(Account, cast.account).visit_interval_days = None


@pytest.mark.usefixtures("at_home")
def test_the_day_has_what_is_planned_and_what_is_due_on_the_way(
    system_database: Database, cast: Cast, rep: Client
) -> None:
    with system_database.transaction(SYSTEM) as db:
        for name, east in (("far", 30), ("near", 10), ("middle", 20)):
            planned = plan(db, cast, add(db, cast, name, east))
        add(db, cast, "due", 15, visit_interval_days=30)
        add(db, cast, "not due", 16, visit_interval_days=36500)
        add(db, cast, "no interval", 17)
        locked = plan(db, cast, add(db, cast, "locked", 12), locked_time=time(15))
        plan(db, cast, add(db, cast, "a call", 18, visit_interval_days=30), kind="call")
        plan(db, cast, add(db, cast, "another day", 19, visit_interval_days=30), date(2099, 1, 6))
    answer = ask(rep)
    with system_database.open(SYSTEM) as db:
        assert set(names(db, answer)) == {"near", "middle", "far", "due", "locked"}
    (kept,) = (stop for stop in answer["stops"] if stop["visit_id"] == str(locked))
    assert (kept["arrives"], kept["begins"], kept["leaves"]) == ("15:00", "15:00", "15:30")
    assert str(planned) in {stop["visit_id"] for stop in answer["stops"]}
    assert (answer["nodes"][:2], len(answer["minutes"]), answer["left_out"]) == ([None, None], 7, [])
    assert answer["nodes"][2:] == [stop["account_id"] for stop in answer["stops"]]
    assert answer["travel"] == {"detour": 1.3, "km_an_hour": 50.0}
    assert "08:00" <= answer["leaves"] < answer["stops"][0]["arrives"] < answer["ends"] <= "17:00"


@pytest.mark.usefixtures("at_home")
def test_what_does_not_fit_says_why(system_database: Database, cast: Cast, rep: Client) -> None:
    with system_database.transaction(SYSTEM) as db:
        wanted = {
            "no_place": add(db, cast, "nowhere"),
            "closed": add(db, cast, "shut", 10, opening_hours="Mo off"),
            "too_far": add(db, cast, "Ankara", 580),
        }
        for account in wanted.values():
            plan(db, cast, account)
        kept = [plan(db, cast, add(db, cast, f"stop {place}", place)) for place in range(20)]
    answer = ask(rep)
    why = {(left["account_id"], left["why"]) for left in answer["left_out"]}
    assert {(str(account), reason) for reason, account in wanted.items()} <= why
    assert {reason for _, reason in why} == {"no_time", *wanted}
    assert len(answer["stops"]) + sum(reason == "no_time" for _, reason in why) == len(kept)
    assert answer["ends"] <= "17:00"
    assert ask(rep)["stops"] == answer["stops"]


@pytest.mark.usefixtures("at_home")
def test_a_day_that_has_begun_starts_later_and_takes_along_what_was_left(
    system_database: Database, cast: Cast, rep: Client
) -> None:
    with system_database.transaction(SYSTEM) as db:
        plan(db, cast, add(db, cast, "left over", 10), now().date() - timedelta(days=3))
    answer = ask(rep, begins="14:30")
    assert [stop["arrives"] >= "14:30" for stop in answer["stops"]] == [True]
    assert ask(rep, begins="16:50")["left_out"][0]["why"] == "closed"


@pytest.mark.usefixtures("at_home")
def test_a_road_that_head_office_knows_counts_in_its_direction(
    system_database: Database, cast: Cast, rep: Client
) -> None:
    with system_database.transaction(SYSTEM) as db:
        one, other = (add(db, cast, name, east) for name, east in (("one", 10), ("other", 11)))
        plan(db, cast, one)
        plan(db, cast, other)
        db.add(RoadLeg(from_account_id=one, to_account_id=other, minutes=240, km=200))
    answer = ask(rep)
    assert [stop["account_id"] for stop in answer["stops"]] == [str(other), str(one)]
    assert answer["stops"][1]["minutes"] < 10


def test_a_rep_who_said_nothing_gets_a_usual_day_from_his_first_stop(
    system_database: Database, cast: Cast, rep: Client
) -> None:
    with system_database.transaction(SYSTEM) as db:
        plan(db, cast, add(db, cast, "first", 10))
    answer = ask(rep)
    assert [(each["arrives"], each["minutes"], each["km"]) for each in answer["stops"]] == [("08:30", 0, 0.0)]
    assert [left["why"] for left in answer["left_out"]] == ["no_place"]


@pytest.mark.usefixtures("at_home")
def test_another_rep_s_accounts_are_on_nobody_else_s_route(
    system_database: Database, cast: Cast, rep: Client, rep2: Client
) -> None:
    with system_database.transaction(SYSTEM) as db:
        plan(db, cast, add(db, cast, "Cem's", 10, visit_interval_days=30))
    assert ask(rep2)["stops"] == []
    assert len(ask(rep)["stops"]) == 1


@pytest.mark.usefixtures("at_home")
def test_a_blocked_laptop_is_told_no_accounts(system_database: Database, cast: Cast, rep: Client) -> None:
    with system_database.transaction(SYSTEM) as db:
        plan(db, cast, add(db, cast, "secret", 10))
        db.get_one(Device, UUID(rep.device)).status = "frozen"
    answer = ask(rep)
    assert (answer["device"], answer["stops"], answer["left_out"], answer["nodes"]) == ("frozen", [], [], [])


@pytest.mark.parametrize(
    "wrong", [{"on": "tomorrow"}, {"on": None}, {"until": "2099-02-01T00:00:00Z"}, {"until": 5}, {"begins": "9"}]
)
def test_a_question_that_is_none_is_a_broken_request(rep: Client, wrong: Body) -> None:
    with pytest.raises(Failure) as failure:
        ask(rep, **wrong)
    assert (failure.value.status, failure.value.body["error"]) == (400, "bad_request")
