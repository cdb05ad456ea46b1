"""The database that schedules play on: filled once, photographed, and brought back to a photograph in milliseconds.

Bringing a photograph back is how a schedule begins anew, and also what a restored backup is. It happens past the
triggers, as a file-level restore does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self
from uuid import UUID

import psycopg
from sqlalchemy.engine import make_url

from models.access import Principal, Role
from models.account import Account
from models.base import new_id
from models.region import Territory, assign_territory
from models.user import User
from models.user.session import start_session
from tests.fieldsync.cast import SYSTEM, make_cast
from tests.postgres import TEMPLATE, Postgres

PHOTOGRAPHED = (
    "territory_assignment", "account", "account_move", "hand_over", "contact", "visit", "visit_participant", "comment",
    "instruction", "brand_usage", "potential", "attachment", "blob", "blob_part", "device", "client", "op_inbox",
    "row_history", "conflict", "decision", "notice", "bucket", "feed", "sync_epoch",
)  # fmt: skip
"""The tables that a schedule changes. People, products and sign-ins stay as they are."""
SLOTS = ("start", "backup")
VACUUM_EVERY = 250

SEE = """
select json_build_object(
  'rows', (select coalesce(json_agg(r), '[]') from (
    select 'account' as kind, id, territory_id, region_id, version,
           json_build_object('name', name, 'town', town, 'phone', phone) as fields from account
    union all select 'contact', id, territory_id, region_id, version,
           json_build_object('name', name, 'phone', phone) from contact
    union all select 'visit', id, territory_id, region_id, version,
           json_build_object('status', status, 'summary', summary, 'user_id', user_id, 'participants', (
             select coalesce(json_agg(contact_id order by contact_id), '[]')
             from visit_participant where visit_id = visit.id)) from visit
    union all select 'instruction', id, territory_id, region_id, version,
           json_build_object('text', text, 'answer', answer) from instruction
    union all select 'comment', id, territory_id, region_id, version, json_build_object('text', text) from comment) r),
  'inbox', (select coalesce(json_agg(i), '[]') from (
    select op_id, client_id, seq, user_id, kind, row_id, verdict, result from op_inbox order by received_at, seq) i),
  'history', (select coalesce(json_agg(h), '[]') from (select op_id, row_id, before from row_history order by id) h),
  'waits', (select coalesce(json_agg(op_id order by op_id), '[]') from op_inbox
    where decided_at is null and verdict in ('held', 'needs_fix', 'out_of_scope')),
  'conflicts', (select coalesce(json_agg(c), '[]') from (
    select id, op_id, row_id, field, theirs, mine, status, user_id, region_id from conflict order by id) c),
  'blobs', (select coalesce(json_agg(b order by b.id), '[]') from (
    select blob.id, blob.sha256, state, received, size, coalesce(sum(length(content)), 0) as held,
      encode(sha256(coalesce(string_agg(content, ''::bytea order by position), ''::bytea)), 'hex') as hash
    from blob left join blob_part on blob_part.blob_id = blob.id group by blob.id) b),
  'clients', (select coalesce(json_object_agg(id, last_seq), '{}') from client),
  'device_of', (select coalesce(json_object_agg(id, device_id), '{}') from client),
  'times', (select json_build_array(min(at), max(at)) from (
    select received_at as at from op_inbox union all select created_at from visit union all select created_at
    from comment union all select opened_at from conflict union all select at from row_history) t),
  'devices', (select coalesce(json_object_agg(id, status), '{}') from device),
  'buckets', (select json_object_agg(name, json_build_array(head, row_count, digest)) from bucket),
  'holders', (select json_object_agg(territory_id, user_id) from territory_assignment where held_until is null),
  'epoch', (select epoch from sync_epoch),
  'pending', (select count(*) from feed_pending) + (select count(*) from feed_tx),
  'findings', (select coalesce(json_agg(f), '[]') from feed_audit() f))
"""

MOVED = """
select json_build_array((select sum(head) from bucket), (select count(*) from op_inbox where verdict is not null),
  (select sum(last_seq) from client), (select count(*) from client), (select epoch from sync_epoch),
  (select count(*) from feed_pending) + (select count(*) from feed_tx))
"""
"""Cheap to ask: stays the same as long as nothing that `SEE` shows has changed through the triggers."""

SCOPE = """
select json_build_object('kind', kind, 'id', id, 'version', version, 'fields', fields) from (
  select 'account' as kind, id, version, json_build_object('name', name, 'town', town, 'phone', phone) as fields
    from account
  union all select 'contact', id, version, json_build_object('name', name, 'phone', phone) from contact
  union all select 'visit', id, version, json_build_object('status', status, 'summary', summary, 'participants', (
    select coalesce(json_agg(contact_id order by contact_id), '[]') from visit_participant where visit_id = visit.id))
    from visit
  union all select 'comment', id, version, json_build_object('text', text) from comment
  union all select 'instruction', id, version, json_build_object('text', text, 'answer', answer) from instruction
  union all select 'conflict', id, version, json_build_object('field', field, 'status', status)
    from conflict where user_id = portal_id('portal.user_id')
  union all select 'decision', id, null, json_build_object('outcome', outcome, 'op_id', op_id)
    from decision where user_id = portal_id('portal.user_id')
  union all select 'notice', id, version, json_build_object('what', what) from notice
  union all select 'brand', id, null, json_build_object('name', name) from brand
  union all select 'product_group', id, null, json_build_object('name', name) from product_group
  union all select 'product', id, null, json_build_object('name', name) from product) mine
