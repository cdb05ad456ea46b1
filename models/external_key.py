"""The keys under which other systems know our records: several per record, each unique in its source."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, write
from models.base import Base, Key
from models.session import Session


class ExternalKey(Base):
    """`source` (which system), `kind` (which of our tables) and `key` (what it is called there) name one record."""

    __tablename__ = "external_key"
    __table_args__ = (UniqueConstraint("source", "kind", "key"),)
    __access__ = Access(hq=write(ALL))

    id: Mapped[Key]
    source: Mapped[str]
    kind: Mapped[str]
    key: Mapped[str]
    record_id: Mapped[UUID] = mapped_column(index=True)


def find_record(db: Session, source: str, kind: str, key: str) -> UUID | None:
    """The id of the record that `source` calls `key`."""
    query = select(ExternalKey.record_id)
    return db.scalar(query.where(ExternalKey.source == source, ExternalKey.kind == kind, ExternalKey.key == key))
