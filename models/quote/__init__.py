"""Quotes with their lines, and the PDF exactly as it was made."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.access import ALL, OWN_DEALER, OWN_REGION, OWN_TERRITORIES, Access, change, insert, read, through, write
from models.account import Account
from models.base import Base, Created, Currency, Key, Money, Percent, Price, Quantity
from models.dealer import Dealer
from models.errors import N_
from models.product import Product
from models.user import User

STATUSES = {
    "drafted": N_("drafted"),
    "issued": N_("issued"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "expired": N_("expired"),
}


class Quote(Base):
    """An offer of goods at prices until a day, to an account, delivered by a dealer where one is named."""

    __tablename__ = "quote"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "territory_id", "region_id"],
            ["account.id", "account.territory_id", "account.region_id"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("number", "revision"),
        UniqueConstraint("id", "territory_id", "region_id"),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        Index("ix_quote_dealer_quoted", "dealer_id", "quoted_on"),
        Index("ix_quote_territory_quoted", "territory_id", "quoted_on"),
        Index("ix_quote_region_quoted", "region_id", "quoted_on"),
    )
    __access__ = Access(
        dealer=read(f"{OWN_DEALER} and status <> 'drafted'"),
        rep=change(OWN_TERRITORIES),
        manager=change(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    number: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    account_id: Mapped[UUID] = mapped_column(index=True)
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    dealer_id: Mapped[UUID | None] = mapped_column(ForeignKey("dealer.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    status: Mapped[str]
    quoted_on: Mapped[date]
    valid_until: Mapped[date]
    locale: Mapped[str]
    currency: Mapped[Currency]
    customer_name: Mapped[str]
    customer_address: Mapped[str | None]
    customer_contact: Mapped[str | None]
    terms: Mapped[str | None]
    net: Mapped[Money]
    vat: Mapped[Money]
    total: Mapped[Money]
    created_at: Mapped[Created]

    account: Mapped[Account] = relationship(primaryjoin="foreign(Quote.account_id) == Account.id", viewonly=True)
    dealer: Mapped[Dealer | None] = relationship(foreign_keys=[dealer_id])
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    lines: Mapped[list[QuoteLine]] = relationship(back_populates="quote", order_by="QuoteLine.position")
    documents: Mapped[list[QuoteDocument]] = relationship(back_populates="quote", order_by="QuoteDocument.created_at")


class QuoteLine(Base):
    """One product of a quote, as the customer reads it."""

    __tablename__ = "quote_line"
    __table_args__ = (
        UniqueConstraint("quote_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("discount_percent between 0 and 100", name="discount_percent"),
    )
    _OF_QUOTE = through("quote", "quote_id")
    __access__ = Access(dealer=read(_OF_QUOTE), rep=write(_OF_QUOTE), manager=write(_OF_QUOTE), hq=write(ALL))

    id: Mapped[Key]
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quote.id", ondelete="CASCADE"))
    position: Mapped[int]
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("product.id"))
    code: Mapped[str]
    description: Mapped[str]
    quantity: Mapped[Quantity]
    unit: Mapped[str]
    price: Mapped[Price]
    discount_percent: Mapped[Percent] = mapped_column(default=Decimal(0), server_default="0")
    vat_percent: Mapped[Percent]
    amount: Mapped[Money]

    quote: Mapped[Quote] = relationship(back_populates="lines")
    product: Mapped[Product | None] = relationship()


class QuoteDocument(Base):
    """The PDF of a quote: asked for, then made once, by a job; its bytes never change."""

    __tablename__ = "quote_document"
    __table_args__ = (
        Index("ix_quote_document_waiting", "requested_at", postgresql_where=text("made_at is null")),
        CheckConstraint("(content is null) = (made_at is null)", name="made"),
    )
    _OF_QUOTE = through("quote", "quote_id")
    __redacted__ = frozenset({"content"})
    __access__ = Access(
        dealer=read(_OF_QUOTE) + insert(_OF_QUOTE),
        rep=read(_OF_QUOTE) + insert(_OF_QUOTE),
        manager=read(_OF_QUOTE) + insert(_OF_QUOTE),
        hq=write(ALL),
    )

    id: Mapped[Key]
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quote.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Created]
    requested_at: Mapped[Created]
    made_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    error: Mapped[str | None]
    sha256: Mapped[str | None]
    pages: Mapped[int | None]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    quote: Mapped[Quote] = relationship(back_populates="documents")
