"""The inbox: whose visits, in which order, narrowed how, read when, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from models.access import Principal
from models.account import Account, Contact
from models.dealer import Dealer
from models.errors import NotFound, Refused
from models.session import Database
from models.user import User
from models.visit import Comment, Visit, VisitRead, comment, log_visit, plan_visit
from models.visit.inbox import UNREAD_DAYS, VisitFilter, get_visit, list_visits, mark_read
from tests.factories_field import add_account, add_usage, add_visit, add_visits
from tests.queries import count_queries, most_rows_read
from tests.world import NOON, TODAY, days, ident, principals

SYSTEM = Principal.system("test")
CEM, DENIZ, FILIZ, GOKHAN, HALE = (principals()[name] for name in ("cem", "deniz", "filiz", "gokhan", "hale"))

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.usefixtures("frozen")]


@pytest.fixture
def frozen() -> Iterator[None]:
    """It is noon, three days after the cast's visits."""
    with time_machine.travel(NOON, tick=False):
        yield


def inbox(database: Database, who: Principal, wanted: VisitFilter | None = None) -> list[tuple[str, bool]]:
    """(name, unread) of each visit in the inbox, in order."""
    with database.open(who) as db:
        return [(row.place or "", row.unread) for row in list_visits(db, wanted).rows]


def read(database: Database, who: Principal, visit_id: object) -> bool:
    """Read a visit as somebody; returns whether that was news."""
    with database.open(who) as db:
        visit = db.scalar(select(Visit).where(Visit.id == visit_id))
        assert visit is not None
        return mark_read(database, db, visit)


def write(database: Database, who: Principal, visit: str, words: str) -> None:
    """Comment on a visit of the cast."""
    with database.transaction(who) as db:
        comment(db, get_visit(db, ident(f"visit.{visit}")), words)


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (CEM, {"Gemi Onarım A.Ş."}),
        (DENIZ, {"Kazan Sanayi Ltd. Şti."}),
        (FILIZ, {"Gemi Onarım A.Ş.", "Kazan Sanayi Ltd. Şti."}),
        (GOKHAN, {"Vinç ve Çelik Yapı"}),
        (HALE, {"Gemi Onarım A.Ş.", "Kazan Sanayi Ltd. Şti.", "Vinç ve Çelik Yapı"}),
    ],
    ids=["rep", "rep2", "manager", "manager2", "hq"],
)
def test_everybody_sees_the_visits_meant_for_them(database: Database, who: Principal, names: set[str]) -> None:
    assert {name for name, _ in inbox(database, who)} == names


