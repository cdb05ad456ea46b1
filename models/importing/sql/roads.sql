-- prepare: the accounts that the file names: by our own id, the source's key, the tax number, or a name that only one has
create temp table named_account on commit drop as
select n.named, s.number,
  coalesce(o.id, k.record_id, case when t.number = 1 then t.id end, case when s.number = 1 then s.id end) as id
from (select from_account as named from staged union select to_account from staged) n
left join account o on o.id = case when n.named ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then n.named::uuid end
left join external_key k on k.source = :source and k.kind = 'account' and k.key = n.named
left join lateral (select (array_agg(a.id))[1] as id, count(*) as number from account a where a.tax_number = n.named) t
  on true
left join lateral (
  select (array_agg(a.id))[1] as id, count(*) as number from account a where a.name_key = portal_fold(n.named)) s on true;

-- prepare: one row a road, as its first line says
create temp table road_row on commit drop as
select distinct on (f.id, t.id) s.line, f.id as from_id, t.id as to_id, s.minutes::integer as minutes, s.km::float as km,
  r.id as known_id, r.minutes as known_minutes, r.km as known_km
from staged s
join named_account f on f.named = s.from_account
join named_account t on t.named = s.to_account
left join road_leg r on r.from_account_id = f.id and r.to_account_id = t.id
where f.id is not null and t.id is not null
order by f.id, t.id, s.line;

-- problem unknown_account
select s.line, v.field, v.value, count(*) over () as total
from staged s
cross join lateral (values ('from_account', s.from_account), ('to_account', s.to_account)) v (field, value)
join named_account n on n.named = v.value and n.id is null and n.number = 0
order by s.line, v.field limit 100;

-- problem several_accounts
select s.line, v.field, v.value, n.number, count(*) over () as total
from staged s
cross join lateral (values ('from_account', s.from_account), ('to_account', s.to_account)) v (field, value)
join named_account n on n.named = v.value and n.id is null and n.number > 1
order by s.line, v.field limit 100;

-- problem same_account
select line, 'to_account' as field, to_id::text as value, count(*) over () as total
from road_row where from_id = to_id order by line limit 100;

-- problem two_contents
select s.line, 'minutes' as field, s.minutes as value, r.line as other_line, concat(r.minutes, ' / ', r.km) as other,
  count(*) over () as total
from staged s
join named_account f on f.named = s.from_account
join named_account t on t.named = s.to_account
join road_row r on r.from_id = f.id and r.to_id = t.id
where s.line <> r.line and (s.minutes::integer, s.km::float) is distinct from (r.minutes, r.km)
order by s.line limit 100;

-- count road_leg
select count(*) filter (where known_id is null) as added,
  count(*) filter (where known_id is not null and (minutes, km) is distinct from (known_minutes, known_km)) as changed,
  count(*) as total
from road_row;

-- write
insert into road_leg (id, from_account_id, to_account_id, minutes, km)
select portal_new_id(), from_id, to_id, minutes, km from road_row where known_id is null;

-- write
update road_leg l set minutes = r.minutes, km = r.km
from road_row r where l.id = r.known_id and (l.minutes, l.km) is distinct from (r.minutes, r.km);
