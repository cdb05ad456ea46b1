"""Who is calling: devices and clients make themselves known, and every request names its client."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fieldsync.exchange import Body, Failure
from fieldsync.fields import MOMENT, parse_id
from fieldsync.records import LOWEST_SCHEMA, SCHEMA
from models.base import now
from models.errors import Refused
from models.region import Territory
from models.session import Session
from models.sync import device as sync_device
from models.sync.at_rest import find_half, get_policy
from models.sync.audit import current_epoch, prove_restore
from models.sync.device import Client, Device, DeviceStatus
from models.sync.device_order import device_status, note_wiped
from models.sync.rows import read_rows


def register(db: Session, body: Body, agent: str) -> Body:
    """Make a device and a client known. Both choose their own ids, so an answer that was lost costs nothing."""
    device_id, client_id = read_id(body, "device"), read_id(body, "client")
    follows = read_id(body, "follows") if body.get("follows") else None
    schema, app = read_number(body, "schema"), str(body.get("app", ""))
    if follows is not None and body.get("last_seq"):
        _prove_restore_by(db, follows, body)
    if not sync_device.register(db, device_id, client_id, agent=agent, app=app, schema=schema, follows=follows):
        raise Failure(403, "wrong_user")
    client, device, common = find_caller(db, {"client": str(client_id)})
    return {
        **common,
        "client": str(client.id),
        "last_seq": client.last_seq,
        "user": describe_user(db),
        "at_rest": describe_policy(db, device),
    }


def _prove_restore_by(db: Session, follows: UUID, body: Body) -> None:
    """Who goes on as another client says how far the first had come. Clients are never deleted, and never fall back."""
    before = sync_device.get_client(db, follows)
    forgotten = before is None and not sync_device.client_known(db, follows)
    if forgotten or (before is not None and is_ahead(body, before.last_seq)):
        epoch = str(current_epoch(db))
        if body.get("epoch") == epoch:
            prove_restore(db, epoch)


def is_ahead(body: Body, last_seq: int) -> bool:
    """Whether the client was acknowledged more operations than the server knows of."""
    claimed = body.get("last_seq")
    return type(claimed) is int and claimed > last_seq


def find_caller(db: Session, body: Body, *, lock: bool = False) -> tuple[Client, Device, Body]:
    """The client that a request names, its device, and what every answer carries beside the server's time.

    A foreign client is refused; one that a restored server does not know is asked to register again.
    """
    client_id = read_id(body, "client")
    found = sync_device.find_caller(db, client_id, lock=lock)
    if found is None:
        known = sync_device.client_known(db, client_id)
        raise Failure(403, "wrong_user") if known else Failure(409, "unknown_client")
    client, epoch = found
    versions = {"schema": SCHEMA, "lowest_schema": LOWEST_SCHEMA}
    return client, client.device, {"epoch": str(epoch), "device": client.device.status, **versions}


def note_health(device: Device, body: Body) -> None:
    """Keep what the device says of itself, for whoever asks why a rep's work does not arrive."""
    device.last_seen_at = now()
    state = body.get("state")
    if not isinstance(state, dict):
        return
    waiting = state.get("waiting")
    device.waiting = waiting if type(waiting) is int and 0 <= waiting < 10**6 else 0
    device.oldest_waiting_at = _moment(state.get("oldest"))
    storage = state.get("storage")
    device.storage = _numbers(storage) if isinstance(storage, dict) else {}


def answer_contact(db: Session, body: Body) -> Body:
    """Tell a device what it shall do, or note that it did, whether anybody is signed in there or not."""
    device_id = read_id(body, "device")
    if body.get("wiped") is True:
        note_wiped(db, device_id)
    return {"device": device_status(db, device_id)}


def describe_policy(db: Session, device: Device) -> Body | None:
    """What the company asks of data at rest; None if nothing. `half` says which half of the key the server has."""
    policy = get_policy(db)
    if not policy.encrypted:
        return None
    key = find_half(db, device)
    return {
        "idle_minutes": policy.idle_minutes,
        "lease_days": policy.lease_days,
        "pin_length": policy.pin_length,
        "half": key.mark if key else None,
    }


def describe_user(db: Session) -> Body:
    """The user and his territories by name, for the head of the page while there is no network."""
    principal = db.principal
    territories = read_rows(db, Territory, ["name", "region_id"], principal.territory_ids)
    return {
        "id": str(principal.user_id),
        "name": db.info.get("user_name"),
        "locale": db.info.get("locale"),
        "theme": db.info.get("theme"),
        "territories": [
            {
                "id": str(territory_id),
                "name": territories[territory_id]["name"],
                "region_id": str(territories[territory_id]["region_id"]),
            }
            for territory_id in principal.territory_ids
            if territory_id in territories
        ],
    }


def quarantined(device: Device) -> bool:
    """Whether what this device sends is only kept, and nothing is told to it."""
    return device.status != DeviceStatus.ACTIVE


def read_id(body: Body, name: str) -> UUID:
    """An id that the request must carry."""
    try:
        return UUID(str(parse_id(body.get(name))))
    except Refused:
        raise Failure(400, "bad_request", field=name) from None


def read_number(body: Body, name: str) -> int:
    """A small whole number that the request must carry."""
    value = body.get(name)
    if type(value) is not int or not 0 <= value < 10**6:
        raise Failure(400, "bad_request", field=name)
    return value


def _moment(value: Any) -> datetime | None:
    try:
        moment: datetime = MOMENT.parse(value)
    except Refused:
        return None
    return moment


def _numbers(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in list(values.items())[:20] if isinstance(value, bool | int | float)}
