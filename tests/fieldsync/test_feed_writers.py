"""The feed under several writers at once: a reader that follows its cursor misses nothing and sees nothing twice."""

import random
import threading
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from models.access import Principal
from models.base import new_id
from models.session import Database, Session
from models.sync.pull import find_heads, list_changes
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.feed import findings, territory

WRITERS, TRANSACTIONS = 6, 40

Seen = dict[tuple[str, UUID], int]


def change_something(db: Session, cast: Cast, accounts: list[UUID], dice: random.Random) -> None:
    """One to four random changes: insert, edit, move to another territory (with its contacts), delete of a contact."""
    for _ in range(dice.randint(1, 4)):
        account, place = dice.choice(accounts), dice.choice([cast.ege, cast.marmara])
        match dice.randint(0, 3):
            case 0:
                db.execute(
                    text(
                        "insert into contact (id, name, account_id, territory_id, region_id)"
                        " select :id, 'New', id, territory_id, region_id from account where id = :account"
                    ),
                    {"id": new_id(), "account": account},
                )
            case 1:
                values = {"town": str(dice.random()), "id": account}
                db.execute(text("update account set town = :town where id = :id"), values)
            case 2:
                db.execute(text("update account set territory_id = :t where id = :id"), {"t": place, "id": account})
            case _:
                db.execute(
                    text("delete from contact where id = (select id from contact where account_id = :id limit 1)"),
                    {"id": account},
                )


def write(database: Database, cast: Cast, accounts: list[UUID], seed: int, troubles: list[str]) -> None:
    """Many small transactions, one in twenty rolled back. Each first locks its accounts, so that the rows themselves
    cause no deadlock: one that happens all the same is the feed's."""
    dice = random.Random(seed)
    for _ in range(TRANSACTIONS):
        try:
            with database.open(SYSTEM) as db:
                chosen = dice.sample(accounts, 2)
                db.execute(text("select from account where id = any(:ids) order by id for update"), {"ids": chosen})
                change_something(db, cast, chosen, dice)
                if dice.random() < 0.05:
                    db.rollback()
                else:
                    db.commit()
        except OperationalError as error:
            troubles.append(str(error.orig))


class Reader:
    """A client that follows its cursors and notes what it holds."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.cursors = dict.fromkeys(names, 0)
        self.held: dict[str, Seen] = {name: {} for name in names}

    def pull(self, database: Database, principal: Principal, limit: int) -> int:
        """One page; returns how many entries it had. Each bucket's numbers must rise."""
        with database.open(principal, one_moment=True) as db:
            heads = {head.id: head for head in find_heads(db, self.names) if head.id is not None}
            after = {head_id: self.cursors[head.name] for head_id, head in heads.items()}
            changes = list_changes(db, after, limit)
        for bucket_id, kind, row_id, seq, op in changes:
            name = heads[bucket_id].name
            assert seq > self.cursors[name]
            self.cursors[name] = seq
            if op == "p":
                self.held[name][kind, UUID(row_id)] = seq
            else:
                self.held[name].pop((kind, UUID(row_id)), None)
        if len(changes) < limit:
            for head in heads.values():
                held = self.held[head.name]
                assert (len(held), sum(held.values()) % 2**53) == (head.row_count, head.digest)
        return len(changes)


def test_reader_beside_many_writers_misses_nothing(system_database: Database, cast: Cast) -> None:
    accounts = [cast.account, cast.other_account]
    with system_database.transaction(SYSTEM) as db:
        for number in range(10):
            accounts.append(new_id())
            db.execute(
                text("insert into account (id, name, territory_id, region_id) values (:id, :name, :t, :r)"),
                {"id": accounts[-1], "name": f"Account {number}", "t": cast.ege, "r": cast.region},
            )
    troubles: list[str] = []
    writers = [
        threading.Thread(target=write, args=(system_database, cast, accounts, seed, troubles))
        for seed in range(WRITERS)
    ]
    reader = Reader([territory(cast.ege), territory(cast.marmara)])
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        reader.pull(system_database, SYSTEM, limit=5)
    while reader.pull(system_database, SYSTEM, limit=5):
        pass
    assert troubles == []
    assert findings(system_database) == []
    with system_database.open(SYSTEM) as db:
        for place in (cast.ege, cast.marmara):
            rows = db.execute(
                text(
                    "select 'account', id from account where territory_id = :t"
                    " union all select 'contact', id from contact where territory_id = :t"
                ),
                {"t": place},
            )
            assert {(kind, row_id) for kind, row_id in rows} == set(reader.held[territory(place)])
