-- The change feed: numbers are given out at commit, under a lock on each touched bucket (models/sync/triggers.py).
-- 9007199254740992 is 2^53, the largest range of whole numbers that a browser holds exactly.
-- While a feed is young its statistics are not, and PostgreSQL walks through a whole bucket to find each single record: a
-- push of 200 took ten times as long. Cheap probes of the primary key make it look there.
create or replace function feed_commit() returns trigger
language plpgsql security definer set search_path = public, pg_temp set random_page_cost = 0.01 as $$
declare
  this_tx bigint := new.xid;
begin
  insert into bucket (name, kind)
    select p.bucket, split_part(p.bucket, ':', 1)
    from (select distinct bucket from feed_pending where xid = this_tx) p
    where not exists (select from bucket b where b.name = p.bucket)
    order by p.bucket
    on conflict (name) do nothing;
  perform from bucket
    where name in (select bucket from feed_pending where xid = this_tx)
    order by id for no key update;
  with last_op as (
    select distinct on (bucket, kind, row_id) bucket, kind, row_id, op, n
    from feed_pending where xid = this_tx
    order by bucket, kind, row_id, n desc
  ), known as (
    select b.id as bucket, b.head, l.kind, l.row_id, l.op, l.n, f.seq as old_seq, f.op as old_op
    from last_op l
    join bucket b on b.name = l.bucket
    left join feed f on f.bucket = b.id and f.kind = l.kind and f.row_id = l.row_id
  ), numbered as (
    select *, head + row_number() over (partition by bucket order by n) as seq
    from known where op = 'p' or old_op = 'p'
  ), written as (
    insert into feed (bucket, kind, row_id, seq, op)
    select bucket, kind, row_id, seq, op from numbered
    on conflict (bucket, kind, row_id) do update set seq = excluded.seq, op = excluded.op
  )
  update bucket b
  set head = t.head,
      row_count = b.row_count + t.row_count,
      digest = mod(mod(b.digest + t.digest, 9007199254740992) + 9007199254740992, 9007199254740992)
  from (
    select bucket, max(seq) as head,
           count(*) filter (where op = 'p') - count(*) filter (where old_op = 'p') as row_count,
           coalesce(sum(seq) filter (where op = 'p'), 0) - coalesce(sum(old_seq) filter (where old_op = 'p'), 0)
             as digest
    from numbered group by bucket
  ) t where b.id = t.bucket;
  delete from feed_pending where xid = this_tx;
  delete from feed_tx where xid = this_tx;
  return null;
end $$;

-- TRUNCATE fires no row or statement trigger that could note what went.
create or replace function feed_no_truncate() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  raise exception using message = 'TRUNCATE passes by the change feed: use DELETE on ' || tg_table_name;
end $$;

-- The version of a synced record, and the version at which each field last changed. Arguments: generated columns,
-- which have no value yet before the row is written.
create or replace function synced_version() returns trigger
language plpgsql set search_path = public, pg_temp as $$
declare
  changed jsonb;
begin
  select jsonb_object_agg(n.key, old.version + 1) into changed
  from jsonb_each(to_jsonb(new)) n
  join jsonb_each(to_jsonb(old)) o using (key)
  where n.value is distinct from o.value and n.key <> all (tg_argv || array['version', 'field_versions']);
  if changed is null then
    new.version := old.version;
    new.field_versions := old.field_versions;
  else
    new.version := old.version + 1;
    new.field_versions := old.field_versions || changed;
  end if;
  return new;
end $$;

-- What may be asked past the row policies: no more than is needed.
create or replace function sync_client_known(given uuid) returns boolean stable
language sql security definer set search_path = public, pg_temp as $$
  select exists (select from client where id = given)
$$;

create or replace function sync_sent_by_others(given uuid[]) returns setof uuid stable
language sql security definer set search_path = public, pg_temp as $$
  select op_id from op_inbox where op_id = any(given) and user_id <> portal_id('portal.user_id')
$$;

