"""The inbox: every operation that ever arrived, as it arrived, with what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, OWN_REGION, OWN_USER, Access, change, read
from models.access import update as may_update
from models.base import Base, Created, Json
from models.session import Session


class Verdict(StrEnum):
    """What became of an operation. Everything but the first two waits for a person."""

    APPLIED = "applied"
    MERGED = "merged"
    CONFLICT = "conflict"
    HELD = "held"
    NEEDS_FIX = "needs_fix"
    OUT_OF_SCOPE = "out_of_scope"


SETTLED = (Verdict.APPLIED, Verdict.MERGED)


class Operation(Base):
    """One operation of a client. `(client_id, seq)` orders it, `op_id` makes it happen once."""

    __tablename__ = "op_inbox"
    __access__ = Access(
        rep=change(OWN_USER),
        manager=read(OWN_REGION) + may_update(OWN_REGION),
        hq=read(ALL) + may_update(ALL),
    )
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("client_id", "seq"),
        Index(
            "ix_op_inbox_unsettled",
            "region_id",
            "received_at",
            postgresql_where="verdict is null or verdict not in ('applied', 'merged')",
        ),
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
    verdict: Mapped[str | None] = mapped_column(String(20))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


@dataclass(frozen=True)
class Arrived:
    """An operation that is in the inbox: enough to answer a replay."""

    op_id: UUID
    client_id: UUID
    seq: int
    body_hash: bytes
    verdict: str | None
    result: Mapping[str, Any] | None


def find_operations(db: Session, client_id: UUID, seqs: Sequence[int], op_ids: Sequence[UUID]) -> list[Arrived]:
    """Those of the user's operations that arrived before, by place in the client's sequence or by their own id."""
    columns = (Operation.op_id, Operation.client_id, Operation.seq, Operation.body_hash, Operation.verdict)
    same_place = (Operation.client_id == client_id) & Operation.seq.in_(seqs)
    query = select(*columns, Operation.result).where(or_(same_place, Operation.op_id.in_(op_ids)))
    return [Arrived(*row) for row in db.execute(query)]


def take_in(db: Session, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Keep raw operations; returns the ids of those that were not there before, whoever sent them."""
    if not rows:
        return set()
    owner = {"user_id": db.principal.user_id, "region_id": db.principal.region_id}
    insert = pg_insert(Operation).on_conflict_do_nothing(index_elements=[Operation.op_id])
    return set(db.scalars(insert.returning(Operation.op_id), [{**row, **owner} for row in rows]))


def settle(db: Session, verdicts: Iterable[tuple[UUID, Verdict, Mapping[str, Any]]]) -> None:
    """Write down what became of operations."""
    rows = [{"b_op_id": op_id, "verdict": verdict.value, "result": dict(result)} for op_id, verdict, result in verdicts]
    if rows:
        statement = update(Operation.__table__).where(Operation.__table__.c.op_id == bindparam("b_op_id"))  # type: ignore[arg-type]
        db.connection().execute(statement.values(verdict=bindparam("verdict"), result=bindparam("result")), rows)


def list_unsettled(db: Session, limit: int = 100) -> list[Operation]:
    """Operations that wait for a person, oldest first."""
    query = select(Operation).where(or_(Operation.verdict.is_(None), Operation.verdict.not_in(SETTLED)))
    return list(db.scalars(query.order_by(Operation.received_at).limit(limit)))
