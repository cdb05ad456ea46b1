-- Where accounts have been, and who held them when: for work that reaches the server after a hand-over.
create or replace function account_moved() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into account_move (id, account_id, from_territory_id, to_territory_id, moved_at)
  select portal_new_id(), n.id, o.territory_id, n.territory_id, now()
  from new_rows n join old_rows o on o.id = n.id where n.territory_id <> o.territory_id;
  return null;
end $$;

create or replace trigger account_moved after update on account
  referencing old table as old_rows new table as new_rows
  for each statement execute function account_moved();

-- In which territory an account lay at a moment: the first move after it left that territory, else it is there still.
create or replace function account_territory_at(given uuid, moment timestamptz) returns uuid stable
language sql security definer set search_path = public, pg_temp as $$
  select coalesce(
    (select m.from_territory_id from account_move m where m.account_id = given and m.moved_at > moment
     order by m.moved_at, m.id limit 1),
    (select a.territory_id from account a where a.id = given))
$$;

-- Whether the acting user held an account at any of these moments, as the server knows it.
create or replace function sync_held_account(given uuid, moments timestamptz[]) returns boolean stable
language sql security definer set search_path = public, pg_temp as $$
  select exists (
    select from unnest(moments) m
    join territory_assignment h on h.territory_id = account_territory_at(given, m)
    where h.user_id = portal_id('portal.user_id') and h.held_from <= m and (h.held_until is null or h.held_until > m))
$$;

-- Where an account lies now, for whoever held it then; nothing for others.
create or replace function sync_late_place(given uuid, moments timestamptz[])
returns table (territory_id uuid, region_id uuid) stable
language sql security definer set search_path = public, pg_temp as $$
  select a.territory_id, a.region_id from account a where a.id = given and sync_held_account(given, moments)
$$;

-- Whether the acting user wrote this visit, also where it lies in a territory that is no longer his.
create or replace function sync_wrote_visit(given uuid) returns boolean stable
language sql security definer set search_path = public, pg_temp as $$
  select exists (select from visit v where v.id = given and v.user_id = portal_id('portal.user_id'))
$$;
