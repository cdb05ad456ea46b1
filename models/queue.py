"""Work that waits in a table until a job has done it, done at least once however often the job is killed.

A worker first counts the attempt and commits (`take`), then locks the row in a second transaction, does the work and
commits the result (`hold`). Killed in between, it loses its lock and the item is free for the next worker at once; an
item that kills its worker each time runs out of attempts. Several workers skip what another has locked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Index, and_, column, exists, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Created, Key, now
from models.session import Session

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_ERROR = 2000


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


Item = TypeVar("Item", bound=Queued)


def waiting_index(name: str, done: str) -> Index:
    """The index that finds what is due without walking over what is done."""
    left = and_(column(done).is_(None), column("failed_at").is_(None))
    return Index(name, "next_attempt_at", postgresql_where=left)


def is_due(db: Session, kind: type[Item]) -> bool:
    """Whether there is something to do now."""
    return bool(db.scalar(select(exists().where(_due(kind)))))


def take(db: Session, kind: type[Item]) -> UUID | None:
    """Count an attempt on the item that is due for longest and return its id; commit before working on it."""
    first = select(kind.id).where(_due(kind), kind.attempts < kind.MOST_ATTEMPTS).order_by(kind.next_attempt_at)
    claimed = first.limit(1).with_for_update(skip_locked=True).scalar_subquery()
    return db.scalar(update(kind).where(kind.id == claimed).values(attempts=kind.attempts + 1).returning(kind.id))


def hold(db: Session, kind: type[Item], item_id: UUID) -> Item | None:
    """The item, locked until the transaction ends; None if another worker has it or has done it."""
    query = select(kind).where(kind.id == item_id, _waiting(kind))
    return db.scalar(query.with_for_update(skip_locked=True, of=kind))


def put_off(db: Session, kind: type[Item], item_id: UUID, error: str, *, for_good: bool = False) -> None:
    """Note what went wrong; try again later and later, or not at all once the attempts are used up or `for_good`."""
    item = db.get_one(kind, item_id)
    item.error = error[:LONGEST_ERROR]
    item.next_attempt_at = now() + min(FIRST_PAUSE * 2 ** max(item.attempts - 1, 0), LONGEST_PAUSE)
    if for_good or item.attempts >= kind.MOST_ATTEMPTS:
        item.failed_at = now()


def give_up(db: Session, kind: type[Item]) -> int:
    """Fail the items whose attempts all ended with their worker; returns how many."""
    spent = select(kind.id).where(_due(kind), kind.attempts >= kind.MOST_ATTEMPTS).with_for_update(skip_locked=True)
    told = func.coalesce(kind.error, "Each time this was tried, the process that tried it ended.")
    result = db.connection().execute(update(kind).where(kind.id.in_(spent)).values(failed_at=now(), error=told))
    return result.rowcount


def _waiting(kind: type[Item]) -> ColumnElement[bool]:
    done: ColumnElement[datetime | None] = getattr(kind, kind.DONE)
    return and_(done.is_(None), kind.failed_at.is_(None))


def _due(kind: type[Item]) -> ColumnElement[bool]:
    return and_(_waiting(kind), kind.next_attempt_at <= now())