create or replace function sync_alive(given_kind text, given uuid[]) returns setof uuid stable
language sql security definer set search_path = public, pg_temp as $$
  select distinct row_id from feed where kind = given_kind and row_id = any(given) and op = 'p'
$$;

-- Where and by which transaction a row was written. Whatever writes it again (a dump that is loaded, into this
-- database or another) or brings it elsewhere (another timeline, after a recovery up to a moment) gives another answer.
create or replace function sync_origin(writer xid) returns text stable
language sql security definer set search_path = public, pg_temp as $$
  select concat_ws('/', (select system_identifier from pg_control_system()),
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
    (select oid from pg_database where datname = current_database()), writer)
$$;

create or replace function sync_new_epoch(given_reason text) returns uuid
language sql security definer set search_path = public, pg_temp as $$
  insert into sync_epoch (only_row, epoch, started_at, reason, origin)
  values (true, gen_random_uuid(), now(), given_reason, sync_origin(pg_current_xact_id()::xid))
  on conflict (only_row) do update
    set epoch = excluded.epoch, started_at = now(), reason = excluded.reason, origin = excluded.origin
  returning epoch
$$;

-- A laptop has proved that this database was restored behind our back: a new epoch, once for each life that is over.
create or replace function sync_prove_restore(given_epoch uuid) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if exists (select from sync_epoch where epoch = given_epoch) then
    return sync_new_epoch('a laptop is ahead');
  end if;
  return (select epoch from sync_epoch);
end $$;

-- A new epoch unless this database wrote the present one itself; whether there was need for it.
create or replace function sync_notice_restore() returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  written text;
  held text;
begin
  select origin, sync_origin(xmin) into written, held from sync_epoch;
  if written = held then
    return false;
  end if;
  perform sync_new_epoch(case when written is null then 'created' else 'restored' end);
  return true;
end $$;

-- Where a record lies now and who holds that territory, whoever asks: to hand over what hangs on it.
create or replace function sync_holder(given_kind text, given uuid)
returns table (territory_id uuid, region_id uuid, user_id uuid, name text) stable
language sql security definer set search_path = public, pg_temp as $$
  select t.id, t.region_id, u.id, u.name
  from territory t
  left join territory_assignment a on a.territory_id = t.id and a.held_until is null
  left join "user" u on u.id = a.user_id
  where case when given_kind = 'territory' then t.id = given else t.id = (
    select substring(b.name from 11)::uuid from feed f join bucket b on b.id = f.bucket
    where f.kind = given_kind and f.row_id = given and f.op = 'p' and b.kind = 'territory' limit 1) end
$$;

-- A laptop whose session ran out asks what it shall do; its id is a random number that only it and the server know.
create or replace function sync_device_status(given uuid) returns text stable
language sql security definer set search_path = public, pg_temp as $$
  select status from device where id = given
$$;

-- It says that it has erased itself, as it was told.
create or replace function sync_device_wiped(given uuid) returns boolean
language sql security definer set search_path = public, pg_temp as $$
  with done as (
    update device set wiped_at = now() where id = given and status = 'wipe' and wiped_at is null returning 1)
  select exists (select from done)
$$;

-- The server's half of an erased laptop's key: for a manager of its region, and for head office.
create or replace function sync_destroy_half(given uuid) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with gone as (
    delete from device_key k using device d
    where d.id = given and k.device_id = d.id
      and (current_setting('role') like '%\_hq' or d.region_id = portal_id('portal.region_id'))
    returning 1)
  select count(*) from gone
$$;

-- Whoever found the laptop finds nobody signed in: for a manager of its region, and for head office.
create or replace function sync_sign_out(given uuid) returns bigint
language sql security definer set search_path = public, pg_temp as $$
  with ended as (
    update user_session s set ended_at = now() from device d
    where d.id = given and s.user_id = d.user_id and s.ended_at is null
      and (current_setting('role') like '%\_hq' or d.region_id = portal_id('portal.region_id'))
    returning 1)
  select count(*) from ended
$$;
