"""What a route needs of a laptop: the rep's own day, opening hours and places of accounts, the order of a day."""

from datetime import date, time
from typing import Any

import pytest

from models.account import Account
from models.route.working_day import END, WorkingDay, working_day_of
from models.session import Database
from models.sync.audit import audit_feed
from models.visit import Visit
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

DAY = {"start_time": "08:00", "visit_minutes": 30, "start_latitude": 38.4237, "start_longitude": 27.1428}


def test_rep_sets_his_day_and_only_his_manager_may_read_it(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    assert rep.push(rep.op("working_day", "create", DAY, str(cast.rep)))[0]["verdict"] == "applied"
    rep.pull()
    rep2.pull()
    held = rep.record("working_day", cast.rep)
    assert (held["start_time"], held["end_time"], held["start_longitude"]) == ("08:00", "17:30", 27.1428)
    assert rep2.record("working_day", cast.rep) is None
    with database.open(cast.principal("manager")) as db:
        assert working_day_of(db, cast.rep).start_time == time(8)
        assert working_day_of(db, cast.rep2).end_time == END
    with database.open(cast.principal("rep2")) as db:
        assert db.get(WorkingDay, cast.rep) is None
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_a_day_set_on_two_laptops_is_one_and_the_later_counts(
    database: Database, cast: Cast, rep: Client, system_database: Database
) -> None:
    other = Client(database, cast.principal("rep"))
    rep.push(rep.op("working_day", "create", DAY, str(cast.rep)))
    late = other.op("working_day", "create", {**DAY, "start_time": "09:15"}, str(cast.rep))
    assert other.push(late)[0]["verdict"] == "merged"
    with system_database.open(SYSTEM) as db:
        kept = db.get_one(WorkingDay, cast.rep)
        assert (kept.start_time, kept.start_latitude) == (time(9, 15), 38.4237)


def test_nobody_sets_the_day_of_somebody_else(cast: Cast, rep: Client) -> None:
    (refused,) = rep.push(rep.op("working_day", "create", DAY, str(cast.rep2)))
    assert (refused["verdict"], refused["message"]["text"]) == ("needs_fix", "This cannot be changed here.")


@pytest.mark.parametrize(
    ("kind", "patch", "field"),
    [
        ("working_day", {"start_time": "8:00"}, "start_time"),
        ("working_day", {"end_time": "24:00"}, "end_time"),
        ("working_day", {"visit_minutes": 0}, "visit_minutes"),
        ("working_day", {"start_time": "18:00"}, None),
        ("working_day", {"start_latitude": 38.4}, None),
        ("account", {"latitude": 91}, "latitude"),
        ("account", {"longitude": "27.1"}, "longitude"),
        ("account", {"opening_hours": "9 to 5"}, "opening_hours"),
    ],
)
def test_what_cannot_be_is_kept_and_said(
    cast: Cast, rep: Client, kind: str, patch: dict[str, Any], field: str | None
) -> None:
    own = (kind, "create", patch, str(cast.rep)) if kind == "working_day" else (kind, "patch", patch, str(cast.account))
    (refused,) = rep.push(rep.op(*own))
    assert (refused["verdict"], refused["message"]["field"]) == ("needs_fix", field)


def test_hours_place_and_order_travel_both_ways(
    cast: Cast, rep: Client, system_database: Database, database: Database
) -> None:
    where = {"latitude": 38.4567891, "longitude": 27.2, "opening_hours": "Mo-Tu 09:00-17:00; We off"}
    visit = {"account_id": str(cast.account), "status": "planned", "planned_on": "2026-05-06"}
    change = rep.op("account", "patch", where, str(cast.account), base_version=1)
    first = rep.op("visit", "create", {**visit, "place_in_day": 2, "locked_time": "10:30"})
    assert [each["verdict"] for each in rep.push(change, first)] == ["applied", "applied"]
    moved = rep.op("visit", "patch", {"place_in_day": 1, "locked_time": None}, first["id"])
    assert rep.push(moved)[0]["verdict"] in ("applied", "merged")
    rep.pull()
    account, planned = rep.record("account", cast.account), rep.record("visit", first["id"])
    assert account["opening_hours"] == "Mo 09:00-17:00; Tu 09:00-17:00; We off"
    assert (account["latitude"], account["longitude"]) == (38.456789, 27.2)
    assert (planned["place_in_day"], planned["locked_time"]) == (1, None)
    with system_database.open(SYSTEM) as db:
        assert db.get_one(Account, cast.account).latitude == 38.456789
        assert db.get_one(Visit, first["id"]).planned_on == date(2026, 5, 6)
