"""The cast's laptops: a device and a client of the rep of izmir, and what they sent."""

from __future__ import annotations

from models.sync.conflict import Conflict, RowHistory
from models.sync.device import Client, Device
from models.sync.inbox import Operation
from tests.world import KORDON_FIELD, Place, Row, ident


def rows() -> list[Row]:
    """One of each, seen by the rep, the manager and head office."""
    own: Place = {"user_id": ident("user.cem"), "region_id": ident("region.ege")}
    account = ident("account.gemi")
    device = Device(id=ident("device.cem"), agent="Chromium", app="1", schema=1, **own)
    client = Client(id=ident("client.cem"), device_id=device.id, last_seq=1, **own)
    operation = Operation(
        op_id=ident("operation.cem"),
        client_id=client.id,
        seq=1,
        kind="account",
        row_id=account,
        body={},
        body_hash=b"hash",
        verdict="conflict",
        **own,
    )
    history = RowHistory(
        id=ident("history.cem"), kind="account", row_id=account, op_id=operation.op_id, before={"phone": None}, **own
    )
    conflict = Conflict(
        id=ident("conflict.cem"),
        row_kind="account",
        row_id=account,
        field="phone",
        op_id=operation.op_id,
        base=None,
        theirs="1",
        mine="2",
        **own,
    )
    return [(row, KORDON_FIELD) for row in (device, client, operation, history, conflict)]
