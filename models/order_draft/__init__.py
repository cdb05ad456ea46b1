"""Drafts of orders: what a rep proposes that a dealer orders. `drafting` writes them, `queries` lists them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import (
    ALL,
    OWN_DEALER,
    OWN_REGION,
    OWN_TERRITORIES,
    OWN_USER,
    Access,
    delete,
    insert,
    read,
    through,
    update,
    write,
)
from models.account import Account
from models.base import Base, Created, Currency, Key, Money
from models.dealer import Dealer
from models.errors import N_
from models.order import Order
from models.product import Product
from models.quote.totals import to_cents
from models.repricing import DraftedLine, differing
from models.sync.feed import TERRITORY, Feed
from models.user import User

STATUSES = {
    "drafted": N_("drafted"),
    "proposed": N_("proposed"),
    "ordered": N_("ordered"),
    "declined": N_("declined"),
    "discarded": N_("discarded"),
}
PROPOSED = ("proposed", "ordered", "declined")
"""What the dealer sees: from the moment on at which the rep let him have it."""
_SHOWN = f"status in {PROPOSED}"
_UNANSWERED = "status in ('drafted', 'proposed', 'discarded')"
_KNOWN_ACCOUNT = f"(account_id is null or {through('account', 'account_id')})"
"""A foreign key does not ask whether the writer may see the account."""
_OWN_DRAFT = f"{OWN_TERRITORIES} and {OWN_USER} and {_KNOWN_ACCOUNT}"
_DEALERS = f"{OWN_DEALER} and {_SHOWN}"
_WRITTEN = insert(f"{_OWN_DRAFT} and status = 'drafted'") + update(f"{_OWN_DRAFT} and {_UNANSWERED}")


class OrderDraft(Base):
    """Goods that a rep proposes to a dealer, for an account or for the dealer's own shelf.

    No order: that is the ERP's, and comes from there once the dealer has placed it. Territory and region follow the
    dealer's. The names of rep and customer are kept as they were, since the dealer reads neither users nor accounts.
    """

    __tablename__ = "order_draft"
    __feed__ = Feed("order_draft", TERRITORY, "territory_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["dealer_id", "territory_id", "region_id"],
            ["dealer.id", "dealer.territory_id", "dealer.region_id"],
            onupdate="CASCADE",
        ),
        CheckConstraint(f"status in {tuple(STATUSES)}", name="status"),
        CheckConstraint(f"(status in {PROPOSED}) = (proposed_at is not null)", name="proposed_at"),
        CheckConstraint("(status in ('ordered', 'declined')) = (answered_at is not null)", name="answered_at"),
        CheckConstraint("(status = 'declined') = (reason is not null)", name="reason"),
        CheckConstraint("status = 'ordered' or order_number is null", name="order_number"),
        Index("ix_order_draft_dealer_created", "dealer_id", "created_at"),
        Index("ix_order_draft_territory_created", "territory_id", "created_at"),
        Index("ix_order_draft_region_created", "region_id", "created_at"),
        Index("ix_order_draft_proposed", "dealer_id", postgresql_where=text("status = 'proposed'")),
    )
    __access__ = Access(
        dealer=read(_DEALERS) + update(_DEALERS),
        rep=read(OWN_TERRITORIES) + _WRITTEN,
        manager=read(OWN_REGION),
        hq=write(ALL),
    )

    id: Mapped[Key]
    dealer_id: Mapped[UUID]
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    customer_name: Mapped[str | None]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"))
    rep_name: Mapped[str]
    status: Mapped[str]
    note: Mapped[str | None]
    priced_on: Mapped[date]
    """The day whose prices stand."""
    currency: Mapped[Currency]
    drafted_currency: Mapped[Currency]
    """The currency of the prices that the laptop showed: a dealer may buy in another one than the open lists say."""
    amount: Mapped[Money] = mapped_column(default=Decimal(0))
    proposed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    order_number: Mapped[str | None]
    """The dealer's order in the ERP, where he told its number."""
    reason: Mapped[str | None]
    created_at: Mapped[Created]

    dealer: Mapped[Dealer] = relationship(viewonly=True)
    account: Mapped[Account | None] = relationship(viewonly=True)
    user: Mapped[User | None] = relationship(viewonly=True)
    order: Mapped[Order | None] = relationship(
        primaryjoin="and_(foreign(OrderDraft.dealer_id) == Order.dealer_id,"
        " foreign(OrderDraft.order_number) == Order.number)",
        viewonly=True,
    )
    """That order, once the ERP has sent it."""
    lines: Mapped[list[OrderDraftLine]] = relationship(
        back_populates="draft", order_by="OrderDraftLine.position", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def differences(self) -> list[OrderDraftLine]:
        """The lines whose price is another than the one that they were drafted with."""
        return differing(self.lines)

    @property
    def drafted_amount(self) -> Decimal:
        """What it came to on the laptop, in `drafted_currency`."""
        shown = (to_cents(line.quantity * (line.drafted_price or line.price)) for line in self.lines)
        return sum(shown, Decimal("0.00"))


_DRAFT = "exists (select 1 from order_draft parent where parent.id = order_draft_id and parent.status = 'drafted')"
_OF_DRAFT = through("order_draft", "order_draft_id")


class OrderDraftLine(DraftedLine, Base):
    """One product of a draft. What the dealer was shown stays: the database fixes the lines, not only the rules."""

    __tablename__ = "order_draft_line"
    __feed__ = Feed("order_draft", TERRITORY, "territory_id", parent="order_draft", via="order_draft_id")
    __table_args__ = (
        UniqueConstraint("order_draft_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price >= 0", name="price"),
    )
    __access__ = Access(
        dealer=read(_OF_DRAFT),
        rep=read(_OF_DRAFT) + insert(_DRAFT) + update(_DRAFT) + delete(_DRAFT),
        manager=read(_OF_DRAFT),
        hq=write(ALL),
    )

    id: Mapped[Key]
    order_draft_id: Mapped[UUID] = mapped_column(ForeignKey("order_draft.id", ondelete="CASCADE"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))

    draft: Mapped[OrderDraft] = relationship(back_populates="lines")
    product: Mapped[Product] = relationship(viewonly=True)
