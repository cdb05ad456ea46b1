"""Operations that change no field of a record: settling a conflict, withdrawing what was sent, noting what was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fieldsync.fields import MOMENT, storable
from fieldsync.operations import NOT_UNDERSTOOD, NOT_YOURS, Change, Operation, Result, Unfit, understand
from models.errors import Refused
from models.sync.conflict import ConflictStatus
from models.sync.inbox import Verdict

KEEPS = (ConflictStatus.KEPT_MINE, ConflictStatus.KEPT_THEIRS)


@dataclass(frozen=True)
class Settlement:
    """Which side of a conflict shall stand."""

    operation: Operation
    status: ConflictStatus


@dataclass(frozen=True)
class Withdrawal:
    """The writer gives up one of his operations that could not be applied."""

    operation: Operation
    op_id: UUID
    reason: str


@dataclass(frozen=True)
class Reading:
    """The rep has read what was written under a visit, up to a moment."""

    operation: Operation
    read_at: datetime


Order = Change | Settlement | Withdrawal | Reading | Result


def read_order(operation: Operation) -> Order:
    """What an operation asks for, or why it cannot be done."""
    try:
        if operation.kind == "conflict":
            return _settlement(operation)
        if operation.kind == "operation":
            return _withdrawal(operation)
        if operation.kind == "visit_read":
            return _reading(operation)
    except Unfit as unfit:
        return unfit.result
    return understand(operation)


def _settlement(operation: Operation) -> Settlement:
    patch = _patch(operation, "patch")
    status = patch.get("status")
    if set(patch) != {"status"} or status not in KEEPS:
        raise Unfit(Verdict.NEEDS_FIX, NOT_YOURS, "status")
    return Settlement(operation, ConflictStatus(status))


def _withdrawal(operation: Operation) -> Withdrawal:
    reason = _patch(operation, "discard").get("reason")
    return Withdrawal(operation, operation.row_id, reason[:500] if isinstance(reason, str) and storable(reason) else "")


def _reading(operation: Operation) -> Reading:
    try:
        return Reading(operation, MOMENT.parse(_patch(operation, "patch").get("read_at")))
    except Refused as refusal:
        raise Unfit(Verdict.NEEDS_FIX, refusal.message, "read_at") from None


def _patch(operation: Operation, action: str) -> dict[str, Any]:
    patch = operation.said.get("patch")
    if operation.said.get("action") != action or not isinstance(patch, dict):
        raise Unfit(Verdict.HELD, NOT_UNDERSTOOD)
    return patch
