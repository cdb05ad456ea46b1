"""The company as its documents show it, and what every new quote starts with. There is one, which head office keeps."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, change, read
from models.base import Base, Percent
from models.session import Session

THE_ONE = UUID(int=1)


class Letterhead(Base):
    """Name, address and registration of the company. Every text may have several lines."""

    __tablename__ = "letterhead"
    __table_args__ = (
        CheckConstraint("id = '00000000-0000-0000-0000-000000000001'", name="the_one"),
        CheckConstraint("vat_percent between 0 and 100", name="vat_percent"),
        CheckConstraint("valid_days between 1 and 365", name="valid_days"),
    )
    __access__ = Access(dealer=read(ALL), rep=read(ALL), manager=read(ALL), hq=change(ALL))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=THE_ONE)
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    registration: Mapped[str] = mapped_column(default="")
    bank: Mapped[str] = mapped_column(default="")
    currency: Mapped[str] = mapped_column(default="TRY")
    vat_percent: Mapped[Percent] = mapped_column(default=Decimal(20))
    valid_days: Mapped[int] = mapped_column(default=30)
    terms: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    """The usual terms of a quote, by language."""


def get_letterhead(db: Session, company: str) -> Letterhead:
    """The letterhead, or as long as head office has written none, one that only knows the company's name."""
    kept = db.get(Letterhead, THE_ONE)
    return kept or Letterhead(
        id=THE_ONE,
        name=company,
        address="",
        contact="",
        registration="",
        bank="",
        currency="TRY",
        vat_percent=Decimal(20),
        valid_days=30,
        terms={},
    )
