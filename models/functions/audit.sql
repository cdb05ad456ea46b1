-- The audit's statement triggers. Their arguments name columns that must never be copied.
create or replace function audit_actor() returns table (
  at timestamptz, actor_id uuid, actor_role text, reason text)
language sql stable set search_path = public, pg_temp as $$
  select now(), nullif(current_setting('portal.user_id', true), '')::uuid, current_setting('role'),
    nullif(current_setting('portal.reason', true), '')
$$;

create or replace function audit_created() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into event (happened_at, actor_id, actor_role, reason, kind, record_id, action, before, after)
  select actor.*, tg_table_name, n.id, 'created', null,
    case when tg_nargs = 0 then to_jsonb(n) else to_jsonb(n) - tg_argv end
  from new_rows n cross join audit_actor() actor;
  return null;
end $$;

create or replace function audit_removed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into event (happened_at, actor_id, actor_role, reason, kind, record_id, action, before, after)
  select actor.*, tg_table_name, o.id, 'removed', to_jsonb(o) - coalesce(tg_argv, '{}'), null
  from old_rows o cross join audit_actor() actor;
  return null;
end $$;

create or replace function audit_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into event (happened_at, actor_id, actor_role, reason, kind, record_id, action, before, after)
  select actor.*, tg_table_name, o.id, 'changed',
    (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(o) - coalesce(tg_argv, '{}'))
      where value is distinct from to_jsonb(n) -> key),
    (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(n) - coalesce(tg_argv, '{}'))
      where value is distinct from to_jsonb(o) -> key)
  from old_rows o join new_rows n on n.id = o.id cross join audit_actor() actor
  where o.* is distinct from n.*;
  return null;
end $$;
