"""Mail that waits to be sent: written in the transaction that caused it, delivered by a job at least once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, insert, read
from models.base import Base, Created, Key


class OutboxMail(Base):
    """One mail. `idempotency_key` keeps the same occasion from mailing twice."""

    __tablename__ = "outbox_mail"
    __table_args__ = (Index("ix_outbox_mail_waiting", "next_attempt_at", postgresql_where=text("sent_at is null")),)
    __redacted__ = frozenset({"body_text", "body_html"})
    __access__ = Access(
        dealer=insert(ALL), rep=insert(ALL), manager=insert(ALL), visitor=insert(ALL), hq=read(ALL) + insert(ALL)
    )

    id: Mapped[Key]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    created_at: Mapped[Created]
    next_attempt_at: Mapped[Created]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[datetime | None]
    delivered_to: Mapped[str | None]
    error: Mapped[str | None]
