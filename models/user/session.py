"""Sessions and sign-in attempts. A login without rights reads them through `functions/resume_session.sql` only."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, OWN_USER, Access, change, insert, read
from models.base import Base, Created, Key, now
from models.session import Database, Session, token_hash

ABSOLUTE = timedelta(days=14)


class UserSession(Base):
    """One signed-in browser. The cookie holds the token, the table only its hash."""

    __tablename__ = "user_session"
    __audited__ = False
    _OWN = change(OWN_USER)
    __access__ = Access(dealer=_OWN, rep=_OWN, manager=_OWN, hq=change(ALL))

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[Created]
    last_seen_at: Mapped[Created]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str]
    agent: Mapped[str]


class SignInAttempt(Base):
    """One try to sign in: what throttling counts."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        Index("ix_sign_in_attempt_email", "email_key", "tried_at"),
        Index("ix_sign_in_attempt_address", "address", "tried_at"),
    )
    __audited__ = False
    __access__ = Access(visitor=insert(ALL), hq=read(ALL))

    id: Mapped[Key]
    email_key: Mapped[str] = mapped_column(String(collation="C"))
    address: Mapped[str]
    tried_at: Mapped[Created]
    succeeded: Mapped[bool]


def start_session(db: Session, address: str, agent: str) -> str:
    """Open a session for the principal of `db` and return its secret token, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    user_id = db.principal.user_id
    if user_id is None:
        raise LookupError("only a user's principal can start a session")
    db.add(
        UserSession(
            user_id=user_id,
            token_hash=token_hash(token),
            expires_at=now() + ABSOLUTE,
            address=address,
            agent=agent[:300],
        )
    )
    db.flush()
    return token


def list_sessions(db: Session) -> list[UserSession]:
    """The user's own sessions that still count, newest first."""
    query = select(UserSession).where(
        UserSession.user_id == db.principal.user_id, UserSession.ended_at.is_(None), UserSession.expires_at > now()
    )
    return list(db.scalars(query.order_by(UserSession.last_seen_at.desc())))


def end_session(db: Session, session_id: UUID) -> bool:
    """Sign one of the user's own browsers out; False if it is none of them, or was signed out before."""
    own = update(UserSession).where(UserSession.id == session_id, UserSession.user_id == db.principal.user_id)
    ended = db.connection().execute(own.where(UserSession.ended_at.is_(None)).values(ended_at=now()))
    return bool(ended.rowcount)


def end_sessions_of(db: Session, user_id: UUID, but: UUID | None = None) -> int:
    """Sign a user out everywhere (except in the browser of session `but`); returns how many sessions ended."""
    query = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    result = db.connection().execute(
        (query if but is None else query.where(UserSession.id != but)).values(ended_at=now())
    )
    return result.rowcount


def touch_session(database: Database, db: Session) -> None:
    """Note that the session is in use, in a short transaction of its own: reading a page must not write."""
    with database.transaction(db.principal) as short:
        short.execute(update(UserSession).where(UserSession.id == db.info["session_id"]).values(last_seen_at=now()))


def forget_sessions(db: Session, before: datetime) -> int:
    """Remove sessions that were over before a moment; returns how many."""
    over = (UserSession.ended_at < before) | (UserSession.expires_at < before)
    return db.connection().execute(delete(UserSession).where(over)).rowcount


def forget_attempts(db: Session, before: datetime) -> int:
    """Remove sign-in attempts from before a moment, which no longer count for anything; returns how many."""
    return db.connection().execute(delete(SignInAttempt).where(SignInAttempt.tried_at < before)).rowcount