def test_unread_visits_come_first_then_the_newest(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        for name, age in (("Bir", 1), ("İki", 2), ("Dört", 4)):
            add_visit(db, add_account(db, name), happened_at=NOON - days(age))
        newest = db.scalars(select(Visit).join(Account, Account.id == Visit.account_id).where(Account.name == "Bir"))
        newest_id = newest.one().id
        db.get_one(Visit, ident("visit.kazan")).happened_at = NOON - days(3.5)
    assert read(database, FILIZ, newest_id)
    expected = [("İki", True), ("Gemi Onarım A.Ş.", True), ("Kazan Sanayi Ltd. Şti.", True), ("Dört", True)]
    assert inbox(database, FILIZ) == [*expected, ("Bir", False)]


def test_a_page_continues_where_the_one_before_ended(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        visits = add_visits(db, add_account(db, "Tersane"), 7, last=NOON - days(10))
        db.flush()
        to_read = [visit.id for visit in visits[:3]]
    for visit_id in to_read:
        read(database, FILIZ, visit_id)
    for who in (CEM, FILIZ, HALE):
        with database.open(who) as db:
            whole = [row.id for row in list_visits(db).rows]
            parts = [row.id for start in range(0, 12, 2) for row in list_visits(db, limit=2, offset=start).rows]
        assert parts == whole
        assert len(set(whole)) == len(whole) == {CEM: 8, FILIZ: 9, HALE: 10}[who]


def test_ones_own_visit_needs_no_reading(database: Database) -> None:
    with database.transaction(CEM) as db:
        add_visit(db, db.get_one(Account, ident("account.gemi")), happened_at=NOON - days(1))
    with database.open(CEM) as db:
        assert [(row.happened_at, row.unread) for row in list_visits(db).rows] == [
            (NOON - days(3), True),  # head office commented on it after he last looked
            (NOON - days(1), False),
        ]
    assert [unread for _, unread in inbox(database, FILIZ)] == [True, True, True]


def test_reading_counts_once_and_for_the_reader_alone(database: Database) -> None:
    assert read(database, FILIZ, ident("visit.gemi"))
    assert not read(database, FILIZ, ident("visit.gemi"))
    unread = VisitFilter(account_id=ident("account.gemi"))
    assert inbox(database, FILIZ, unread) == [("Gemi Onarım A.Ş.", False)]
    assert inbox(database, HALE, unread) == [("Gemi Onarım A.Ş.", True)]


def test_a_comment_makes_a_read_visit_unread_for_the_others(database: Database) -> None:
    for who in (FILIZ, CEM, HALE):
        read(database, who, ident("visit.gemi"))
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False):
        write(database, FILIZ, "gemi", "Numuneyi ne zaman götürüyorsun?")
        only = VisitFilter(account_id=ident("account.gemi"))
        assert inbox(database, CEM, only) == [("Gemi Onarım A.Ş.", True)]
        assert inbox(database, HALE, only) == [("Gemi Onarım A.Ş.", True)]
        assert inbox(database, FILIZ, only) == [("Gemi Onarım A.Ş.", False)]
    with time_machine.travel(NOON + timedelta(minutes=6), tick=False):
        assert read(database, CEM, ident("visit.gemi"))
        assert inbox(database, CEM, only) == [("Gemi Onarım A.Ş.", False)]


def test_what_happened_long_ago_asks_nobody_to_read_it(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        account = add_account(db, "Eski")
        add_visit(db, account, happened_at=NOON - days(UNREAD_DAYS) + timedelta(minutes=1))
        add_visit(db, account, happened_at=NOON - days(UNREAD_DAYS) - timedelta(minutes=1))
    assert inbox(database, FILIZ, VisitFilter(name="eski")) == [("Eski", True), ("Eski", False)]
    assert inbox(database, FILIZ, VisitFilter(name="eski", unread=True)) == [("Eski", True)]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (VisitFilter(user_id=ident("user.deniz")), ["Kazan Sanayi Ltd. Şti."]),
        (
            VisitFilter(territory_id=ident("territory.izmir")),
            ["Tersane", "Kordon Kaynak Malzemeleri", "Gemi Onarım A.Ş."],
        ),
        (VisitFilter(account_id=ident("account.gemi")), ["Gemi Onarım A.Ş."]),
        (VisitFilter(dealer_id=ident("dealer.kordon")), ["Kordon Kaynak Malzemeleri"]),
        (VisitFilter(since=NOON - days(2)), ["Tersane", "Kordon Kaynak Malzemeleri"]),
        (VisitFilter(since=NOON - days(3), until=NOON - days(1)), ["Kordon Kaynak Malzemeleri", "Gemi Onarım A.Ş."]),
        (VisitFilter(without_competitor_data=True), ["Tersane"]),
        (VisitFilter(without_next_step=True), ["Tersane", "Kordon Kaynak Malzemeleri"]),
        (VisitFilter(name="KAZAN san"), ["Kazan Sanayi Ltd. Şti."]),
        (VisitFilter(name="kordon"), ["Kordon Kaynak Malzemeleri"]),
        (VisitFilter(name="vinç"), []),
        (VisitFilter(name="sanayi"), []),
    ],
)
def test_filters(system_database: Database, database: Database, wanted: VisitFilter, names: list[str]) -> None:
    with system_database.transaction(SYSTEM) as db:
        tersane = add_account(db, "Tersane")
        add_usage(db, tersane, 10, visit=add_visit(db, tersane, happened_at=NOON - days(1)))
        kordon, cem = db.get_one(Dealer, ident("dealer.kordon")), db.get_one(User, ident("user.cem"))
        log_visit(db, kordon, cem, NOON - days(2), kind="call")
        kazan = db.get_one(Visit, ident("visit.kazan"))
        kazan.happened_at = NOON - days(5)
    assert [name for name, _ in inbox(database, FILIZ, wanted)] == names


