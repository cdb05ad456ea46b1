-- What signing in needs to know of an account, and how long this account or address must wait.
-- Free are 5 failed tries per account and 30 per address within 15 minutes; then the wait doubles from 30 seconds to 16 minutes.
create or replace function sign_in_lookup(given_email text, given_address text) returns table (
  user_id uuid, password_hash text, role text, dealer_id uuid, region_id uuid, territory_ids uuid[], rights text[],
  wait_seconds double precision)
language sql stable security definer set search_path = public, pg_temp as $$
  with failed as (
    select (select count(*) from sign_in_attempt where email_key = lower(given_email) and not succeeded
              and tried_at > now() - interval '15 minutes') as for_account,
           (select count(*) from sign_in_attempt where address = given_address and not succeeded
              and tried_at > now() - interval '15 minutes') as for_address,
           (select max(tried_at) from sign_in_attempt where not succeeded
              and (email_key = lower(given_email) or address = given_address)) as last_at)
  select u.id, c.password_hash, u.role, u.dealer_id, u.region_id, '{}'::uuid[], u.rights,
    case when for_account >= 5 or for_address >= 30
      then greatest(0, extract(epoch from last_at - now())
        + 30 * power(2, least(5, greatest(for_account - 5, for_address - 30))))
      else 0 end
  from failed left join ("user" u join credential c on c.id = u.id)
    on u.email_key = lower(given_email) and u.active
$$;

-- Set the password of whoever holds an invitation (its token's hash); null when it is used up, too old or unknown.
create or replace function accept_invitation(hash bytea, new_password_hash text) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare invited invitation; mail text;
begin
  update invitation set used_at = now() where token_hash = hash and used_at is null and expires_at > now()
    returning * into invited;
  if not found then return null; end if;
  perform set_config('portal.user_id', invited.user_id::text, true);
  insert into credential (id, password_hash, changed_at) values (invited.user_id, new_password_hash, now())
    on conflict (id) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at;
  update user_session set ended_at = now() where user_id = invited.user_id and ended_at is null;
  select email into mail from "user" where id = invited.user_id;
  return mail;
end $$;
