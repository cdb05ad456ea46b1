"""Carrying out what people decide on their laptops: which side of a conflict stands, and what is given up."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from fieldsync.merge import Row
from fieldsync.operations import ELSEWHERE, NOT_FOUND, NOT_YOURS, Result, Unfit
from fieldsync.orders import Reading, Settlement, Withdrawal
from fieldsync.records import KINDS
from models.base import now
from models.errors import N_, NotFound, Refused
from models.session import Session
from models.sync import decision
from models.sync.conflict import ConflictStatus
from models.sync.inbox import Verdict
from models.sync.rows import Values
from models.visit.inbox import note_read

GONE = N_("This record was removed, so nothing can be written into it.")


def settle(rows: Mapping[tuple[str, UUID], Row], order: Settlement, who: UUID | None, history: list[Values]) -> Result:
    """Let one side of a conflict stand, for good: who comes later finds it decided."""
    dispute = rows.get(("conflict", order.operation.row_id))
    if dispute is None:
        raise Unfit(Verdict.NEEDS_FIX, NOT_FOUND)
    values = dispute.values
    if values["status"] != ConflictStatus.OPEN:
        return Result(Verdict.MERGED, version=dispute.version)
    if order.status is ConflictStatus.KEPT_MINE:
        history.append(_write_mine(rows.get((values["row_kind"], values["row_id"])), values, order))
    values |= {"status": order.status, "decided_at": now(), "decided_by": who}
    dispute.touched |= {"status", "decided_at", "decided_by"}
    return Result(Verdict.APPLIED, version=dispute.version)


def _write_mine(row: Row | None, dispute: Values, order: Settlement) -> Values:
    """Put the writer's value into the record; returns what it replaced."""
    kind, name, mine = KINDS[dispute["row_kind"]], dispute["field"], dispute["mine"]
    field = kind.field(name)
    if field is None:
        raise Unfit(Verdict.NEEDS_FIX, GONE)
    if row is None:
        raise Unfit(Verdict.OUT_OF_SCOPE, ELSEWHERE)
    before = kind.dump_values({name: row.values[name]})
    row.values[name] = None if mine is None else field.type.parse(mine)
    row.touched.add(name)
    return {"kind": kind.name, "row_id": dispute["row_id"], "op_id": order.operation.op_id, "before": before}


def withdraw(db: Session, order: Withdrawal) -> Result:
    """End one of the writer's own operations that wait. Where there is none, nothing is left to do."""
    try:
        waiting = decision.lock_open(db, order.op_id)
    except (NotFound, Refused):
        return Result(Verdict.MERGED)
    if waiting.user_id != db.principal.user_id:
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS)
    decision.discard(db, waiting, order.reason)
    return Result(Verdict.APPLIED)


def note(db: Session, order: Reading) -> Result:
    """Note what the rep has read. Under a visit that left his sight there is nothing left to note."""
    found = note_read(db, order.operation.row_id, order.read_at)
    return Result(Verdict.APPLIED if found else Verdict.MERGED)
