"""Leads that a rep notes: taken in by the server as received, with a number, and what becomes of them comes down."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from models.account import Account
from models.base import now
from models.dealer import Competence, Dealer
from models.hand_over import hand_over_account
from models.region import Territory
from models.session import Database, Session
from models.sync.audit import audit_feed
from portal.config import Config
from portal.jobs.lead_clock import offer_noted_leads
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

WHO = {"company": "Ege Tersane", "person": "Hasan Demir", "phone": "+90 232 111 22 33"}


def wanted(cast: Cast, **more: Any) -> dict[str, Any]:
    """A lead of the account, as the laptop writes it."""
    place = {"account_id": str(cast.account), "territory_id": str(cast.ege), "product_group_id": str(cast.group)}
    return {**place, **WHO, "wanted": "Basic electrodes for the new line", "quantity": "1200", "unit": "kg"} | more


class Work(SimpleNamespace):
    """What a job is given, without the runner around it."""

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with self.database.transaction(SYSTEM) as db:
            yield db

    def check(self) -> None:
        """Nobody stops this."""

    def count(self, _what: str) -> None:
        self.counted += 1


def route(system_database: Database) -> int:
    """Run the job; returns how many it offered."""
    work: Any = Work(database=system_database, counted=0, config=Config(secret_key="k", data_dir=Path()))
    offer_noted_leads(work)
    return int(work.counted)


def test_lead_noted_offline_arrives_received_is_offered_and_the_rep_reads_by_whom(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    op = rep.op("lead", "create", wanted(cast))
    assert rep.push(op)[0]["verdict"] == "applied"
    again = rep.op("lead", "create", wanted(cast), op["id"])
    assert rep.push(again)[0]["verdict"] == "merged"
    rep.pull()
    rep2.pull()
    record = rep.record("lead", op["id"])
    assert (record["status"], record["company"], record["quantity"]) == ("received", "Ege Tersane", "1200")
    assert record["number"].endswith("-000001")
    assert record["user_id"] == str(cast.rep)
    assert rep2.record("lead", op["id"]) is None
    assert route(system_database) == 0
    with system_database.transaction(SYSTEM) as db:
        dealer = Dealer(code="D1", name="Kordon Kaynak", territory_id=cast.ege, region_id=cast.region)
        db.add(dealer)
        db.flush()
        db.add(Competence(dealer_id=dealer.id, product_group_id=cast.group))
    assert (route(system_database), route(system_database)) == (1, 0)
    rep.pull()
    record = rep.record("lead", op["id"])
    assert (record["status"], record["dealer_name"]) == ("offered", "Kordon Kaynak")
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_second_lead_of_the_same_company_is_left_to_head_office(
    cast: Cast, rep: Client, system_database: Database
) -> None:
    rep.push(*(rep.op("lead", "create", wanted(cast)) for _ in range(2)))
    with system_database.transaction(SYSTEM) as db:
        db.add(Dealer(code="D1", name="Kordon Kaynak", territory_id=cast.ege, region_id=cast.region))
    assert route(system_database) == 0


def test_lead_of_an_account_made_in_the_same_breath_and_one_that_lacks_something(cast: Cast, rep: Client) -> None:
    account = rep.op("account", "create", {"name": "Yeni Kazan", "territory_id": str(cast.ege)})
    made = rep.op("lead", "create", wanted(cast, account_id=account["id"], company="Yeni Kazan"))
    results = rep.push(
        account,
        made,
        rep.op("lead", "create", wanted(cast, company=" ")),
        rep.op("lead", "create", wanted(cast, account_id=None, territory_id=str(cast.marmara))),
        rep.op("lead", "create", wanted(cast, account_id=str(uuid4()))),
        rep.op("lead", "patch", {"wanted": "More"}, str(uuid4())),
    )
    verdicts = [each["verdict"] for each in results]
    assert verdicts == ["applied", "applied", "needs_fix", "out_of_scope", "needs_fix", "needs_fix"]
    assert results[2]["message"]["field"] == "company"
    rep.pull()
    assert rep.record("lead", made["id"])["account_id"] == account["id"]


def test_lead_moves_with_the_account_it_was_heard_at(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    op = rep.op("lead", "create", wanted(cast))
    rep.push(op)
    with database.transaction(cast.principal("manager")) as db:
        hand_over_account(db, db.get_one(Account, cast.account), db.get_one(Territory, cast.marmara), now())
    rep.pull()
    rep2.pull()
    assert rep.record("lead", op["id"]) is None
    assert rep2.record("lead", op["id"])["company"] == "Ege Tersane"
    assert rep.push(rep.op("lead", "create", wanted(cast), op["id"]))[0]["verdict"] == "out_of_scope"
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []
