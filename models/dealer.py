"""Dealers: the companies that resell for us, their branches, what they know, and what they owe."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from models.access import ALL, OWN_DEALER, OWN_REGION, OWN_TERRITORIES, Access, read, through, write
from models.base import Base, Created, Currency, Degrees, Key, Money, Named
from models.errors import NotFound
from models.product import ProductGroup
from models.region import Region, Territory
from models.session import Session
from models.sync.feed import TERRITORY, Feed
from models.text import fold

OWN_DEALER_ROW = "id = (select portal_id('portal.dealer_id'))"


class Dealer(Named, Base):
    """A company that resells for us."""

    __tablename__ = "dealer"
    __feed__ = Feed("dealer", TERRITORY, "territory_id")
    __table_args__ = (
        Index("ix_dealer_name", "name_key"),
        UniqueConstraint("id", "territory_id", "region_id"),
        ForeignKeyConstraint(
            ["territory_id", "region_id"], ["territory.id", "territory.region_id"], onupdate="CASCADE"
        ),
    )
    __access__ = Access(dealer=read(OWN_DEALER_ROW), rep=read(OWN_TERRITORIES), manager=read(OWN_REGION), hq=write(ALL))

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str | None]
    tax_number: Mapped[str | None]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    created_at: Mapped[Created]

    territory: Mapped[Territory] = relationship(viewonly=True)
    region: Mapped[Region] = relationship(primaryjoin="foreign(Dealer.region_id) == Region.id", viewonly=True)
    branches: Mapped[list[Branch]] = relationship(back_populates="dealer", order_by="Branch.name_sort")
    competences: Mapped[list[Competence]] = relationship(back_populates="dealer")
    credit: Mapped[DealerCredit | None] = relationship(back_populates="dealer")


class Branch(Named, Base):
    """A dealer's location."""

    __tablename__ = "branch"
    __feed__ = Feed("dealer", TERRITORY, "territory_id", parent="dealer", via="dealer_id")
    _OWN = through("dealer", "dealer_id")
    __access__ = Access(dealer=read(OWN_DEALER), rep=read(_OWN), manager=read(_OWN), hq=write(ALL))

    id: Mapped[Key]
    dealer_id: Mapped[UUID] = mapped_column(ForeignKey("dealer.id"), index=True)
    address: Mapped[str | None]
    town: Mapped[str | None]
    province_id: Mapped[UUID | None] = mapped_column(ForeignKey("province.id"), index=True)
    province_name: Mapped[str | None]
    country: Mapped[str | None]
    latitude: Mapped[Degrees | None] = mapped_column(index=True)
    longitude: Mapped[Degrees | None]

    dealer: Mapped[Dealer] = relationship(back_populates="branches")


class Competence(Base):
    """A product group in which a dealer can advise and deliver."""

    __tablename__ = "competence"
    __table_args__ = (UniqueConstraint("dealer_id", "product_group_id"),)
    _OWN = through("dealer", "dealer_id")
    __access__ = Access(dealer=read(OWN_DEALER), rep=read(_OWN), manager=read(_OWN), hq=write(ALL))

    id: Mapped[Key]
    dealer_id: Mapped[UUID] = mapped_column(ForeignKey("dealer.id"))
    product_group_id: Mapped[UUID] = mapped_column(ForeignKey("product_group.id"), index=True)

    dealer: Mapped[Dealer] = relationship(back_populates="competences")
    product_group: Mapped[ProductGroup] = relationship()


class DealerCredit(Base):
    """What a dealer may still buy and what is late, as the ERP last said. Its id is the dealer's."""

    __tablename__ = "dealer_credit"
    _OWN = through("dealer", "dealer_credit.id")
    __access__ = Access(dealer=read(OWN_DEALER_ROW), rep=read(_OWN), manager=read(_OWN), hq=write(ALL))

    id: Mapped[UUID] = mapped_column(ForeignKey("dealer.id"), primary_key=True)
    currency: Mapped[Currency]
    credit_limit: Mapped[Money]
    balance: Mapped[Money]
    overdue: Mapped[Money]
    as_of: Mapped[datetime]
    source: Mapped[str]

    dealer: Mapped[Dealer] = relationship(back_populates="credit")

    @property
    def credit_left(self) -> Decimal:
        """What may still be bought on credit, never less than nothing."""
        return max(self.credit_limit - self.balance, Decimal(0))


def list_dealers(
    db: Session,
    *,
    q: str = "",
    locale: str = "en",
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> list[Dealer]:
    """Dealers whose code or name holds `q`, by name."""
    column = Dealer.by_name(locale)
    query = select(Dealer).options(selectinload(Dealer.territory), selectinload(Dealer.credit))
    if q:
        query = query.where(*_holds_words(q))
    query = query.order_by(column.desc() if descending else column, Dealer.id)
    return list(db.scalars(query.limit(limit).offset(offset)))


def get_dealer(db: Session, dealer_id: UUID) -> Dealer:
    """The dealer with branches, competences and credit. Raises NotFound when it may not be seen."""
    options = (
        selectinload(Dealer.territory),
        selectinload(Dealer.region),
        selectinload(Dealer.branches),
        selectinload(Dealer.competences).selectinload(Competence.product_group),
        selectinload(Dealer.credit),
    )
    found = db.scalar(select(Dealer).options(*options).where(Dealer.id == dealer_id))
    if found is None:
        raise NotFound
    return found


def own_credit(db: Session) -> DealerCredit | None:
    """What the principal's own dealer owes and may still buy; None where nobody said, or for who is no dealer."""
    return db.scalar(_CREDIT, {"dealer": db.principal.dealer_id})


_CREDIT = select(DealerCredit).where(DealerCredit.id == bindparam("dealer"))
"""Built once: every home page of a dealer asks."""


def dealers_of_region(db: Session, region_id: UUID) -> list[tuple[UUID, str]]:
    """The active dealers of a region with their names, to choose one from."""
    query = select(Dealer.id, Dealer.name).where(Dealer.region_id == region_id, Dealer.active)
    return [(row[0], row[1]) for row in db.execute(query.order_by(Dealer.name_sort))]


def search_dealers(db: Session, q: str, limit: int = 200) -> list[UUID]:
    """The ids of dealers in whose name or code every word of `q` occurs, folded."""
    return list(db.scalars(select(Dealer.id).where(*_holds_words(q)).order_by(Dealer.name_sort).limit(limit)))


def _holds_words(q: str) -> list[ColumnElement[bool]]:
    key = func.portal_fold(Dealer.code) + " " + Dealer.name_key
    return [func.strpos(key, word) > 0 for word in fold(q).split()]
