"""Devices (a laptop's browser) and clients (one browser profile of one user), as the field app registers them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cache
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Select, String, bindparam, select, text
from sqlalchemy import update as change_rows
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.access import ALL, OWN_REGION, OWN_USER, Access, change, insert, read, update
from models.base import Base, Created, Json, new_id, now
from models.session import Session
from models.sync.arrays import table_of
from models.sync.feed import SyncEpoch
from models.user import User


class DeviceStatus(StrEnum):
    """What a device may do: `frozen` sends into quarantine, `lost` locks itself as well, `wipe` erases itself."""

    ACTIVE = "active"
    FROZEN = "frozen"
    WIPE = "wipe"
    LOST = "lost"


class Device(Base):
    """One user's browser on a laptop, its app's version and what it last said of itself. It chooses its own id."""

    __tablename__ = "device"
    __access__ = Access(rep=change(OWN_USER), manager=read(OWN_REGION) + update(OWN_REGION), hq=read(ALL) + update(ALL))
    __audited__ = False  # orders to it are (`device_order`); the rest is what it says of itself at each contact
    __table_args__ = (CheckConstraint("status in ('active', 'frozen', 'wipe', 'lost')", name="status"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    status: Mapped[str] = mapped_column(default=DeviceStatus.ACTIVE, server_default="active")
    agent: Mapped[str] = mapped_column(String(300))
    app: Mapped[str] = mapped_column(String(40))
    schema: Mapped[int]
    storage: Mapped[Json] = mapped_column(default=dict, server_default="{}")
    registered_at: Mapped[Created]
    last_seen_at: Mapped[Created]
    last_pulled_at: Mapped[datetime | None]
    waiting: Mapped[int] = mapped_column(default=0, server_default="0")
    oldest_waiting_at: Mapped[datetime | None]
    mismatched_at: Mapped[datetime | None]
    """When what it holds last did not add up to what the server has; it then read that again."""
    wiped_at: Mapped[datetime | None]
    """When it said that it had erased itself."""

    user: Mapped[User] = relationship()


class Client(Base):
    """One browser profile and user: the owner of one sequence of operations. Never deleted."""

    __tablename__ = "client"
    __access__ = Access(rep=change(OWN_USER), manager=read(OWN_REGION), hq=read(ALL) + insert(ALL))
    __audited__ = False

    id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[Created]
    follows: Mapped[UUID | None]
    """The client whose unsent operations this one took over, after a copied profile or a restored server."""

    device: Mapped[Device] = relationship()


def register(
    db: Session, device_id: UUID, client_id: UUID, *, agent: str, app: str, schema: int, follows: UUID | None
) -> bool:
    """Make the device and the client known; again with the same ids changes nothing but the versions.

    False when one of the ids belongs to another user, whose row this principal cannot see.
    """
    principal = db.principal
    owner = {"user_id": principal.user_id, "region_id": principal.region_id}
    agent, app = agent[:300], app[:40]
    values = {"id": device_id, "agent": agent, "app": app, "schema": schema, **owner}
    db.execute(pg_insert(Device).values(values).on_conflict_do_nothing())
    device = db.get(Device, device_id, with_for_update=True)
    if device is None:
        return False
    device.agent, device.app, device.schema = agent, app, schema
    device.last_seen_at = now()
    values = {"id": client_id, "device_id": device_id, "follows": follows, **owner}
    db.execute(pg_insert(Client).values(values).on_conflict_do_nothing())
    client = get_client(db, client_id)
    return client is not None and client.device_id == device_id


def get_client(db: Session, client_id: UUID) -> Client | None:
    """The user's own client."""
    return db.scalar(select(Client).where(Client.id == client_id, Client.user_id == db.principal.user_id))


def find_caller(db: Session, client_id: UUID, *, lock: bool = False) -> tuple[Client, UUID] | None:
    """The user's own client with its device, locked for a push if asked, and the epoch, in one statement."""
    found = db.execute(_caller(lock), {"client": client_id, "user": db.principal.user_id}).one_or_none()
    return None if found is None else (found[0], found[1])


_CLIENT, _DEVICE = table_of(Client).c, table_of(Device).c
_HEARD = (
    change_rows(Device).where(_DEVICE.id == bindparam("device")).values(last_seen_at=bindparam("heard_at")).cte("heard")
)
_ACKNOWLEDGE = change_rows(Client).where(_CLIENT.id == bindparam("client")).values(last_seq=bindparam("taken_in"))
_ACKNOWLEDGE = _ACKNOWLEDGE.add_cte(_HEARD)


@cache
def _caller(lock: bool) -> Select[Client, UUID]:
    """Built once, at the first call: its options need every class to be mapped."""
    query = select(Client, select(SyncEpoch.epoch).scalar_subquery()).options(joinedload(Client.device, innerjoin=True))
    query = query.where(_CLIENT.id == bindparam("client"), _CLIENT.user_id == bindparam("user"))
    return query.with_for_update(of=Client) if lock else query


def acknowledge(db: Session, client: Client, last_seq: int) -> None:
    """Note how far the client's operations are taken in, and that its device was heard of, in one statement."""
    values = {"client": client.id, "taken_in": last_seq, "device": client.device_id, "heard_at": now()}
    db.connection().execute(_ACKNOWLEDGE, values)


def begin_import(db: Session, user_id: UUID, count: int) -> Client | None:
    """A sequence for `count` operations of a file, on the user's laptop that was heard of last; None without any."""
    newest = select(Device).where(Device.user_id == user_id).order_by(Device.last_seen_at.desc(), Device.id)
    device = db.scalar(newest.limit(1))
    if device is None:
        return None
    owner = {"user_id": user_id, "region_id": device.region_id}
    client = Client(id=new_id(), device_id=device.id, last_seq=count, **owner)
    db.add(client)
    db.flush()
    return client


def client_known(db: Session, client_id: UUID) -> bool:
    """Whether anybody has this client: a foreign one is refused, one that a restored server lost registers again."""
    return bool(db.scalar(text("select sync_client_known(:client_id)"), {"client_id": client_id}))
