"""The inbox: every operation that ever arrived, as it arrived, with what became of it.

What could not be applied (`OPEN`) waits here until a person decides; `decision` beside this file is how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, OWN_REGION, OWN_USER, Access, Principal, read
from models.access import insert as may_insert
from models.access import update as may_update
from models.base import Base, Created, Json
from models.session import Session
from models.sync.arrays import array_of, insertion, one_of, table_of
from models.sync.device import Client
from models.sync.rows import Interrupted
from models.user import User


class Verdict(StrEnum):
    """What became of an operation."""

    APPLIED = "applied"
    MERGED = "merged"
    CONFLICT = "conflict"
    HELD = "held"
    NEEDS_FIX = "needs_fix"
    OUT_OF_SCOPE = "out_of_scope"


OPEN = (Verdict.HELD, Verdict.NEEDS_FIX, Verdict.OUT_OF_SCOPE)
"""The verdicts that leave an operation waiting for a person. A conflict is decided as a record of its own."""

OWN_OR_HANDED = f"{OWN_USER} or handed_to = (select portal_id('portal.user_id'))"


WAITS = "decided_at is null and verdict in ('held', 'needs_fix', 'out_of_scope')"


class Operation(Base):
    """One operation of a client. `(client_id, seq)` orders it, `op_id` makes it happen once."""

    __tablename__ = "op_inbox"
    __access__ = Access(
        rep=read(OWN_OR_HANDED) + may_insert(OWN_USER) + may_update(OWN_OR_HANDED),
        manager=read(OWN_REGION) + may_update(OWN_REGION),
        hq=read(ALL) + may_insert(ALL) + may_update(ALL),
    )
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("client_id", "seq"),
        Index("ix_op_inbox_open", "region_id", "received_at", postgresql_where=WAITS),
        Index("ix_op_inbox_handed", "handed_to", postgresql_where="handed_to is not null"),
        Index("ix_op_inbox_row", "kind", "row_id"),
    )

    op_id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"))
    kind: Mapped[str] = mapped_column(String(30))
    row_id: Mapped[UUID]
    body: Mapped[Json]
    body_hash: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[Created]
    schema: Mapped[int] = mapped_column(default=1, server_default="1")
    """The version of the records that the body speaks."""
    verdict: Mapped[str | None] = mapped_column(String(20))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    handed_to: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    """The rep who was asked to decide."""
    decided_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    asked: Mapped[User | None] = relationship(foreign_keys=[handed_to])
    client: Mapped[Client] = relationship()

    @property
    def waits(self) -> bool:
        """Whether a person still has to decide."""
        return self.decided_at is None and self.verdict in OPEN


_TABLE = table_of(Operation)
_SAME_PLACE = (_TABLE.c.client_id == bindparam("client", type_=Uuid())) & one_of(_TABLE.c.seq, "seqs")
_KNOWN = (_TABLE.c.op_id, _TABLE.c.client_id, _TABLE.c.seq, _TABLE.c.body_hash, _TABLE.c.verdict, _TABLE.c.result)
_OTHERS = func.sync_sent_by_others(cast(bindparam("ids", type_=String), ARRAY(Uuid))).column_valued("op_id")
_ARRIVED = (
    select(*_KNOWN)
    .where(or_(_SAME_PLACE, one_of(_TABLE.c.op_id)))
    .union_all(select(_OTHERS, *(null() for _ in _KNOWN[1:])))
)


@dataclass(frozen=True)
class Arrived:
    """An operation that is in the inbox: enough to answer a replay. Of another user's no more is known than its id."""

    op_id: UUID
    client_id: UUID | None
    seq: int | None
    body_hash: bytes | None
    verdict: str | None
    result: Mapping[str, Any] | None


def find_operations(db: Session, client_id: UUID, seqs: Sequence[int], op_ids: Sequence[UUID]) -> list[Arrived]:
    """Operations that arrived before, by place in the client's sequence or by their own id; the user's own last."""
    values = {"client": client_id, "seqs": array_of(seqs), "ids": array_of(op_ids)}
    found = [Arrived(*row) for row in db.rows(_ARRIVED, values)]
    return sorted(found, key=lambda arrived: arrived.client_id is not None)


def creation_waits(db: Session, kind: str, row_id: UUID) -> bool:
    """Whether what makes a record has arrived and is not applied: it waits, or its turn has not come."""
    waits = Operation.verdict.is_(None) | Operation.verdict.in_(OPEN) & Operation.decided_at.is_(None)
    creates = Operation.body["action"].astext == "create"
    of_record = (Operation.kind == kind) & (Operation.row_id == row_id)
    return db.scalars(select(exists().where(of_record, creates, waits))).one()


def keep(db: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the principal's own operations with what became of them. Raises Interrupted if one arrived at the same time
    from another place as well."""
    if not rows:
        return
    try:
        db.connection().execute(*insertion(_TABLE, _owned(rows, db.principal)))
    except IntegrityError as error:
        raise Interrupted("23505") from error


def take_in(db: Session, rows: Sequence[Mapping[str, Any]], writer: Client) -> int:
    """Keep the operations of another writer, likewise; returns how many were not there before, whoever sent them."""
    if not rows:
        return 0
    statement, values = insertion(_TABLE, _owned(rows, writer))
    kept = statement.on_conflict_do_nothing(index_elements=["op_id"]).returning(_TABLE.c.op_id)
    return len(db.rows(kept, values))


def _owned(rows: Iterable[Mapping[str, Any]], writer: Client | Principal) -> list[Mapping[str, Any]]:
    owner = {"user_id": writer.user_id, "region_id": writer.region_id}
    return [{**row, **owner} for row in rows]
