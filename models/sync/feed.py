"""The change feed: for each bucket, one row per record whose sequence number moves when the record changes.

A class that field clients hold copies of declares beside its columns to which bucket its rows belong:

    __feed__ = Feed("account", "territory", "territory_id")

and `portal migrate` renders the triggers. Nothing in Python writes these tables.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, read
from models.base import Base, now

CATALOGUE = "catalogue"
TERRITORY = "territory"
REP = "rep"

OWN_BUCKETS = (
    "name = 'catalogue' or name = 'rep:' || (select portal_id('portal.user_id'))"
    " or name = any((select array(select 'territory:' || id"
    " from unnest(portal_ids('portal.territory_ids')) id))::text[])"
)
OF_VISIBLE_BUCKET = "bucket in (select id from bucket)"

DIGEST_MODULUS = 2**53
"""Sums of sequence numbers wrap here: the largest range that a browser's numbers hold exactly."""


@dataclass(frozen=True)
class Feed:
    """To which bucket a class's rows belong: `<bucket>:<value of column>`, or just `<bucket>` without a column.

    A part of a record kept in a table of its own (the participants of a visit) names its `parent` table and the column
    that points there; a change of the part then counts as a change of the parent's record. `rep` names a column with a
    user: a row whose first column is empty belongs to that user's own bucket. `only` is SQL with
    `{row}` for the alias: rows of which it is not true belong to no bucket. What it asks of other tables never changes.
    """

    kind: str
    bucket: str
    column: str | None = None
    parent: str | None = None
    via: str | None = None
    rep: str | None = None
    only: str = ""

    def bucket_of(self, row: str) -> str:
        """SQL for the name of the bucket of `row` (a table's alias); NULL for a row that belongs to none."""
        named = f"'{self.bucket}:' || {row}.{self.column}" if self.column else f"'{self.bucket}'"
        if self.only:
            return f"(case when {self.only.format(row=row)} then {named} end)"
        return f"coalesce({named}, '{REP}:' || {row}.{self.rep})" if self.rep else named


def bucket_name(kind: str, owner: UUID | None = None) -> str:
    """The name under which clients know a bucket: `catalogue`, `territory:<id>`, `rep:<user id>`."""
    return kind if owner is None else f"{kind}:{owner}"


class SyncEpoch(Base):
    """One row: the life of this database as clients know it. A new epoch makes every client compare afresh.

    `origin` is where and by which transaction the row was written: a row that says otherwise than the database itself
    came from a dump or an earlier moment, so time has gone backwards.
    """

    __tablename__ = "sync_epoch"
    __access__ = Access(rep=read(ALL), manager=read(ALL), hq=read(ALL))
    __audited__ = False
    __table_args__ = (CheckConstraint("only_row", name="one"),)

    only_row: Mapped[bool] = mapped_column(primary_key=True, default=True)
    epoch: Mapped[UUID]
    started_at: Mapped[datetime] = mapped_column(default=now)
    reason: Mapped[str] = mapped_column(String(200))
    origin: Mapped[str]


class Bucket(Base):
    """A set of records that a client holds as a whole or not at all.

    `head` is the last sequence number given out, a counter and not a count; a cursor under `floor` has missed removals
    that are no longer listed. `row_count` and `digest` (the sum of the live rows' sequence numbers, modulo 2^53) are
    what a client that is up to date must arrive at.
    """

    __tablename__ = "bucket"
    __access__ = Access(rep=read(OWN_BUCKETS), manager=read(ALL), hq=read(ALL))
    __audited__ = False

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    head: Mapped[int] = mapped_column(BigInteger, server_default="0")
    floor: Mapped[int] = mapped_column(BigInteger, server_default="0")
    row_count: Mapped[int] = mapped_column(BigInteger, server_default="0")
    digest: Mapped[int] = mapped_column(BigInteger, server_default="0")


class FeedEntry(Base):
    """Where a record stands in a bucket: put (`p`) or dropped (`d`) at `seq`."""

    __tablename__ = "feed"
    __access__ = Access(rep=read(OF_VISIBLE_BUCKET), hq=read(ALL))
    __audited__ = False
    __table_args__ = (
        Index("ix_feed_bucket_seq", "bucket", "seq", unique=True),
        CheckConstraint("op in ('p', 'd')", name="op"),
    )

    bucket: Mapped[int] = mapped_column(ForeignKey("bucket.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30, collation="C"), primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(String(1))


class FeedPending(Base):
    """What a running transaction has touched so far. Empty whenever no transaction is open, so it is never logged."""

    __tablename__ = "feed_pending"
    __access__ = Access()
    __audited__ = False
    __table_args__ = (Index("ix_feed_pending_xid", "xid"), {"prefixes": ["UNLOGGED"]})

    n: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger)
    bucket: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(30, collation="C"))
    row_id: Mapped[UUID]
    op: Mapped[str] = mapped_column(String(1))


class FeedTx(Base):
    """One row for each transaction that touched a synced table; the trigger at commit hangs here, so it fires once."""

    __tablename__ = "feed_tx"
    __access__ = Access()
    __audited__ = False
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    xid: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
