"""Many rows at once: the same as one by one, only quicker."""

from types import ModuleType

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from models.access import Principal, Role
from models.account import Account
from models.bulk import AT_ONCE, Batch
from models.event import Event
from models.region import Region, Territory
from models.session import Database
from models.sync.feed import FeedEntry
from models.user import User
from tests.world import ident, principals

SYSTEM = Principal.system("test")


def places(count: int, territory: str = "izmir", region: str = "ege") -> Batch:
    """That many accounts in one territory, every second one of them with a phone number."""
    batch = Batch()
    for number in range(count):
        row = batch.put(Account, id=ident(f"new.{number}"), name=f"Firma {number}", kind="customer")
        row |= {"territory_id": ident(f"territory.{territory}"), "region_id": ident(f"region.{region}")}
        if number % 2:
            row["phone"] = f"+90 {number}"
    return batch


def test_rows_arrive_with_defaults_audit_and_feed(system_database: Database, world: ModuleType) -> None:
    count = AT_ONCE + 7
    with system_database.transaction(SYSTEM) as db:
        places(count).write(db)
    with system_database.open(SYSTEM) as db:
        new = Account.name.like("Firma %")
        assert db.scalar(select(func.count()).select_from(Account).where(new)) == count
        first, second = (db.get_one(Account, ident(f"new.{number}")) for number in (0, 1))
        assert (first.phone, second.phone, first.version, first.name_key) == (None, "+90 1", 1, "firma 0")
        assert db.scalar(select(func.count()).where(Event.kind == "account", Event.record_id == first.id)) == 1
        assert db.scalar(select(func.count()).where(FeedEntry.row_id == first.id)) == 1


def test_a_column_named_by_some_rows_only_gets_its_default_in_the_others(system_database: Database) -> None:
    batch = Batch()
    region = Region(id=ident("r"), code="r", name="R")
    batch.put_all([region, Territory(id=ident("t"), code="t", name="T", region_id=region.id)])
    for name in ("a", "b"):
        place = {"territory_id": ident("t"), "region_id": ident("r")}
        batch.put(Account, id=ident(name), name=name, **place, **({"kind": "customer"} if name == "b" else {}))
    with system_database.transaction(SYSTEM) as db:
        batch.write(db)
        assert db.get_one(Account, ident("a")).kind == "prospect"


def test_row_policies_hold(database: Database, world: ModuleType) -> None:
    rep = principals()["cem"]
    assert rep.role is Role.REP
    with database.open(rep) as db:
        places(3).write(db)
        with pytest.raises(ProgrammingError, match="row-level security"):
            places(3, "istanbul", "marmara").write(db)


def test_columns_of_arrays_are_refused(system_database: Database) -> None:
    batch = Batch()
    batch.put(User, id=ident("u"), email="u@example.com", name="U", role="hq", rights=["see_stock"])
    with system_database.open(SYSTEM) as db, pytest.raises(TypeError, match="user"):
        batch.write(db)


def test_a_column_that_does_not_exist_is_refused(system_database: Database) -> None:
    batch = Batch()
    batch.put(Region, id=ident("r"), code="r", name="R", colour="red")
    with system_database.open(SYSTEM) as db, pytest.raises(KeyError):
        batch.write(db)
