"""The reps' laptops, how they are, and what they sent that somebody has to decide about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from fieldsync.operations import ELSEWHERE, NOT_FOUND, message, read_operation
from fieldsync.push import QUARANTINED
from fieldsync.records import SCHEMA
from models.account import Account
from models.hand_over import HandOver
from models.sync.conflict import Conflict
from models.sync.device import Client, Device, DeviceStatus
from models.sync.device_order import DeviceOrder
from models.sync.inbox import Operation, Verdict
from models.user import User
from portal.demo.calendar import moment
from portal.demo.chance import Chance, ident
from portal.demo.people import mobile
from portal.demo.scene import Scene

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
    " Safari/537.36 Edg/142.0.0.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
)
DAY = timedelta(days=1)
GIB = 1024**3
UNSENT, SILENT, SPARE = "rep/DEN", "rep/MAN", "spare"
"""Reps of the manager who signs in whose laptops need a look: work that waits, long silence; a spare one is blocked."""


def add_laptops(scene: Scene) -> None:
    """A laptop for each rep who holds a territory; three of them in trouble; then what waits for a decision."""
    chance = Chance("laptops")
    keys = [key for key in scene.users if key.startswith("rep/") and scene.users[key].active]
    devices = {key: _device(scene, chance, key, scene.users[key]) for key in keys}
    devices[SPARE] = _device(scene, chance, SPARE, scene.users[UNSENT])
    _trouble(scene, devices)
    scene.db.add_all(devices.values())
    scene.db.flush()
    scene.db.add_all(_client(scene, device) for device in devices.values())
    scene.db.add(_blocked(scene, devices[SPARE]))
    scene.db.flush()
    scene.db.add_all([*_waiting(scene, chance, devices), *_disputed(scene, chance, devices), _hand_over(scene)])
    scene.db.flush()


def _device(scene: Scene, chance: Chance, key: str, user: User) -> Device:
    seen = scene.calendar.now - timedelta(hours=chance.uniform(2, 9))
    return Device(
        id=ident("device", key),
        user_id=user.id,
        region_id=_region_of(scene, user),
        status=DeviceStatus.ACTIVE,
        agent=chance.choice(AGENTS),
        app="1.0",
        schema=SCHEMA,
        storage={"kept": chance.happens(0.9), "quota": 60 * GIB, "usage": int(chance.uniform(0.02, 0.4) * GIB)},
        registered_at=scene.calendar.now - 300 * DAY,
        last_seen_at=seen,
        last_pulled_at=seen,
        waiting=0,
    )


def _trouble(scene: Scene, devices: dict[str, Device]) -> None:
    now = scene.calendar.now
    devices[UNSENT].waiting, devices[UNSENT].oldest_waiting_at = 6, now - 4 * DAY
    devices[SILENT].last_seen_at = devices[SILENT].last_pulled_at = now - 9 * DAY
    devices[SPARE].status = DeviceStatus.FROZEN


def _client(scene: Scene, device: Device) -> Client:
    return Client(
        id=ident("client", device.id),
        device_id=device.id,
        user_id=device.user_id,
        region_id=device.region_id,
        last_seq=10,
        created_at=scene.calendar.now - 300 * DAY,
    )


def _blocked(scene: Scene, device: Device) -> DeviceOrder:
    return DeviceOrder(
        id=ident("device order", device.id),
        device_id=device.id,
        region_id=device.region_id,
        status=DeviceStatus.FROZEN,
        reason="Hafta sonu araçta unutulmuş, bulunana kadar.",
        ordered_by=scene.users["manager/Ege"].id,
        ordered_at=scene.calendar.now - DAY,
    )


def _waiting(scene: Scene, chance: Chance, devices: dict[str, Device]) -> Iterator[Operation]:
    """One operation of each sort that waits."""
    moved, fixed, held = (_account(scene, code, place) for code, place in (("IZM", 3), ("IZM", 5), ("IZM", 7)))
    patch: dict[str, Any] = {"phone": mobile(chance), "town": moved.town}
    body = _body("account", moved.id, "patch", patch, base={"phone": moved.phone, "town": moved.town})
    yield _operation(scene, devices["rep/DEN"], 8, body, Verdict.OUT_OF_SCOPE, ELSEWHERE, hours=20)
    visit: dict[str, Any] = {"account_id": str(fixed.id), "kind": "visit", "status": "completed"}
    visit |= {"happened_at": (scene.calendar.now - timedelta(hours=30)).isoformat(timespec="seconds")}
    visit |= {"summary": "Yeni atölye sorumlusuyla tanıştık, özlü tel denemesi istiyor.", "next_steps": "Numune gönder"}
    visit["participants"] = [str(ident("contact", "never sent"))]
    body = _body("visit", ident("visit", "needs a fix"), "create", visit)
    yield _operation(scene, devices["rep/IZM"], 9, body, Verdict.NEEDS_FIX, NOT_FOUND, hours=28)
    comment = {"account_id": str(held.id), "name": "Selim Kaya", "position": "Satın alma"}
    body = _body("contact", ident("contact", "held"), "create", comment)
    yield _operation(scene, devices[SPARE], 10, body, Verdict.HELD, QUARANTINED, hours=5)


def _disputed(scene: Scene, chance: Chance, devices: dict[str, Device]) -> Iterator[Conflict]:
    """A telephone number that two people changed."""
    account, device = _account(scene, "IZM", 1), devices["rep/IZM"]
    yield Conflict(
        id=ident("conflict", account.id),
        row_kind="account",
        row_id=account.id,
        field="phone",
        base=None,
        theirs=account.phone,
        mine=mobile(chance),
        op_id=ident("operation", "disputed"),
        user_id=device.user_id,
        region_id=device.region_id,
        opened_at=scene.calendar.now - timedelta(hours=26),
    )


def _hand_over(scene: Scene) -> HandOver:
    """A territory that will change hands."""
    territory = scene.territories["KUT"]
    return HandOver(
        id=ident("hand over", "KUT"),
        territory_id=territory.id,
        region_id=territory.region_id,
        to_user_id=scene.users[UNSENT].id,
        effective_at=moment(scene.calendar.ago(-12)),
        reason="Yeni bölge planı",
        ordered_by=scene.users["manager/Ege"].id,
        ordered_at=scene.calendar.now - 2 * DAY,
    )


def _operation(
    scene: Scene, device: Device, seq: int, body: dict[str, Any], verdict: Verdict, said: str, hours: float
) -> Operation:
    op_id = ident("operation", seq)
    read = read_operation({**body, "op_id": str(op_id), "seq": seq})
    return Operation(
        op_id=op_id,
        client_id=ident("client", device.id),
        seq=seq,
        user_id=device.user_id,
        region_id=device.region_id,
        kind=read.kind,
        row_id=read.row_id,
        body=dict(read.body),
        body_hash=read.digest,
        received_at=scene.calendar.now - timedelta(hours=hours),
        schema=SCHEMA,
        verdict=verdict,
        result={"version": None, "conflicts": [], "message": message(said)},
    )


def _body(kind: str, row_id: UUID, action: str, patch: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": kind, "id": str(row_id), "action": action, "base_version": 1, "patch": patch, "base": {}} | more


def _account(scene: Scene, code: str, place: int) -> Account:
    """One of the accounts of a territory, the same each time."""
    territory = scene.territories[code].id
    there = [each.account for each in scene.customers if each.account.territory_id == territory]
    return there[place % len(there)]


def _region_of(scene: Scene, user: User) -> UUID | None:
    """The region of the territory that a rep holds first by code, as his sign-in tells it."""
    for code in sorted(scene.territories):
        territory = scene.territories[code]
        if scene.holders[territory.id][-1][1] is user:
            return territory.region_id
    return None
