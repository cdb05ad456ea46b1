"""What managers, head office and the rep who was asked do with operations that could not be applied."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn
from uuid import UUID

from fieldsync.described import body_of
from fieldsync.mutations import NOT_TAKEN, Batch, references
from fieldsync.operations import NOT_UNDERSTOOD, Change, Operation, Result, read_operation
from fieldsync.orders import Order, Settlement, read_order
from fieldsync.records import KINDS
from models.base import new_id
from models.errors import N_, Refused
from models.session import Session
from models.sync import decision, inbox, rows
from models.sync.audit import current_epoch
from models.sync.conflict import ConflictStatus
from models.sync.decision import Holder, find_holder, list_open_of, lock_open, note_accepted
from models.sync.inbox import OPEN
from models.sync.inbox import Operation as Kept

ELSEWHERE = N_("The record lies where you may not write. Hand this over to the rep who holds it now.")


def reread(db: Session, kept: Kept) -> Order:
    """An operation of the inbox as this version of the server understands it."""
    body = {**body_of(kept), "op_id": str(kept.op_id), "seq": kept.seq}
    return read_order(read_operation(body, str(current_epoch(db)), schema=kept.schema))


def accept(db: Session, op_id: UUID) -> Result:
    """Apply an operation after all, as its writer's work, and before it what it hangs on. Refused if it cannot be."""
    kept = lock_open(db, op_id)
    if kept.user_id == db.principal.user_id:
        raise Refused(N_("Somebody else must accept what you wrote."))
    order = reread(db, kept)
    if isinstance(order, Change):
        for earlier in _hangs_on(db, kept, order):
            accept(db, earlier.op_id)
    try:
        with rows.savepoint(db):
            (result,) = Batch(db, [order], writer=kept.user_id, region_id=kept.region_id).run()
    except rows.RowRefused as refusal:
        raise Refused(ELSEWHERE if refusal.unseen else NOT_TAKEN) from refusal
    if result.verdict in OPEN:
        _refuse(result)
    kept.result = result.dump()
    note_accepted(db, kept, result.verdict)
    return result


def accept_each(db: Session, op_ids: Iterable[UUID]) -> tuple[int, int]:
    """Accept several in the order in which they were written: (how many were applied, how many could not be)."""
    done = refused = 0
    for kept in decision.list_those(db, op_ids):
        if not kept.waits:  # an earlier one needed it and took it along
            continue
        try:
            with rows.savepoint(db):
                accept(db, kept.op_id)
            done += 1
        except Refused:
            refused += 1
    return done, refused


def hand_over(db: Session, op_id: UUID, about: str) -> None:
    """Ask the rep who holds the territory now, also about what this hangs on; `about` names the record for him."""
    kept = lock_open(db, op_id)
    holder, order = holder_of(db, kept), reread(db, kept)
    decision.hand_over(db, kept, holder, about)
    for earlier in _hangs_on(db, kept, order) if isinstance(order, Change) else ():
        if earlier.handed_to != kept.handed_to:
            decision.hand_over(db, earlier, holder, about)


def discard(db: Session, op_id: UUID, reason: str) -> None:
    """End an operation without applying it. Refused without a reason."""
    decision.discard(db, lock_open(db, op_id), reason)


def settle_conflict(db: Session, conflict_id: UUID, status: ConflictStatus) -> None:
    """Let one side of a conflict stand. Refused when it was decided already, or the record cannot be written."""
    stand_in = Operation(0, new_id(), "conflict", conflict_id, {})
    (result,) = Batch(db, [Settlement(stand_in, status)]).run()
    if result.verdict in OPEN:
        _refuse(result)
    if result.verdict is inbox.Verdict.MERGED:
        raise Refused(N_("This was decided already."))


def place_of(kept: Kept) -> tuple[str, UUID] | None:
    """The record (kind, id) that decides where an operation belongs: its territory, account, visit, or itself."""
    kind, patch = KINDS.get(kept.kind), body_of(kept).get("patch")
    if kind is None:
        return None
    wanted = [("territory", "territory_id"), ("account", "account_id"), ("visit", "visit_id")]
    for name, column in wanted:
        value = patch.get(column) if isinstance(patch, dict) else None
        if isinstance(value, str) and kind.field(column):
            try:
                return name, UUID(value)
            except ValueError:
                return None
    return kept.kind, kept.row_id


def holder_of(db: Session, kept: Kept) -> Holder | None:
    """Who holds the territory where an operation belongs now; None if that is nowhere."""
    place = place_of(kept)
    return None if place is None else find_holder(db, *place)


def _hangs_on(db: Session, kept: Kept, change: Change) -> list[Kept]:
    """What the same writer has waiting that must be there first: what is referred to, and the making of the record."""
    named = [*references(change), change.key]
    waiting = [each for each in list_open_of(db, kept.user_id, named) if each.op_id != kept.op_id]
    return [each for each in waiting if (each.kind, each.row_id) != change.key or body_of(each)["action"] == "create"]


def _refuse(result: Result) -> NoReturn:
    if result.verdict is inbox.Verdict.OUT_OF_SCOPE:
        raise Refused(ELSEWHERE)
    said = result.message or {"text": NOT_UNDERSTOOD, "params": {}}
    raise Refused(said["text"], **said["params"])
