"""Accounts, the end customers' organisations and prospects, and the contacts there and at dealers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.access import ALL, OWN_REGION, OWN_TERRITORIES, Access, change, write
from models.base import Base, Created, Degrees, Key, Named, Synced
from models.dealer import Dealer
from models.errors import N_, NotFound
from models.region import Province, Territory
from models.session import Session
from models.sync.feed import TERRITORY, Feed
from models.text import fold


class Account(Named, Synced, Base):
    """An end customer's organisation, or a prospect; it lies in one territory."""

    __tablename__ = "account"
    __feed__ = Feed("account", TERRITORY, "territory_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["territory_id", "region_id"], ["territory.id", "territory.region_id"], onupdate="CASCADE"
        ),
        UniqueConstraint("id", "territory_id", "region_id"),
        Index("ix_account_territory_name", "territory_id", "name_key"),
        Index("ix_account_region_name", "region_id", "name_key"),
        CheckConstraint("kind in ('customer', 'prospect')", name="kind"),
        CheckConstraint("visit_interval_days > 0", name="visit_interval_days"),
        CheckConstraint("abs(latitude) <= 90 and abs(longitude) <= 180", name="place"),
    )
    __access__ = Access(rep=change(OWN_TERRITORIES), manager=change(OWN_REGION), hq=write(ALL))

    id: Mapped[Key]
    territory_id: Mapped[UUID]
    region_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(default="prospect", server_default="prospect")
    segment: Mapped[str | None]
    tax_number: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    address: Mapped[str | None]
    town: Mapped[str | None]
    province_id: Mapped[UUID | None] = mapped_column(ForeignKey("province.id"))
    latitude: Mapped[Degrees | None]
    longitude: Mapped[Degrees | None]
    visit_interval_days: Mapped[int | None]
    opening_hours: Mapped[str | None]
    """As `models.opening` writes them; None where nobody knows."""
    created_at: Mapped[Created]

    territory: Mapped[Territory] = relationship(viewonly=True)
    province: Mapped[Province | None] = relationship()
    contacts: Mapped[list[Contact]] = relationship(
        back_populates="account", primaryjoin="foreign(Contact.account_id) == Account.id", order_by="Contact.name_sort"
    )


class Contact(Named, Synced, Base):
    """A person at an account or at a dealer."""

    __tablename__ = "contact"
    __feed__ = Feed("contact", TERRITORY, "territory_id")
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "territory_id", "region_id"],
            ["account.id", "account.territory_id", "account.region_id"],
            onupdate="CASCADE",
        ),
        ForeignKeyConstraint(
            ["dealer_id", "territory_id", "region_id"],
            ["dealer.id", "dealer.territory_id", "dealer.region_id"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("id", "territory_id"),
        CheckConstraint("num_nonnulls(account_id, dealer_id) = 1", name="place"),
    )
    __access__ = Access(rep=change(OWN_TERRITORIES), manager=change(OWN_REGION), hq=write(ALL))

    id: Mapped[Key]
    account_id: Mapped[UUID | None] = mapped_column(index=True)
    dealer_id: Mapped[UUID | None] = mapped_column(index=True)
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID]
    position: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    created_at: Mapped[Created]

    account: Mapped[Account | None] = relationship(
        back_populates="contacts", primaryjoin="foreign(Contact.account_id) == Account.id"
    )
    dealer: Mapped[Dealer | None] = relationship(primaryjoin="foreign(Contact.dealer_id) == Dealer.id", viewonly=True)


KINDS = {"customer": N_("Customer"), "prospect": N_("Prospect")}


def list_accounts(
    db: Session,
    *,
    q: str = "",
    kind: str | None = None,
    locale: str = "en",
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[Account]:
    """Accounts whose name or town holds `q`, by name."""
    column = Account.by_name(locale)
    query = select(Account).options(selectinload(Account.territory), selectinload(Account.province))
    if q:
        town = func.portal_fold(func.coalesce(Account.town, ""))
        query = query.where(
            or_(Account.name_key.contains(fold(q), autoescape=True), town.startswith(fold(q), autoescape=True))
        )
    if kind:
        query = query.where(Account.kind == kind)
    query = query.order_by(column.desc() if descending else column, Account.id)
    return list(db.scalars(query.limit(limit).offset(offset)))


def get_account(db: Session, account_id: UUID) -> Account:
    """The account with its contacts. Raises NotFound when it may not be seen."""
    options = (selectinload(Account.contacts), selectinload(Account.territory), selectinload(Account.province))
    found = db.scalar(select(Account).options(*options).where(Account.id == account_id))
    if found is None:
        raise NotFound
    return found
