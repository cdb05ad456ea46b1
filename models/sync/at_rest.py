"""How laptops keep what they hold: the company's policy, and the server's half of each laptop's key.

The laptop's data key is wrapped twice: by the rep's PIN, and by a key made of two halves, of which the laptop keeps one
and the server the other. So a forgotten PIN is a sign-in away, and the server alone can open nothing.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, select, text
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, OWN_USER, Access, change, read
from models.base import Base, Created, now
from models.session import Session
from models.sync.device import Device, DeviceStatus
from models.user.session import UserSession

THE_ONE = UUID(int=1)
HALF_BYTES = 32
FRESH = timedelta(minutes=10)
"""A half is handed out only to who signed in this recently: the cookie of a stolen laptop may be valid for days."""


class FieldPolicy(Base):
    """The one policy of the company: whether laptops encrypt what they keep, and when they lock."""

    __tablename__ = "field_policy"
    __table_args__ = (
        CheckConstraint("id = '00000000-0000-0000-0000-000000000001'", name="the_one"),
        CheckConstraint("idle_minutes between 1 and 240", name="idle_minutes"),
        CheckConstraint("lease_days between 1 and 90", name="lease_days"),
        CheckConstraint("pin_length between 4 and 12", name="pin_length"),
    )
    __access__ = Access(rep=read(ALL), manager=read(ALL), hq=change(ALL))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=THE_ONE)
    encrypted: Mapped[bool] = mapped_column(default=False)
    idle_minutes: Mapped[int] = mapped_column(default=15)
    """Without a touch for so long, the app locks."""
    lease_days: Mapped[int] = mapped_column(default=14)
    """After so long without the server, the PIN alone opens nothing."""
    pin_length: Mapped[int] = mapped_column(default=6)
    """The least number of characters."""


class DeviceKey(Base):
    """The server's half of a laptop's key. Nobody but its own rep may read it, and it is not in the audit."""

    __tablename__ = "device_key"
    __access__ = Access(rep=change(OWN_USER))
    __audited__ = False

    device_id: Mapped[UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    half: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Created]
    handed_out_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """By which a laptop knows whether this is the half that its key was wrapped with."""
        return sha256(self.half).hexdigest()[:16]


def get_policy(db: Session) -> FieldPolicy:
    """The policy, or as long as head office has set none, one that asks for nothing."""
    kept = db.get(FieldPolicy, THE_ONE)
    return kept or FieldPolicy(id=THE_ONE, encrypted=False, idle_minutes=15, lease_days=14, pin_length=6)


def find_half(db: Session, device: Device) -> DeviceKey | None:
    """The half of one's own device."""
    return db.get(DeviceKey, device.id)


def make_half(db: Session, device: Device) -> DeviceKey:
    """A new half for a device; what was wrapped with an older one only the PIN opens from now on."""
    key = find_half(db, device) or DeviceKey(device_id=device.id, user_id=device.user_id)
    key.half, key.made_at, key.handed_out_at = secrets.token_bytes(HALF_BYTES), now(), None
    db.add(key)
    db.flush()
    return key


def hand_out(db: Session, device: Device) -> DeviceKey | None:
    """The half of a device that works; None for one that was stopped, or has none."""
    key = find_half(db, device) if device.status == DeviceStatus.ACTIVE else None
    if key is not None:
        key.handed_out_at = now()
    return key


def signed_in_freshly(db: Session) -> bool:
    """Whether the password was given a short while ago in this very session."""
    begun = db.scalar(select(UserSession.created_at).where(UserSession.id == db.info["session_id"]))
    return begun is not None and now() - begun < FRESH


def destroy_half(db: Session, device: Device) -> None:
    """For a manager who orders a device to erase itself: no sign-in opens it any more, whether it hears that or not."""
    db.execute(text("select sync_destroy_half(:device)"), {"device": device.id})
