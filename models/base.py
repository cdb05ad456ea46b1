"""The declarative base, the one id type and the column types that everything shares."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import Computed, DateTime, MetaData, Numeric, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column

from models.access import Access


def new_id() -> UUID:
    """A version 7 UUID: ordered by time, so that indexes grow at one end; the field client makes its own alike."""
    return uuid_utils.compat.uuid7()


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


Key = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Money = Annotated[Decimal, mapped_column(Numeric(16, 2))]
Price = Annotated[Decimal, mapped_column(Numeric(16, 4))]
Quantity = Annotated[Decimal, mapped_column(Numeric(16, 3))]
Percent = Annotated[Decimal, mapped_column(Numeric(6, 3))]
Currency = Annotated[str, mapped_column(String(3))]
Degrees = Annotated[float, mapped_column()]
Created = Annotated[datetime, mapped_column(DateTime(timezone=True), default=now, server_default=func.now())]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """Every mapped class states, beside its columns, who may see and change which of its rows (`__access__`)."""

    __access__: ClassVar[Access]
    __audited__: ClassVar[bool] = True
    """False only for technical tables (queues, sessions, marks) whose changes nobody will ask about."""
    __redacted__: ClassVar[frozenset[str]] = frozenset()
    """Columns that the audit must never copy."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}


class Named:
    """A name that is searched folded and sorted by the reader's alphabet."""

    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(String(collation="C"), Computed("portal_fold(name)", persisted=True))
    name_sort: Mapped[str] = mapped_column(String(collation="C"), Computed("portal_sort(name)", persisted=True))

    @classmethod
    def by_name(cls, locale: str) -> InstrumentedAttribute[str]:
        """The column that sorts by the alphabet of a reader's language."""
        return cls.name_sort if locale == "tr" else cls.name_key


class Synced:
    """A record that field clients hold copies of: its version, and the version at which each field last changed."""

    version: Mapped[int] = mapped_column(default=1, server_default="1")
    field_versions: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict, server_default="{}")
