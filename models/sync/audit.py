"""Checking the feed against the tables, and declaring that this database began a new life."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, text

from models.session import Session
from models.sync.feed import DIGEST_MODULUS, Feed, SyncEpoch


class Finding(NamedTuple):
    """One thing in which the feed and the tables differ: a row `missing` or `extra`, or a bucket's `count`, `digest`
    or `head` that is wrong."""

    bucket: str
    kind: str | None
    row_id: UUID | None
    problem: str


def audit_feed(db: Session) -> list[Finding]:
    """Recompute the scope of every bucket and compare it with the feed; empty when the feed is right. System only."""
    return [Finding(*row) for row in db.execute(text("select bucket, kind, row_id, problem from feed_audit()"))]


def current_epoch(db: Session) -> UUID:
    """The life of this database as clients know it."""
    return db.scalars(select(SyncEpoch.epoch)).one()


def new_epoch(db: Session, reason: str) -> UUID:
    """Begin a new life (after a restore, or when the feed was rebuilt), so that every client compares afresh."""
    return UUID(str(db.scalar(text("select sync_new_epoch(:reason)"), {"reason": reason})))


def notice_restore(db: Session) -> bool:
    """Begin a new life if the present one was not begun here: then somebody restored the database by hand."""
    return bool(db.scalar(text("select sync_notice_restore()")))


def prove_restore(db: Session, epoch: str) -> str:
    """A client of this epoch was told more than the database knows, so the database was restored behind our back: begin
    a new life, unless that has been done. Returns the epoch that counts now."""
    return str(db.scalar(text("select sync_prove_restore(:epoch)"), {"epoch": UUID(epoch)}))


def audit_function(feeds: list[tuple[str, Feed]]) -> str:
    """Recompute every bucket from the tables and list what differs: nothing, if the feed is right."""
    scopes = " union all ".join(
        f"select {feed.bucket_of('r')} as bucket, '{feed.kind}' as kind, r.id as row_id"
        f' from "{table}" r where {feed.bucket_of("r")} is not null'
        for table, feed in feeds
        if feed.parent is None
    )
    return f"""
create or replace function feed_audit()
returns table (bucket text, kind text, row_id uuid, problem text) stable
language sql security definer set search_path = public, pg_temp as $$
  with expected as ({scopes}), listed as (
    select b.name::text as bucket, f.kind::text as kind, f.row_id
    from feed f join bucket b on b.id = f.bucket where f.op = 'p'
  ), summed as (
    select b.name::text as bucket, b.row_count, b.digest, b.head, count(f.seq) as live,
           mod(coalesce(sum(f.seq), 0), {DIGEST_MODULUS}) as digest_now, coalesce(max(f.seq), 0) as last_seq
    from bucket b left join feed f on f.bucket = b.id and f.op = 'p' group by b.id
  )
  select e.*, 'missing' from expected e
    where not exists (select from listed l where (l.bucket, l.kind, l.row_id) = (e.bucket, e.kind, e.row_id))
  union all
  select l.*, 'extra' from listed l
    where not exists (select from expected e where (l.bucket, l.kind, l.row_id) = (e.bucket, e.kind, e.row_id))
  union all
  select s.bucket, null, null, 'count' from summed s where s.live <> s.row_count
  union all
  select s.bucket, null, null, 'digest' from summed s where s.digest_now <> s.digest
  union all
  select s.bucket, null, null, 'head' from summed s where s.last_seq > s.head
$$
"""
