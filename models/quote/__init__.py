"""Quotes with their lines. `drafting` makes them, `queries` lists them, `document` is their PDF, `totals` the sums."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import (
    ALL,
    OWN_DEALER,
    OWN_REGION,
    OWN_TERRITORIES,
    OWN_USER,
    Access,
    Rules,
    delete,
    insert,
    read,
    through,
    update,
    write,
)
from models.account import Account
from models.base import Base, Created, Currency, Key, Money, Percent
from models.dealer import Dealer
from models.errors import N_
from models.product import Product
from models.quote.totals import Totals, totals
from models.repricing import DraftedLine, differing
from models.sync.feed import TERRITORY, Feed
from models.user import User

STATUSES = {
    "drafted": N_("drafted"),
    "issued": N_("issued"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "expired": N_("expired"),
}
_KNOWN_DEALER = f"(dealer_id is null or {through('dealer', 'dealer_id')})"
"""A foreign key does not ask whether the writer may see the dealer to whom the quote will be shown."""


def _seller(own: str) -> Rules:
    """May see and change those of his own, add them in his own name, and remove drafts."""
    added = insert(f"{own} and {OWN_USER} and {_KNOWN_DEALER}")
    return read(own) + added + update(f"{own} and {_KNOWN_DEALER}") + delete(f"{own} and status = 'drafted'")


class Quote(Base):
    """An offer of goods at prices until a day, to an account, delivered by a dealer where one is named.

    The customer's name and address are kept as they were written, whatever becomes of the account. The number is given
    when the quote is issued.
    """

    __tablename__ = "quote"
    __feed__ = Feed("quote", TERRITORY, "territory_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "territory_id", "region_id"],
            ["account.id", "account.territory_id", "account.region_id"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("number", "revision"),
        UniqueConstraint("id", "territory_id", "region_id"),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        CheckConstraint("status = 'drafted' or number is not null", name="number"),
        Index("ix_quote_dealer_quoted", "dealer_id", "quoted_on"),
        Index("ix_quote_territory_quoted", "territory_id", "quoted_on"),
        Index("ix_quote_region_quoted", "region_id", "quoted_on"),
        Index("ix_quote_quoted", "quoted_on"),
        Index("ix_quote_valid", "valid_until", postgresql_where=text("status = 'issued'")),
    )
    __access__ = Access(
        dealer=read(f"{OWN_DEALER} and status <> 'drafted'"),
        rep=_seller(OWN_TERRITORIES),
        manager=_seller(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    number: Mapped[str | None]
    number_key: Mapped[str | None] = mapped_column(
        String(collation="C"), Computed("portal_fold(number)", persisted=True), index=True
    )
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
    customer_key: Mapped[str] = mapped_column(
        String(collation="C"), Computed("portal_fold(customer_name)", persisted=True), index=True
    )
    customer_address: Mapped[str | None]
    customer_contact: Mapped[str | None]
    terms: Mapped[str | None]
    agreed_at: Mapped[datetime | None]
    """When the seller took the prices that differ from those he drafted it with."""
    net: Mapped[Money] = mapped_column(default=Decimal(0))
    vat: Mapped[Money] = mapped_column(default=Decimal(0))
    total: Mapped[Money] = mapped_column(default=Decimal(0))
    created_at: Mapped[Created]

    account: Mapped[Account] = relationship(primaryjoin="foreign(Quote.account_id) == Account.id", viewonly=True)
    dealer: Mapped[Dealer | None] = relationship(foreign_keys=[dealer_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    lines: Mapped[list[QuoteLine]] = relationship(
        back_populates="quote", order_by="QuoteLine.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def totals(self) -> Totals:
        """What the lines add up to."""
        return totals(self.lines)

    @property
    def differences(self) -> list[QuoteLine]:
        """The lines whose price is another than the one that they were drafted with."""
        return differing(self.lines)

    @property
    def is_draft(self) -> bool:
        """Whether it can still be changed."""
        return self.status == "drafted"


_DRAFT = "exists (select 1 from quote parent where parent.id = quote_id and parent.status = 'drafted')"
_OF_QUOTE = through("quote", "quote_id")
_SELLERS_LINES = read(_OF_QUOTE) + insert(_DRAFT) + update(_DRAFT) + delete(_DRAFT)
"""What was issued stays as it was sent: its lines are fixed by the database, not only by the rules."""


class QuoteLine(DraftedLine, Base):
    """One product of a quote, as the customer reads it."""

    __tablename__ = "quote_line"
    __feed__ = Feed("quote", TERRITORY, "territory_id", parent="quote", via="quote_id")
    __table_args__ = (
        UniqueConstraint("quote_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("discount_percent between 0 and 100", name="discount_percent"),
        CheckConstraint("vat_percent between 0 and 100", name="vat_percent"),
    )
    __access__ = Access(dealer=read(_OF_QUOTE), rep=_SELLERS_LINES, manager=_SELLERS_LINES, hq=write(ALL))

    id: Mapped[Key]
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quote.id", ondelete="CASCADE"))
    product_id: Mapped[UUID | None] = mapped_column(ForeignKey("product.id"))
    discount_percent: Mapped[Percent] = mapped_column(default=Decimal(0), server_default="0")
    vat_percent: Mapped[Percent]

    quote: Mapped[Quote] = relationship(back_populates="lines")
    product: Mapped[Product | None] = relationship()
