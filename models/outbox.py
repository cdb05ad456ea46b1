"""Mail that waits to be sent: written in the transaction that caused it, delivered by a job at least once."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_into
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, insert, read
from models.access import update as change_rows
from models.base import new_id, now
from models.errors import N_, NotFound, Refused
from models.queue import Queued, waiting_index
from models.session import Session

STATES = {"waiting": N_("waiting"), "sent": N_("sent"), "failed": N_("failed")}


class OutboxMail(Queued):
    """One mail. `idempotency_key` keeps the same occasion from mailing twice."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        waiting_index("ix_outbox_mail_waiting", "sent_at"),
        Index("ix_outbox_mail_requested", text("requested_at desc"), text("id desc")),
    )
    __redacted__ = frozenset({"body_text", "body_html"})
    __access__ = Access(
        dealer=insert(ALL),
        rep=insert(ALL),
        manager=insert(ALL),
        visitor=insert(ALL),
        hq=read(ALL) + insert(ALL) + change_rows("sent_at is null"),
    )
    DONE: ClassVar[str] = "sent_at"
    MOST_ATTEMPTS: ClassVar[int] = 12

    idempotency_key: Mapped[str] = mapped_column(unique=True)
    message: Mapped[str]
    """Which of the portal's messages it is: the name of its templates' folder."""
    recipient: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    body_text: Mapped[str]
    body_html: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    delivered_to: Mapped[str | None]

    @property
    def state(self) -> str:
        """One of `STATES`."""
        return "sent" if self.sent_at else "failed" if self.failed_at else "waiting"


def queue_mail(
    db: Session,
    *,
    key: str,
    message: str,
    recipient: str,
    locale: str,
    subject: str,
    body_text: str,
    body_html: str | None = None,
) -> None:
    """Put a mail into the outbox, once per `key` however often this is called."""
    values = {
        "id": new_id(),
        "idempotency_key": key,
        "message": message,
        "recipient": recipient,
        "locale": locale,
        "subject": " ".join(subject.split()),
        "body_text": body_text,
        "body_html": body_html,
    }
    # Without naming the column: who writes a mail may not read the outbox, not even to find a conflict in it.
    db.execute(insert_into(OutboxMail).values(values).on_conflict_do_nothing())


def send_again(mail: OutboxMail) -> None:
    """Let a mail that was given up wait anew, as if it had never been tried."""
    if mail.state != "failed":
        raise Refused(N_("Only a mail that could not be sent is sent again."))
    mail.failed_at, mail.error, mail.attempts, mail.next_attempt_at = None, None, 0, now()


def list_mails(db: Session, *, state: str | None = None, q: str = "", limit: int, offset: int = 0) -> list[OutboxMail]:
    """Mails, newest first; `q` looks for a part of the recipient or the subject."""
    query = select(OutboxMail).order_by(OutboxMail.requested_at.desc(), OutboxMail.id.desc())
    if state in STATES:
        query = query.where(_IN_STATE[state])
    if q:
        query = query.where(
            OutboxMail.recipient.icontains(q, autoescape=True) | OutboxMail.subject.icontains(q, autoescape=True)
        )
    return list(db.scalars(query.limit(limit).offset(offset)))


def get_mail(db: Session, mail_id: UUID) -> OutboxMail:
    """The mail. Raises NotFound."""
    mail = db.scalar(select(OutboxMail).where(OutboxMail.id == mail_id))
    if mail is None:
        raise NotFound
    return mail


def forget_bodies(db: Session, before: datetime) -> int:
    """Empty the bodies of mails sent before a moment; they may hold links and names. Returns how many."""
    old = (OutboxMail.sent_at < before) & (OutboxMail.body_text != "")
    return db.connection().execute(update(OutboxMail).where(old).values(body_text="", body_html=None)).rowcount


_IN_STATE = {
    "waiting": OutboxMail.sent_at.is_(None) & OutboxMail.failed_at.is_(None),
    "sent": OutboxMail.sent_at.is_not(None),
    "failed": OutboxMail.failed_at.is_not(None),
}


def mark_sent(mail: OutboxMail, delivered_to: str) -> None:
    """Note where the mail went: the server that took it, or the file it was written to."""
    mail.sent_at = now()
    mail.delivered_to = delivered_to
    mail.error = None
