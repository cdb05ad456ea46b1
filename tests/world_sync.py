"""The cast's laptops: a device and a client of the rep of izmir, and what they sent."""

from __future__ import annotations

from models.sync.at_rest import THE_ONE, DeviceKey, FieldPolicy
from models.sync.conflict import Conflict, RowHistory
from models.sync.decision import Decision
from models.sync.device import Client, Device
from models.sync.device_order import DeviceOrder
from models.sync.inbox import Operation
from models.sync.notice import Notice
from models.sync.snapshot import CatalogueSnapshot
from tests.world import BOGAZ_FIELD, HQ, INTERNAL, KORDON_FIELD, MANISA_FIELD, NOON, Place, Row, ident

REPS = frozenset({"cem", "deniz", "ece"})


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
    order = DeviceOrder(
        id=ident("device_order.cem"),
        device_id=device.id,
        region_id=own["region_id"],
        status="active",
        ordered_by=ident("user.filiz"),
    )
    snapshot = CatalogueSnapshot(id=ident("snapshot"), epoch=ident("epoch"), seq=1, row_count=0, digest=0, size=0)
    snapshot.content = b""
    made: list[Row] = [(snapshot, REPS | HQ)]
    made += [(row, KORDON_FIELD) for row in (device, client, operation, history, conflict)]
    return [*made, (order, KORDON_FIELD - {"cem"}), *_at_rest(device), *_late()]


def _at_rest(device: Device) -> list[Row]:
    """The company's policy, which asks for nothing, and the server's half of a laptop's key: for its rep alone."""
    key = DeviceKey(device_id=device.id, user_id=device.user_id, half=b"half", made_at=NOON)
    return [(FieldPolicy(id=THE_ONE), INTERNAL), (key, frozenset({"cem"}))]


def _late() -> list[Row]:
    """What the rep of istanbul sent about an account of izmir; the rep of manisa was asked, its manager decided."""
    own: Place = {"user_id": ident("user.ece"), "region_id": ident("region.marmara")}
    device = Device(id=ident("device.ece"), agent="Chromium", app="1", schema=1, **own)
    client = Client(id=ident("client.ece"), device_id=device.id, last_seq=1, **own)
    operation = Operation(
        op_id=ident("operation.late"),
        client_id=client.id,
        seq=1,
        kind="account",
        row_id=ident("account.gemi"),
        body={
            "kind": "account",
            "id": str(ident("account.gemi")),
            "action": "patch",
            "base_version": 1,
            "patch": {"town": "Urla"},
        },
        body_hash=b"hash",
        verdict="out_of_scope",
        handed_to=ident("user.deniz"),
        **own,
    )
    decision = Decision(
        id=ident("decision.late"),
        op_id=operation.op_id,
        outcome="handed_over",
        handed_to=ident("user.deniz"),
        decided_by=ident("user.gokhan"),
        **own,
    )
    notice = Notice(
        id=ident("notice.deniz"),
        user_id=ident("user.deniz"),
        region_id=ident("region.ege"),
        what="operation_handed",
        record_id=operation.op_id,
        about="Gemi Onarım A.Ş.",
    )
    return [
        (device, BOGAZ_FIELD),
        (client, BOGAZ_FIELD),
        (operation, BOGAZ_FIELD | {"deniz"}),
        (decision, BOGAZ_FIELD),
        (notice, MANISA_FIELD),
    ]
