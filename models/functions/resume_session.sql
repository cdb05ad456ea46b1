-- Who holds this session token (its hash)? The only way for a login without rights to become a user's principal.
-- `catalogue` moves on whenever the catalogue changes, so that what was read of it may be kept until then.
-- A session ends 12 hours after its last use; use is noted at most every 5 minutes (`stale`).
create or replace function resume_session(hash bytea) returns table (
  session_id uuid, user_id uuid, name text, role text, dealer_id uuid, region_id uuid, territory_ids uuid[],
  rights text[], locale text, theme text, on_behalf_of text, stale boolean, catalogue bigint,
  territories text[])
language sql stable security definer set search_path = public, pg_temp as $$
  select s.id, u.id, u.name, u.role, u.dealer_id,
    -- A rep who holds nothing any more still belongs to where he last did: there is a manager who sees what he sends.
    coalesce(u.region_id, (select t.region_id from territory_assignment a join territory t on t.id = a.territory_id
                           where a.user_id = u.id order by a.held_until desc nulls first, t.code limit 1)),
    case when u.role = 'rep' then array(select a.territory_id from territory_assignment a
      where a.user_id = u.id and a.held_until is null order by 1) else '{}'::uuid[] end,
    u.rights, p.locale, p.theme,
    coalesce((select d.name from dealer d where d.id = u.dealer_id),
             case when u.role = 'rep' then (select string_agg(t.name, ', ' order by t.name) from territory_assignment a
               join territory t on t.id = a.territory_id where a.user_id = u.id and a.held_until is null) end,
             (select r.name from region r where r.id = u.region_id)),
    s.last_seen_at < now() - interval '5 minutes',
    (select b.head from bucket b where b.name = 'catalogue'),
    case when u.role = 'rep' then array(select t.name from territory_assignment a join territory t on t.id = a.territory_id
      where a.user_id = u.id and a.held_until is null order by a.territory_id) end
  from user_session s join "user" u on u.id = s.user_id left join user_preference p on p.id = u.id
  where s.token_hash = hash and s.ended_at is null and u.active
    and s.expires_at > now() and s.last_seen_at > now() - interval '12 hours'
$$;