"""


class Stage:
    """One database with its cast, for as many schedules as one likes."""

    def __init__(self, postgres: Postgres, name: str) -> None:
        self.database = postgres.open(name, "web")
        self.system = postgres.open(name, "jobs")
        url = make_url(postgres.admin_url(name)).set(drivername="postgresql")
        self.admin = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
        self.prefix = TEMPLATE
        self.played = 0
        self.cast = make_cast(self.system)
        self._enlarge()
        self.tokens = {who: self._sign_in(who) for who in ("rep", "rep2", "manager", "hq")}
        self._make_slots()
        self.keep("start")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.admin.close()
        self.database.close()
        self.system.close()

    def principal(self, who: str) -> Principal:
        """The principal of the manager or of head office."""
        if who == "hq":
            return Principal.of(Role.HQ, self.hq)
        return self.cast.principal(who)

    def keep(self, slot: str) -> None:
        """Photograph the database."""
        self.admin.execute(f"select kept.keep_{slot}()")

    def bring_back(self, slot: str) -> None:
        """Make the database what it was when it was photographed, behind the back of its triggers."""
        self.admin.execute(f"select kept.bring_back_{slot}()")

    def begin(self) -> None:
        """Set the stage for the next schedule."""
        self.bring_back("start")
        self.played += 1
        if self.played % VACUUM_EVERY == 0:
            self.admin.execute(f"vacuum (analyze) {', '.join(PHOTOGRAPHED)}, feed_pending, feed_tx, event")

    def see(self) -> Any:
        """Everything at once, as nobody but this test may see it."""
        seen = _one(self.admin.execute(SEE))
        seen["rows"] = {(row["kind"], row["id"]): row for row in seen["rows"]}
        seen["by_op"] = {arrived["op_id"]: arrived for arrived in seen["inbox"]}
        seen["moved"] = self.moved()
        return seen

    def moved(self) -> Any:
        """A sign of life: the same as before if nothing was written, and a full look can be spared."""
        return _one(self.admin.execute(MOVED))

    def scope(self, user_id: UUID, territory_ids: Sequence[UUID], region_id: UUID) -> dict[tuple[str, str], Any]:
        """What the row policies let a rep see now, read straight from the tables: (kind, id) → version and fields."""
        settings = {
            "role": f"{self.prefix}_rep",
            "portal.user_id": str(user_id),
            "portal.region_id": str(region_id),
            "portal.territory_ids": "{" + ",".join(map(str, territory_ids)) + "}",
        }
        calls = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
        with self.admin.transaction(), self.admin.cursor() as cursor:
            cursor.execute(f"select {calls}")
            rows = [row[0] for row in cursor.execute(SCOPE)]
        return {(row["kind"], row["id"]): (row["version"], row["fields"]) for row in rows}

    def new_epoch(self) -> None:
        """What `portal restore` does after it has filled the tables."""
        self.admin.execute("select sync_new_epoch('restored')")

    def _enlarge(self) -> None:
        """Beside the cast of the other tests: head office, a second territory of the first rep, and more accounts."""
        self.hq, self.aegean = new_id(), new_id()
        self.spare_account, self.far_account = new_id(), new_id()
        with self.system.transaction(SYSTEM) as db:
            cast = self.cast
            db.add(User(id=self.hq, email="hq@example.com", name="Hale Arslan", role="hq"))
            db.add(Territory(id=self.aegean, code="MAN", name="Manisa", region_id=cast.region))
            db.flush()
            assign_territory(db, db.get_one(Territory, self.aegean), db.get_one(User, cast.rep))
            region = {"region_id": cast.region}
            db.add(Account(id=self.spare_account, name="Menemen Boru", territory_id=cast.ege, **region))
            db.add(Account(id=self.far_account, name="Akhisar Tank", territory_id=self.aegean, **region))

    @property
    def accounts(self) -> tuple[UUID, ...]:
        """The accounts that are there from the start."""
        return self.cast.account, self.cast.other_account, self.spare_account, self.far_account

    @property
    def territories(self) -> tuple[UUID, ...]:
        """All territories."""
        return self.cast.ege, self.cast.marmara, self.aegean

    def user_id(self, who: str) -> UUID:
        """The id of `rep`, `rep2`, `manager` or `hq`."""
        return self.hq if who == "hq" else getattr(self.cast, who)

    def _sign_in(self, who: str) -> str:
        with self.database.transaction(self.principal(who)) as db:
            return start_session(db, "127.0.0.1", "simulation")

    def _make_slots(self) -> None:
        self.admin.execute("create schema kept")
        columns = {table: self._columns(table) for table in PHOTOGRAPHED}
        for slot in SLOTS:
            for table, names in columns.items():
                self.admin.execute(
                    f"create unlogged table kept.{slot}_{table} as select {names} from public.{table} with no data"
                )
            keep = "".join(
                f"delete from kept.{slot}_{table};"
                f" insert into kept.{slot}_{table} ({names}) select {names} from public.{table};\n"
                for table, names in columns.items()
            )
            back = "".join(
                f"delete from public.{table};"
                f" insert into public.{table} ({names}) overriding system value"
                f" select {names} from kept.{slot}_{table};\n"
                for table, names in columns.items()
            )
            self._function(f"keep_{slot}", keep)
            self._function(f"bring_back_{slot}", back)

    def _function(self, name: str, statements: str) -> None:
        self.admin.execute(
            f"create function kept.{name}() returns void language plpgsql"
            f" set session_replication_role = replica as $$ begin {statements} end $$"
        )

    def _columns(self, table: str) -> str:
        rows = self.admin.execute(
            "select quote_ident(attname) from pg_attribute where attrelid = %s::regclass and attnum > 0"
            " and not attisdropped and attgenerated = ''",
            [f"public.{table}"],
        )
        return ", ".join(name for (name,) in rows)


def _one(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    assert row is not None
    return row[0]


__all__ = ["Stage"]