def test_planned_and_cancelled_visits_are_not_in_the_inbox(database: Database) -> None:
    with database.transaction(CEM) as db:
        gemi, cem = db.get_one(Account, ident("account.gemi")), db.get_one(User, ident("user.cem"))
        planned = plan_visit(db, gemi, cem, TODAY + days(3))
        plan_visit(db, gemi, cem, TODAY).status = "cancelled"
    assert planned.status == "planned"
    assert len(inbox(database, CEM)) == 1


def test_a_participant_from_elsewhere_is_refused(system_database: Database) -> None:
    with system_database.open(SYSTEM) as db:
        gemi, stranger = db.get_one(Account, ident("account.gemi")), db.get_one(Contact, ident("contact.kazan"))
        cem = db.get_one(User, ident("user.cem"))
        with pytest.raises(Refused, match="İsmail Usta"):
            log_visit(db, gemi, cem, NOON, participants=[stranger])


def test_an_empty_comment_is_refused(database: Database) -> None:
    with pytest.raises(Refused):
        write(database, FILIZ, "gemi", "  \n ")


def test_another_regions_manager_neither_sees_nor_comments(database: Database) -> None:
    with database.open(GOKHAN) as db, pytest.raises(NotFound):
        get_visit(db, ident("visit.gemi"))


@pytest.mark.parametrize("who", [CEM, FILIZ, HALE], ids=["rep", "manager", "hq"])
def test_a_page_costs_the_same_queries_however_long(
    system_database: Database, database: Database, who: Principal
) -> None:
    def add(count: int) -> None:
        with system_database.transaction(SYSTEM) as db:
            for number in range(count):
                add_visit(db, add_account(db, f"Hesap {count} {number}"))

    def cost() -> int:
        with database.open(who) as db:
            return count_queries(db, lambda: list_visits(db))

    add(3)
    few = cost()
    add(30)
    assert cost() == few <= 2


def test_a_quiet_territory_reads_no_other_territorys_visits(system_database: Database, database: Database) -> None:
    """The plan for a rep touches as many rows as he has, not as many as the company has."""
    with system_database.transaction(SYSTEM) as db:
        db.execute(
            text(
                "insert into visit (id, territory_id, region_id, account_id, user_id, kind, status, happened_at)"
                " select gen_random_uuid(), territory_id, region_id, account_id, user_id, kind, status,"
                " happened_at + n * interval '1 second' from visit, generate_series(1, 20000) n where id = :id"
            ),
            {"id": ident("visit.vinc")},
        )
    with database.open(CEM) as db:
        rows = most_rows_read(db, lambda: list_visits(db))
    assert rows < 500


def test_marks_lie_in_a_transaction_of_their_own(database: Database) -> None:
    with database.open(FILIZ) as db:
        assert mark_read(database, db, get_visit(db, ident("visit.gemi")))
        db.rollback()
    with database.open(FILIZ) as db:
        marks = db.scalars(select(VisitRead)).all()
        assert [(mark.visit_id, mark.user_id) for mark in marks] == [(ident("visit.gemi"), ident("user.filiz"))]
        assert db.scalar(select(Comment).where(Comment.user_id == ident("user.filiz"))) is None


def test_a_mark_for_somebody_else_is_refused_by_the_database(database: Database) -> None:
    with database.open(FILIZ) as db:
        db.add(VisitRead(user_id=ident("user.gokhan"), visit_id=ident("visit.gemi"), read_at=NOON))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.flush()
