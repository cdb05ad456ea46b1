"""Taking in operations: each once, in their order, with the verdict kept for whoever asks again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fieldsync.devices import find_caller, quarantined
from fieldsync.exchange import LIMIT_OPERATIONS, Body, Failure
from fieldsync.mutations import apply
from fieldsync.operations import Malformed, Operation, Result, message, read_operation
from models.errors import N_
from models.session import Session
from models.sync import inbox
from models.sync.device import Client, acknowledge
from models.sync.inbox import Arrived, Verdict

QUARANTINED = N_("This laptop is blocked. Your work is kept on the server until your manager decides.")
TAKEN = N_("This was sent by somebody else before.")


def push(db: Session, body: Body) -> Body:
    """One batch: {last_seq, results}. Raises Failure only for the transport: a gap, a fork, a foreign client."""
    client, device, common = find_caller(db, body, lock=True)
    operations = _read(body, common["epoch"])
    stored = Stored(db, client, operations)
    fresh = [operation for operation in operations if operation.seq > client.last_seq]
    if fresh and fresh[0].seq != client.last_seq + 1:
        raise Failure(409, "gap", last_seq=client.last_seq)
    answers = {op.seq: stored.replay(op) for op in operations if op.seq <= client.last_seq}
    answers |= _take_in(db, client, fresh, stored, quarantine=quarantined(device))
    last_seq = fresh[-1].seq if fresh else client.last_seq
    acknowledge(db, client, last_seq)
    return {
        **common,
        "last_seq": last_seq,
        "results": [{"seq": op.seq, "op_id": str(op.op_id), **answers[op.seq]} for op in operations],
    }


class Stored:
    """What is known of operations that come again."""

    def __init__(self, db: Session, client: Client, operations: Sequence[Operation]) -> None:
        found = inbox.find_operations(db, client.id, [op.seq for op in operations], [op.op_id for op in operations])
        self._by_id: dict[UUID, Arrived] = {arrived.op_id: arrived for arrived in found}
        self._by_seq = {arrived.seq: arrived for arrived in found if arrived.client_id == client.id}

    def replay(self, operation: Operation) -> Body:
        """The verdict given before. Another operation in the same place means that two profiles share one sequence."""
        there = self._by_seq.get(operation.seq) or self._by_id.get(operation.op_id)
        if there is None or there.op_id != operation.op_id or there.body_hash != operation.digest:
            raise Failure(409, "forked")
        return _stored_answer(there)

    def seen(self, operation: Operation) -> Body | None:
        """The verdict of an operation that came before from another place: after a fork, or a restored server."""
        arrived = self._by_id.get(operation.op_id)
        if arrived is not None and arrived.client_id is None:
            return Result(Verdict.HELD, message=message(TAKEN)).answer()
        return None if arrived is None else _stored_answer(arrived)


def _take_in(
    db: Session, client: Client, fresh: Sequence[Operation], stored: Stored, *, quarantine: bool
) -> dict[int, Body]:
    """Apply the operations that are new, and keep them as they came with what became of them.

    Both or neither last: they are one transaction. Writing an operation down first and its verdict later would write
    it twice.
    """
    answers = {op.seq: answer for op in fresh if (answer := stored.seen(op)) is not None}
    new = [op for op in fresh if op.seq not in answers]
    held = Result(Verdict.HELD, message=message(QUARANTINED))
    results = [held for _ in new] if quarantine else apply(db, new)
    inbox.keep(db, [row_of(client, op, result) for op, result in zip(new, results, strict=True)])
    return answers | {op.seq: result.answer() for op, result in zip(new, results, strict=True)}


def _read(body: Body, life: str) -> list[Operation]:
    raw = body.get("ops")
    if not isinstance(raw, list):
        raise Failure(400, "bad_request", field="ops")
    if len(raw) > LIMIT_OPERATIONS:
        raise Failure(413, "too_large", operations=LIMIT_OPERATIONS)
    try:
        operations = [read_operation(item, life, body.get("epoch"), body.get("schema")) for item in raw]
    except Malformed as error:
        raise Failure(400, "bad_request", field="ops", reason=str(error)) from error
    seqs = [operation.seq for operation in operations]
    if seqs != list(range(seqs[0], seqs[0] + len(seqs))) if seqs else False:
        raise Failure(400, "bad_request", field="ops", reason="the sequence has holes")
    return operations


def row_of(client: Client, operation: Operation, result: Result) -> dict[str, Any]:
    """An operation as the inbox keeps it, with what became of it."""
    return {
        "op_id": operation.op_id,
        "client_id": client.id,
        "seq": operation.seq,
        "kind": operation.kind,
        "row_id": operation.row_id,
        "body": operation.kept_body,
        "body_hash": operation.digest,
        "schema": operation.schema,
        "verdict": result.verdict,
        "result": result.dump(),
    }


def _stored_answer(arrived: Arrived) -> Body:
    return {"verdict": arrived.verdict, **(arrived.result or {})}
