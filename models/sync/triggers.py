"""The feed's SQL: who touches a synced table notes it, and one trigger at commit gives out the sequence numbers.

Numbers are given out as the very last act before a commit, under a lock on each touched bucket: a reader that has seen
number n has seen everything below it. Noting first and numbering at commit keeps those locks short, and taking them in
the order of the bucket's id keeps writers from waiting for each other in a circle.

The SQL here is put together from declarations in the code, never from input.

All functions are SECURITY DEFINER with a pinned search path: who changes a record needs no right on the feed, and the
feed hears of every change, also of one made by a foreign key's cascade or by SQL typed by hand. Only TRUNCATE and a
session in replica mode pass by; the first is refused, after the second (a dump that is loaded, say) a new epoch is due,
which the next migration or start of the jobs begins.
"""

from models.base import Base, Synced
from models.sync.audit import audit_function
from models.sync.feed import Feed

_DEFINER = "language plpgsql security definer set search_path = public, pg_temp"

_NOTE_TX = """
  if found then
    insert into feed_tx (xid) values (this_tx) on conflict do nothing;
  end if;
  return null;"""


def feeds() -> list[tuple[str, Feed]]:
    """(table, declaration) of every class that declares a feed, in the order of the tables' names."""
    found = [
        (str(mapper.class_.__tablename__), feed)
        for mapper in Base.registry.mappers
        if isinstance(feed := getattr(mapper.class_, "__feed__", None), Feed)
    ]
    return sorted(found, key=lambda pair: pair[0])


def render_feed() -> list[str]:
    """Every function and trigger of the feed, re-runnable, followed by the backfill of rows that are not in it yet."""
    statements = [*_commit_trigger(), audit_function(feeds())]
    for table, feed in feeds():
        statements += [_note_function(table, feed), *_triggers(table)]
    return [*statements, *_versions(), *_backfill(), "select sync_notice_restore()"]


def _commit_trigger() -> list[str]:
    return [
        "drop trigger if exists feed_commit on feed_tx",
        "create constraint trigger feed_commit after insert on feed_tx deferrable initially deferred"
        " for each row execute function feed_commit()",
        "alter table feed_pending set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)",
    ]


def _note_function(table: str, feed: Feed) -> str:
    body = _note_own_rows(feed) if feed.parent is None else _note_parents(feed)
    return f"""
create or replace function feed_note_{table}() returns trigger {_DEFINER} as $$
declare
  this_tx bigint := pg_current_xact_id()::text::bigint;
begin
  {body}{_NOTE_TX}
end $$"""


def _note_own_rows(feed: Feed) -> str:
    columns = "insert into feed_pending (xid, bucket, kind, row_id, op)"
    new, old = feed.bucket_of("n"), feed.bucket_of("o")
    return f"""if tg_op = 'INSERT' then
    {columns} select this_tx, {new}, '{feed.kind}', n.id, 'p' from new_rows n where {new} is not null;
  elsif tg_op = 'DELETE' then
    {columns} select this_tx, {old}, '{feed.kind}', o.id, 'd' from old_rows o where {old} is not null;
  else
    {columns}
    select this_tx, v.bucket, '{feed.kind}', n.id, v.op
    from new_rows n join old_rows o using (id)
    cross join lateral (values ({old}, 'd'), ({new}, 'p')) v (bucket, op)
    where n.* is distinct from o.* and v.bucket is not null and (v.op = 'p' or {old} is distinct from {new});
  end if;"""


def _note_parents(feed: Feed) -> str:
    """A part that went because its parent went must not bring the parent back: only parents that are there count."""
    touched = {
        "INSERT": f"select {feed.via} from new_rows",
        "DELETE": f"select {feed.via} from old_rows",
        "UPDATE": f"select {feed.via} from new_rows union select {feed.via} from old_rows",
    }
    branches = "".join(
        f"""
  {"if" if event == "INSERT" else "elsif"} tg_op = '{event}' then
    insert into feed_pending (xid, bucket, kind, row_id, op)
    select this_tx, {feed.bucket_of("r")}, '{feed.kind}', r.id, 'p'
    from "{feed.parent}" r where {feed.bucket_of("r")} is not null and r.id in ({rows});"""
        for event, rows in touched.items()
    )
    return f"{branches.strip()}\n  end if;"


def _triggers(table: str) -> list[str]:
    events = {
        "insert": "referencing new table as new_rows",
        "update": "referencing new table as new_rows old table as old_rows",
        "delete": "referencing old table as old_rows",
    }
    statements = []
    for event, tables in events.items():
        statements.append(
            f'create or replace trigger feed_{event} after {event} on "{table}" {tables}'
            f" for each statement execute function feed_note_{table}()"
        )
    return [
        *statements,
        f'create or replace trigger feed_truncate before truncate on "{table}" execute function feed_no_truncate()',
    ]


def _versions() -> list[str]:
    """Generated columns have no value yet when the trigger runs, so each table names those that it must not compare."""
    synced = [mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Synced)]
    statements = []
    for table in sorted(synced, key=str):
        generated = ", ".join(f"'{column.name}'" for column in table.columns if column.computed is not None)
        statements.append(
            f'create or replace trigger synced_version before update on "{table}"'
            f" for each row execute function synced_version({generated})"
        )
    return statements


def _backfill() -> list[str]:
    """Rows that were there before their table got its triggers join the feed as if they had just been written."""
    return [
        f"""
do $$
declare
  this_tx bigint := pg_current_xact_id()::text::bigint;
begin
  insert into feed_pending (xid, bucket, kind, row_id, op)
  select this_tx, {feed.bucket_of("r")}, '{feed.kind}', r.id, 'p' from "{table}" r
  where {feed.bucket_of("r")} is not null and not exists (
    select from feed f join bucket b on b.id = f.bucket
    where b.name = {feed.bucket_of("r")} and f.kind = '{feed.kind}' and f.row_id = r.id and f.op = 'p');
  if found then
    insert into feed_tx (xid) values (this_tx) on conflict do nothing;
  end if;
end $$"""
        for table, feed in feeds()
        if feed.parent is None
    ]
