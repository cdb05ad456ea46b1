"""Signing in: argon2, throttling per account and per address, invitations and lost passwords."""

from __future__ import annotations

import math
import secrets
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ForeignKey, LargeBinary, delete, text
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, Principal, change, insert
from models.base import Base, Created, Key, new_id, now
from models.errors import N_, Refused
from models.session import Database, Session, principal_from, token_hash
from models.user import Credential, User
from models.user.session import start_session

MINIMUM_LENGTH = 10
INVITATION_LASTS = timedelta(days=7)

_hasher = PasswordHasher()


class Throttled(Refused):
    """Too many tries; `minutes` says how long to wait."""

    def __init__(self, seconds: float) -> None:
        self.minutes = max(1, math.ceil(seconds / 60))
        super().__init__(N_("Too many tries. Please try again in %(minutes)s minutes."), minutes=self.minutes)


class WrongPassword(Refused):
    """The e-mail or the password is wrong; which of the two is not said."""

    def __init__(self) -> None:
        super().__init__(N_("The e-mail address or the password is not right."))


_OWN_STAFF = 'exists (select 1 from "user" where "user".id = user_id and "user".role = \'dealer_staff\')'


class Invitation(Base):
    """A link by which a user sets the first or a new password. The mail holds the token, the table its hash."""

    __tablename__ = "invitation"
    __redacted__ = frozenset({"token_hash"})
    __access__ = Access(dealer=insert(_OWN_STAFF), hq=change(ALL))

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def hash_password(password: str) -> str:
    """The argon2 hash of a password that is long enough."""
    if len(password) < MINIMUM_LENGTH:
        raise Refused(N_("The password needs at least %(count)s characters."), count=MINIMUM_LENGTH)
    return _hasher.hash(password)


@cache
def _nobody() -> str:
    """The hash of nobody's password, made at the first sign-in: most processes never see one."""
    return _hasher.hash(secrets.token_urlsafe(16))


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def sign_in(database: Database, email: str, password: str, address: str, agent: str) -> str:
    """Check the password and open a session; returns its token. Raises Throttled or WrongPassword.

    The attempt is counted in a transaction of its own, so that a refused one counts too, and an unknown address costs
    the same hashing time as a known one.
    """
    with database.open(None) as db:
        found = db.execute(
            text("select * from sign_in_lookup(:email, :address)"), {"email": email.strip(), "address": address}
        ).one()
    if found.wait_seconds > 0:
        raise Throttled(found.wait_seconds)
    nobody = _nobody()  # whoever it is, so that the time of it tells nothing
    succeeded = _verify(found.password_hash or nobody, password) and found.user_id is not None
    with database.transaction(Principal.visitor()) as db:
        db.execute(
            text(
                "insert into sign_in_attempt (id, email_key, address, succeeded)"
                " values (:id, lower(:email), :address, :succeeded)"
            ),
            {"id": new_id(), "email": email.strip(), "address": address, "succeeded": succeeded},
        )
    if not succeeded:
        raise WrongPassword
    with database.transaction(principal_from(found)) as db:
        return start_session(db, address, agent)


def change_password(db: Session, current: str, new: str) -> None:
    """Set the user's own password after checking the current one."""
    credential = db.get_one(Credential, db.principal.user_id)
    if not _verify(credential.password_hash, current):
        raise Refused(N_("The current password is not right."))
    credential.password_hash = hash_password(new)
    credential.changed_at = now()


def set_password(db: Session, user: User, password: str) -> None:
    """Set a user's password without knowing the old one: the command line and the demo world only."""
    db.merge(Credential(id=user.id, password_hash=hash_password(password), changed_at=now()))


def invite(db: Session, user: User) -> str:
    """A fresh token with which the user sets a password; it belongs into a mail and nowhere else."""
    token = secrets.token_urlsafe(32)
    db.add(Invitation(user_id=user.id, token_hash=token_hash(token), expires_at=now() + INVITATION_LASTS))
    return token


def accept_invitation(db: Session, token: str, password: str) -> str:
    """Set the password for the holder of an invitation; returns the e-mail address. Refused when used up or old."""
    email = db.execute(
        text("select accept_invitation(:hash, :password_hash)"),
        {"hash": token_hash(token), "password_hash": hash_password(password)},
    ).scalar_one()
    if email is None:
        raise Refused(N_("This link was used already or is too old. Ask for a new one."))
    return str(email)


def forget_invitations(db: Session, before: datetime) -> int:
    """Remove invitations that were too old before a moment, used or not; returns how many."""
    return db.connection().execute(delete(Invitation).where(Invitation.expires_at < before)).rowcount
