"""Reading the feed: what a principal may hold, where its buckets stand, and what changed after a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Integer, Row, String, bindparam, cast, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from models.access import Principal, Scope
from models.session import Session
from models.sync.arrays import array_of, one_of, table_of
from models.sync.feed import CATALOGUE, REP, TERRITORY, Bucket, FeedEntry, bucket_name


@dataclass(frozen=True)
class Head:
    """Where a bucket stands. `id` is None while nothing was ever put into it."""

    id: int | None
    name: str
    head: int = 0
    floor: int = 0
    row_count: int = 0
    digest: int = 0


def buckets_of(principal: Principal) -> list[str]:
    """The names of the buckets that a rep may hold, in the order in which a client should fill them."""
    if principal.scope is not Scope.REP:
        return []
    territories = [bucket_name(TERRITORY, territory_id) for territory_id in principal.territory_ids]
    return [bucket_name(REP, principal.user_id), *territories, bucket_name(CATALOGUE)]


_BUCKET = table_of(Bucket).c
_HEADS = select(_BUCKET.id, _BUCKET.name, _BUCKET.head, _BUCKET.floor, _BUCKET.row_count, _BUCKET.digest).where(
    one_of(_BUCKET.name)
)


def find_heads(db: Session, names: Sequence[str]) -> list[Head]:
    """Where each of the named buckets stands, in the order of the names."""
    found = {row.name: Head(*row) for row in db.rows(_HEADS, {"ids": array_of(names)})}
    return [found.get(name, Head(None, name)) for name in names]


_CURSORS = func.unnest(bindparam("buckets", type_=ARRAY(Integer)), bindparam("seqs", type_=ARRAY(BigInteger)))
_CURSOR = _CURSORS.table_valued("bucket", "seq", with_ordinality="place", name="cursor").render_derived()
_ENTRY = (
    select(
        FeedEntry.bucket, FeedEntry.kind, cast(FeedEntry.row_id, String).label("row_id"), FeedEntry.seq, FeedEntry.op
    )
    .where(FeedEntry.bucket == _CURSOR.c.bucket, FeedEntry.seq > _CURSOR.c.seq)
    .order_by(FeedEntry.seq)
    .limit(bindparam("most"))
    .lateral("entry")
)
_CHANGES = (
    select(_ENTRY)
    .select_from(_CURSOR.join(_ENTRY, true()))
    .order_by(_CURSOR.c.place, _ENTRY.c.seq)
    .limit(bindparam("most"))
)


Entry = Row[int, str, str, int, str]
"""Bucket id, kind, the record's id as it travels, seq, op."""


def list_changes(db: Session, after: Mapping[int, int], limit: int) -> Sequence[Entry]:
    """Up to `limit` entries past each bucket's cursor, bucket by bucket as given."""
    if not after:
        return []
    return db.rows(_CHANGES, {"buckets": list(after), "seqs": list(after.values()), "most": limit})
