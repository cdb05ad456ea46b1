"""Snapshots of the catalogue: all of it at one moment in one compressed file, so that a first sync is one download."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, defer, mapped_column

from models.access import ALL, Access, read
from models.base import Base, Created, Key, now
from models.errors import NotFound
from models.session import Session
from models.sync.audit import current_epoch
from models.sync.feed import CATALOGUE
from models.sync.pull import Head, find_heads

FAR_BEHIND = 500
"""So many changes after the newest snapshot another one is worth its making."""
KEPT = timedelta(days=7)
"""An older snapshot stays this long: somebody may be reading it over a slow line."""


class CatalogueSnapshot(Base):
    """The catalogue as it stood at `seq` in one life of the database: lines of JSON, gzipped."""

    __tablename__ = "catalogue_snapshot"
    __access__ = Access(rep=read(ALL), hq=read(ALL))
    __audited__ = False  # made from the catalogue, whose changes are audited
    __table_args__ = (UniqueConstraint("epoch", "seq"),)

    id: Mapped[Key]
    epoch: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger)
    row_count: Mapped[int]
    digest: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Created]


def newest_snapshot(db: Session) -> CatalogueSnapshot | None:
    """The newest one of this life of the database, without its content."""
    query = select(CatalogueSnapshot).where(CatalogueSnapshot.epoch == current_epoch(db))
    return db.scalar(query.order_by(CatalogueSnapshot.seq.desc()).limit(1).options(defer(CatalogueSnapshot.content)))


def get_snapshot(db: Session, snapshot_id: UUID) -> CatalogueSnapshot:
    """One snapshot with its content. Raises NotFound."""
    found = db.get(CatalogueSnapshot, snapshot_id)
    if found is None:
        raise NotFound
    return found


def catalogue_head(db: Session) -> Head:
    """Where the catalogue stands."""
    return find_heads(db, [CATALOGUE])[0]


def is_behind(db: Session) -> bool:
    """Whether there is no snapshot of a catalogue that holds something, or only one far behind."""
    head, newest = catalogue_head(db), newest_snapshot(db)
    return head.row_count > 0 and (newest is None or head.head - newest.seq >= FAR_BEHIND)


def keep(db: Session, seq: int, row_count: int, digest: int, content: bytes) -> None:
    """Keep a snapshot of the catalogue as it stood at `seq`, and forget those that nobody reads any more."""
    made = CatalogueSnapshot(epoch=current_epoch(db), seq=seq, row_count=row_count, digest=digest)
    made.size, made.content = len(content), content
    db.add(made)
    db.flush()
    old = CatalogueSnapshot.made_at < now() - KEPT
    db.execute(delete(CatalogueSnapshot).where(old, CatalogueSnapshot.id != made.id))
