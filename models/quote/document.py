"""The PDF of a quote: asked for, then made once, by a job. Its bytes never change, whatever happens to the quote."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, select, text
from sqlalchemy.dialects.postgresql import insert as insert_into
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship, undefer

from models.access import ALL, Access, insert, read, through, write
from models.base import new_id, now
from models.errors import N_, Refused
from models.queue import Queued, waiting_index
from models.quote import Quote
from models.session import Session
from models.user import User

PATIENCE = timedelta(minutes=1)
"""Whoever asked and had to wait for longer is told by mail, for he will have gone on to something else."""


OWN_WISH = "requested_by = (select portal_id('portal.user_id'))"


class QuoteDocument(Queued):
    """One PDF, or the wish for it."""

    __tablename__ = "quote_document"
    __table_args__ = (
        waiting_index("ix_quote_document_waiting", "made_at"),
        Index(
            "uq_quote_document_waiting",
            "quote_id",
            unique=True,
            postgresql_where=text("made_at is null and failed_at is null"),
        ),
        CheckConstraint("(content is null) = (made_at is null)", name="made"),
    )
    _OF_QUOTE = through("quote", "quote_id")
    _ASK = read(_OF_QUOTE) + insert(f"{_OF_QUOTE} and made_at is null and {OWN_WISH}")
    __redacted__ = frozenset({"content"})
    __access__ = Access(dealer=_ASK, rep=_ASK, manager=_ASK, hq=write(ALL))
    DONE: ClassVar[str] = "made_at"

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quote.id", ondelete="CASCADE"), index=True)
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime | None]
    sha256: Mapped[str | None]
    pages: Mapped[int | None]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    quote: Mapped[Quote] = relationship()
    requester: Mapped[User | None] = relationship()

    @property
    def state(self) -> str:
        """`waiting`, `made` or `failed`."""
        return "made" if self.made_at else "failed" if self.failed_at else "waiting"

    @property
    def is_late(self) -> bool:
        """Whether somebody has been waiting for it for long."""
        return self.state == "waiting" and now() - self.requested_at > PATIENCE

    @property
    def took_long(self) -> bool:
        """Whether whoever asked for it had to wait."""
        return self.made_at is not None and self.made_at - self.requested_at > PATIENCE

    def keep(self, content: bytes, pages: int) -> None:
        """Keep the finished PDF."""
        self.content, self.pages, self.made_at, self.error = content, pages, now(), None
        self.sha256 = sha256(content).hexdigest()


def ask_for_document(db: Session, quote: Quote) -> None:
    """Ask for the quote's PDF unless it is there or on its way. Drafts have none: they would be taken for an offer."""
    if quote.is_draft:
        raise Refused(N_("A draft has no PDF. Issue the quote first."))
    latest = latest_document(db, quote.id)
    if latest is not None and latest.state != "failed":
        return
    wish = {"id": new_id(), "quote_id": quote.id, "requested_by": db.principal.user_id}
    # Somebody else may ask at the same moment: the wish that is there serves both.
    db.execute(insert_into(QuoteDocument).values(wish).on_conflict_do_nothing())


def latest_document(db: Session, quote_id: UUID, *, content: bool = False) -> QuoteDocument | None:
    """The finished PDF, else the newest wish for one; `content` loads its bytes, too."""
    query = select(QuoteDocument).where(QuoteDocument.quote_id == quote_id)
    if content:
        query = query.options(undefer(QuoteDocument.content))
    newest = query.order_by(QuoteDocument.made_at.is_(None), QuoteDocument.requested_at.desc()).limit(1)
    return db.scalar(newest.execution_options(populate_existing=True))
