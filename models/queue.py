"""Work that waits in a table until a job has done it, done at least once however often the job is killed.

A worker claims an item (`claim`) in a transaction that stays open until the item's outcome is written down. Meanwhile
it counts the attempt and commits (`begin`), then locks the row, does the work and commits the result (`hold`). Killed
in between, it loses its claim and the item is free for the next worker at once; an item that kills its worker each time
runs out of attempts. Several workers skip what another has claimed: each try counts as one attempt.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, String, and_, cast, column, exists, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Key, now
from models.session import Session

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_ERROR = 2000
MOST_WORKERS = 32
"""So many items are looked through for one that nobody has claimed."""


class Queued(Base):
    """Something that waits until the column named by `DONE`, or `failed_at`, is set."""

    __abstract__ = True
    DONE: ClassVar[str]
    MOST_ATTEMPTS: ClassVar[int] = 5

    id: Mapped[Key]
    requested_at: Mapped[Created]
    next_attempt_at: Mapped[Created]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]

    def begin(self) -> bool:
        """Count an attempt; False, and the item has failed, if all of them ended with their worker. Commit it first."""
        if self.attempts < self.MOST_ATTEMPTS:
            self.attempts += 1
            return True
        self.failed_at = now()
        self.error = self.error or "Each time this was tried, the process that tried it ended."
        return False


Item = TypeVar("Item", bound=Queued)


def waiting_index(name: str, done: str) -> Index:
    """The index that finds what is due without walking over what is done."""
    left = and_(column(done).is_(None), column("failed_at").is_(None))
    return Index(name, "next_attempt_at", postgresql_where=left)


def is_due(db: Session, kind: type[Item]) -> bool:
    """Whether there is something to do now."""
    return bool(db.scalar(select(exists().where(_due(kind)))))


def claim(db: Session, kind: type[Item]) -> UUID | None:
    """Keep the item that is due for longest from other workers until this transaction ends; None if there is none.

    The claim is an advisory lock: the row itself stays free for the transactions that change it meanwhile.
    """
    due = select(kind.id).where(_due(kind)).order_by(kind.next_attempt_at).limit(MOST_WORKERS).subquery()
    claimed = func.pg_try_advisory_xact_lock(func.hashtextextended(cast(due.c.id, String), 0))
    # The inner limit keeps the order, and keeps the server from trying a lock on more than it returns.
    return db.scalar(select(due.c.id).where(claimed).limit(1))


def hold(db: Session, kind: type[Item], item_id: UUID) -> Item | None:
    """The item that was claimed, locked until the transaction ends; None if it waits no longer."""
    return db.scalar(select(kind).where(kind.id == item_id, _waiting(kind)).with_for_update(of=kind))


def give_back(db: Session, kind: type[Item], item_id: UUID) -> None:
    """Take back the attempt that was counted: what it failed for was not the item's fault."""
    db.execute(update(kind).where(kind.id == item_id, kind.attempts > 0).values(attempts=kind.attempts - 1))


def put_off(db: Session, kind: type[Item], item_id: UUID, error: str, *, for_good: bool = False) -> None:
    """Note what went wrong; try again later and later, or not at all once the attempts are used up or `for_good`."""
    item = db.get_one(kind, item_id)
    item.error = error[:LONGEST_ERROR]
    item.next_attempt_at = now() + min(FIRST_PAUSE * 2 ** max(item.attempts - 1, 0), LONGEST_PAUSE)
    if for_good or item.attempts >= kind.MOST_ATTEMPTS:
        item.failed_at = now()


def _waiting(kind: type[Item]) -> ColumnElement[bool]:
    done: ColumnElement[datetime | None] = getattr(kind, kind.DONE)
    return and_(done.is_(None), kind.failed_at.is_(None))


def _due(kind: type[Item]) -> ColumnElement[bool]:
    return and_(_waiting(kind), kind.next_attempt_at <= now())
