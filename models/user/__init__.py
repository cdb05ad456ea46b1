"""Users: what they are, on whose behalf they act, and how the screens should look to them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import (
    ALL,
    DEALER_ROLES,
    GRANTABLE,
    OWN_DEALER,
    OWN_ROW,
    Access,
    Permission,
    Role,
    change,
    insert,
    read,
    update,
)
from models.base import Base, Created, Key, Named
from models.errors import N_, Refused

if TYPE_CHECKING:
    from models.dealer import Dealer
    from models.region import Region

STAFF_OF_OWN_DEALER = f"{OWN_DEALER} and role = 'dealer_staff'"
COLLEAGUES = "dealer_id is null"


class User(Named, Base):
    """Somebody who signs in. What he may change of himself lies in `UserPreference`; his password in `Credential`."""

    __tablename__ = "user"
    __table_args__ = (
        CheckConstraint("(role in ('dealer_owner', 'dealer_staff')) = (dealer_id is not null)", name="dealer"),
        CheckConstraint("(role = 'manager') <= (region_id is not null)", name="region"),
        Index("uq_user_email", "email_key", unique=True),
    )
    __access__ = Access(
        dealer=read(OWN_DEALER) + insert(STAFF_OF_OWN_DEALER) + update(STAFF_OF_OWN_DEALER),
        rep=read(COLLEAGUES),
        manager=read(COLLEAGUES),
        hq=change(ALL),
    )

    id: Mapped[Key]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(String(collation="C"), Computed("lower(email)", persisted=True))
    role: Mapped[str]
    dealer_id: Mapped[UUID | None] = mapped_column(ForeignKey("dealer.id"), index=True)
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"), index=True)
    rights: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[Created]

    dealer: Mapped[Dealer | None] = relationship(foreign_keys=[dealer_id])
    region: Mapped[Region | None] = relationship(foreign_keys=[region_id])

    def grant(self, rights: set[Permission]) -> None:
        """Set what this member of a dealer's staff may do beyond the basics."""
        if self.role != Role.DEALER_STAFF:
            raise Refused(N_("Only staff of a dealer are granted single rights."))
        if not rights <= GRANTABLE:
            raise Refused(N_("These rights cannot be granted to staff."))
        self.rights = sorted(rights)

    @property
    def works_for_dealer(self) -> bool:
        """Whether this user acts for a dealer."""
        return Role(self.role) in DEALER_ROLES


class UserPreference(Base):
    """How the screens look to a user; he changes it himself. Its id is the user's."""

    __tablename__ = "user_preference"
    __access__ = Access(dealer=change(OWN_ROW), rep=change(OWN_ROW), manager=change(OWN_ROW), hq=change(OWN_ROW))

    id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    locale: Mapped[str | None]
    theme: Mapped[str | None]


class Credential(Base):
    """A user's password as argon2 keeps it. Its id is the user's."""

    __tablename__ = "credential"
    __redacted__ = frozenset({"password_hash"})
    _OWN = read(OWN_ROW) + update(OWN_ROW)
    __access__ = Access(dealer=_OWN, rep=_OWN, manager=_OWN, hq=_OWN)

    id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]
