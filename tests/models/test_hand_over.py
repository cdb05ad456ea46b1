"""Handing over territories and accounts: when, by whom, and what is remembered."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import ProgrammingError

from models.account import Account, Contact
from models.base import now
from models.errors import Refused
from models.hand_over import (
    AccountMove,
    HandOver,
    State,
    cancel,
    carry_out_due,
    hand_over_account,
    hand_over_territory,
    is_due,
    list_moves,
)
from models.region import Territory, TerritoryAssignment
from models.session import Session
from models.sync.notice import Notice
from models.user import User
from models.visit import Visit
from tests.world import days, ident

Acting = Callable[[str], AbstractContextManager[Session]]


@pytest.fixture(autouse=True)
def without_the_planned_one(world: ModuleType, system: Session) -> None:
    system.execute(update(HandOver).values(cancelled_at=now()))
    system.commit()


def user(db: Session, name: str) -> User:
    return db.get_one(User, ident(f"user.{name}"))


def territory(db: Session, name: str) -> Territory:
    return db.get_one(Territory, ident(f"territory.{name}"))


def gemi(db: Session) -> Account:
    return db.get_one(Account, ident("account.gemi"))


def holder(db: Session, name: str) -> Any:
    open_ones = (
        TerritoryAssignment.territory_id == ident(f"territory.{name}"),
        TerritoryAssignment.held_until.is_(None),
    )
    return db.scalars(select(TerritoryAssignment.user_id).where(*open_ones)).one()


def test_manager_hands_a_territory_over_at_once_and_both_are_told(acting: Acting, system: Session) -> None:
    with acting("filiz") as db:
        done = hand_over_territory(db, territory(db, "izmir"), user(db, "deniz"), now(), " Elternzeit ")
        assert (done.state, done.reason) == (State.DONE, "Elternzeit")
    assert holder(system, "izmir") == ident("user.deniz")
    notices = system.scalars(select(Notice).where(Notice.record_id == ident("territory.izmir"))).all()
    assert {(n.user_id, n.what, n.person) for n in notices} == {
        (ident("user.cem"), "territory_left", "Deniz Şahin"),
        (ident("user.deniz"), "territory_came", "Cem Güneş"),
    }
    held = system.scalars(select(TerritoryAssignment).where(TerritoryAssignment.user_id == ident("user.cem"))).one()
    assert held.held_until is not None, "history stays"


def test_account_takes_everything_with_it_and_the_move_is_remembered(acting: Acting, system: Session) -> None:
    with acting("filiz") as db:
        hand_over_account(db, gemi(db), territory(db, "manisa"), now())
    place = ident("territory.manisa")
    assert system.get_one(Account, ident("account.gemi")).territory_id == place
    assert system.get_one(Contact, ident("contact.gemi")).territory_id == place
    assert system.get_one(Visit, ident("visit.gemi")).territory_id == place
    moves = list_moves(system, ident("account.gemi"))
    assert (moves[0].from_territory.code, moves[0].to_territory.code) == ("izmir", "manisa")
    notices = system.scalars(select(Notice).where(Notice.record_id == ident("account.gemi"))).all()
    assert {(n.user_id, n.what) for n in notices} == {
        (ident("user.cem"), "account_left"),
        (ident("user.deniz"), "account_came"),
    }


def test_move_that_nobody_ordered_here_is_remembered_too(system: Session, world: ModuleType) -> None:
    before = len(system.scalars(select(AccountMove.id)).all())
    system.execute(
        update(Account).where(Account.id == ident("account.gemi")).values(territory_id=ident("territory.manisa"))
    )
    system.execute(update(Account).values(town="Bornova"))
    assert len(system.scalars(select(AccountMove.id)).all()) == before + 1


def test_what_is_planned_waits_for_its_day_and_is_done_once(acting: Acting, system: Session) -> None:
    with acting("filiz") as db:
        hand_over_territory(db, territory(db, "izmir"), user(db, "deniz"), now() + days(3))
        hand_over_account(db, gemi(db), territory(db, "manisa"), now() + days(2))
    assert (is_due(system), carry_out_due(system)) == (False, 0)
    assert holder(system, "izmir") == ident("user.cem")
    promised = now() - days(1)
    planned = HandOver.done_at.is_(None) & HandOver.cancelled_at.is_(None)
    system.execute(update(HandOver).where(planned).values(effective_at=promised))
    assert (is_due(system), carry_out_due(system), carry_out_due(system)) == (True, 2, 0)
    assert holder(system, "izmir") == ident("user.deniz")
    assert gemi(system).territory_id == ident("territory.manisa")
    since = select(TerritoryAssignment.held_from).where(TerritoryAssignment.held_until.is_(None))
    since = since.where(TerritoryAssignment.territory_id == ident("territory.izmir"))
    assert system.scalars(since).one() == promised, "held from when it was promised, though it was done late"


def test_planned_one_is_called_off_and_another_is_planned(acting: Acting) -> None:
    with acting("filiz") as db:
        planned = hand_over_territory(db, territory(db, "izmir"), user(db, "deniz"), now() + days(3))
        with pytest.raises(Refused, match="planned already"):
            hand_over_territory(db, territory(db, "izmir"), user(db, "ece"), now() + days(4))
        cancel(db, planned)
        with pytest.raises(Refused, match="over already"):
            cancel(db, planned)
        hand_over_territory(db, territory(db, "izmir"), user(db, "ece"), now() + days(4))


def test_what_makes_no_sense_is_refused(acting: Acting, system: Session) -> None:
    user(system, "ece").active = False
    system.commit()
    with acting("filiz") as db:
        for name, said in (("cem", "already"), ("gokhan", "a rep who can sign in"), ("ece", "a rep who can sign in")):
            with pytest.raises(Refused, match=said):
                hand_over_territory(db, territory(db, "izmir"), user(db, name), now())
        with pytest.raises(Refused, match="lies in İzmir already"):
            hand_over_account(db, gemi(db), territory(db, "izmir"), now())


@pytest.mark.parametrize("name", ["gokhan", "cem", "ayse"])
def test_nobody_else_hands_over_a_region_s_territory(acting: Acting, name: str) -> None:
    given = {"territory_id": ident("territory.izmir"), "user_id": ident("user.deniz"), "held_from": now()}
    with pytest.raises(ProgrammingError, match=r"denied|row-level security"), acting(name) as db:
        db.execute(insert(TerritoryAssignment), given)


def test_new_rep_gets_the_territory_with_his_next_request(acting: Acting, system: Session) -> None:
    with acting("hale") as db:
        hand_over_territory(db, territory(db, "izmir"), user(db, "ece"), now())
    held = system.execute(text("select feed_audit()")).all()
    assert held == [], "the feed agrees with the tables"
