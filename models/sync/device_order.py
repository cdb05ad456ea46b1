"""What managers and head office tell a laptop: freeze, go on, lock itself as lost, erase itself. Every order stays."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, select, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.access import ALL, OWN_REGION, Access, insert, read
from models.base import Base, Created, Key
from models.errors import N_, NotFound, Refused
from models.session import Session
from models.sync.at_rest import destroy_half
from models.sync.device import Device, DeviceStatus
from models.user import User


class Command(StrEnum):
    """An order. The value says to which status it leads."""

    FREEZE = "frozen"
    UNFREEZE = "active"
    LOSE = "lost"
    WIPE = "wipe"


ALLOWED: dict[str, tuple[Command, ...]] = {
    DeviceStatus.ACTIVE: (Command.FREEZE, Command.LOSE, Command.WIPE),
    DeviceStatus.FROZEN: (Command.UNFREEZE, Command.LOSE, Command.WIPE),
    DeviceStatus.LOST: (Command.UNFREEZE, Command.WIPE),
    DeviceStatus.WIPE: (Command.UNFREEZE,),
}
"""What may follow. Only an erasure that did not happen yet can be called off."""


class DeviceOrder(Base):
    """One order to one device: to which status, why, by whom."""

    __tablename__ = "device_order"
    __access__ = Access(manager=read(OWN_REGION) + insert(OWN_REGION), hq=read(ALL) + insert(ALL))
    __table_args__ = (CheckConstraint("status in ('active', 'frozen', 'wipe', 'lost')", name="status"),)

    id: Mapped[Key]
    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"))
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(500))
    ordered_by: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    ordered_at: Mapped[Created]

    orderer: Mapped[User] = relationship()


def order(db: Session, device_id: UUID, command: Command, *, reason: str = "", confirmed: bool = False) -> Device:
    """Give a device an order. Refused when it may not follow, or an erasure is not confirmed. Raises NotFound."""
    device = db.get(Device, device_id, with_for_update=True)
    if device is None:
        raise NotFound
    if command not in allowed(device):
        raise Refused(N_("This cannot be ordered of the laptop as it is now."))
    if command is Command.WIPE and not confirmed:
        raise Refused(N_("Confirm that everything on this laptop shall be erased."))
    device.status = command.value
    if command is Command.LOSE:
        db.execute(text("select sync_sign_out(:device)"), {"device": device.id})
    if command is Command.WIPE:
        destroy_half(db, device)
    db.add(
        DeviceOrder(
            device_id=device.id,
            region_id=device.region_id,
            status=command.value,
            reason=reason.strip()[:500] or None,
            ordered_by=db.principal.user_id,
        )
    )
    db.flush()
    return device


def allowed(device: Device) -> tuple[Command, ...]:
    """What a device may be told now; one that erased itself is no more."""
    return () if device.wiped_at is not None else ALLOWED[device.status]


def list_orders(db: Session, device_id: UUID) -> list[DeviceOrder]:
    """What a device was told, newest first."""
    query = select(DeviceOrder).where(DeviceOrder.device_id == device_id).options(joinedload(DeviceOrder.orderer))
    return list(db.scalars(query.order_by(DeviceOrder.ordered_at.desc(), DeviceOrder.id.desc())))


def list_devices(
    db: Session, *, user_id: UUID | None = None, status: str | None = None, limit: int = 50, offset: int = 0
) -> list[Device]:
    """Devices with their users, those heard of last first."""
    query = select(Device).options(joinedload(Device.user))
    if user_id:
        query = query.where(Device.user_id == user_id)
    if status:
        query = query.where(Device.status == status)
    return list(db.scalars(query.order_by(Device.last_seen_at.desc(), Device.id).limit(limit).offset(offset)))


def get_device(db: Session, device_id: UUID) -> Device:
    """One device with its user. Raises NotFound."""
    found = db.scalar(select(Device).where(Device.id == device_id).options(joinedload(Device.user)))
    if found is None:
        raise NotFound
    return found


def list_owners(db: Session) -> list[User]:
    """Whoever has a device, by name."""
    return list(db.scalars(select(User).where(User.id.in_(select(Device.user_id))).order_by(User.name_sort)))


def device_status(db: Session, device_id: UUID) -> str:
    """What a device shall do, told to whoever knows its id; one that nobody knows may go on."""
    return db.scalar(text("select sync_device_status(:id)"), {"id": device_id}) or DeviceStatus.ACTIVE.value


def note_wiped(db: Session, device_id: UUID) -> bool:
    """A device says that it erased itself; False if it was not told to, or said so before."""
    return bool(db.scalar(text("select sync_device_wiped(:id)"), {"id": device_id}))
