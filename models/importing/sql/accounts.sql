-- include _places

-- prepare: which account each row means: by our own id, the source's key, the tax number, or the name in its territory
create temp table account_line on commit drop as
select s.*, portal_fold(s.name) as folded, p.territory_id, p.region_id, p.province_id, o.id as by_id, k.id as by_key,
  coalesce('key ' || s.key, 'tax ' || s.tax_number, concat('name ', portal_fold(s.name), ' ', p.territory_id)) as ident
from (select *, case when key ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then key::uuid end as own_id
  from staged) s
join placed p on p.region = coalesce(s.region, '') and p.territory = coalesce(s.territory, '')
  and p.province = coalesce(s.province, '')
left join account o on o.id = s.own_id
left join external_key x on x.source = :source and x.kind = 'account' and x.key = s.key
left join account k on k.id = x.record_id;

-- prepare
create temp table known_account on commit drop as
select distinct on (l.ident) l.ident, coalesce(l.by_id, l.by_key, t.id, n.id) as id
from account_line l
left join account t on t.tax_number = l.tax_number and l.by_id is null and l.by_key is null
left join account n on n.name_key = l.folded and n.territory_id = l.territory_id
  and l.by_id is null and l.by_key is null and (l.tax_number is null or n.tax_number is null)
order by l.ident, l.line, t.id nulls last, n.id nulls last;

-- prepare: one row an account, as its first line says; what the file leaves empty stays as it is known
create temp table account_row on commit drop as
with head as (select distinct on (ident) * from account_line order by ident, line)
select h.line, h.ident, h.key, coalesce(a.id, portal_new_id()) as id, a.id is null as is_new, h.name,
  case when h.type is null then coalesce(a.kind, 'prospect')
    when portal_fold(h.type) in ('customer', 'musteri', 'cliente') then 'customer'
    when portal_fold(h.type) in ('prospect', 'aday', 'potenziale') then 'prospect' end as type, h.type as given_type,
  coalesce(h.segment, a.segment, f.segment) as segment, coalesce(h.tax_number, a.tax_number) as tax_number,
  coalesce(h.phone, a.phone) as phone, coalesce(h.email, a.email) as email,
  coalesce(h.address, a.address) as address, coalesce(h.town, a.town) as town,
  coalesce(h.province_id, a.province_id) as province_id, coalesce(h.territory_id, a.territory_id) as territory_id,
  coalesce(h.region_id, a.region_id) as region_id, coalesce(h.latitude::float, a.latitude) as latitude,
  coalesce(h.longitude::float, a.longitude) as longitude,
  coalesce(h.visit_interval_days, a.visit_interval_days, f.visit_interval_days)::integer as visit_interval_days
from head h
join known_account k on k.ident = h.ident
cross join fallback f
left join account a on a.id = k.id;

-- prepare
create temp table account_change on commit drop as
select r.id from account_row r join account a on a.id = r.id
where (a.name, a.kind, a.segment, a.tax_number, a.phone, a.email, a.address, a.town, a.province_id, a.territory_id,
    a.region_id, a.latitude, a.longitude, a.visit_interval_days)
  is distinct from (r.name, r.type, r.segment, r.tax_number, r.phone, r.email, r.address, r.town, r.province_id,
    r.territory_id, r.region_id, r.latitude, r.longitude, r.visit_interval_days);

-- prepare
create temp table record_key on commit drop as
select l.key, r.id, k.id is null as is_new
from (select distinct ident, key from account_line where key is not null and by_id is null) l
join account_row r on r.ident = l.ident
left join external_key k on k.source = :source and k.kind = 'account' and k.key = l.key;

-- problem unknown_account_type
select line, 'type' as field, given_type as value, count(*) over () as total
from account_row where type is null order by line limit 100;

-- problem no_territory
select line, 'territory' as field, '' as value, count(*) over () as total
from account_row where territory_id is null order by line limit 100;

-- problem not_on_earth
select line, 'latitude' as field, latitude as value, longitude, count(*) over () as total
from account_row
where abs(latitude) > 90 or abs(longitude) > 180 or (latitude is null) <> (longitude is null)
order by line limit 100;

-- problem same_record
select r.line, 'name' as field, r.name as value, r.first_line as other_line, count(*) over () as total
from (select *, min(line) over (partition by id) as first_line from account_row) r
where r.line <> r.first_line order by r.line limit 100;

-- problem two_contents
select l.line, v.field, v.value, h.line as other_line, v.other, count(*) over () as total
from account_line l
join (select distinct on (ident) * from account_line order by ident, line) h on h.ident = l.ident
cross join lateral (values
  ('name', l.name, h.name), ('type', l.type, h.type), ('segment', l.segment, h.segment),
  ('tax_number', l.tax_number, h.tax_number), ('phone', l.phone, h.phone), ('email', l.email, h.email),
  ('address', l.address, h.address), ('town', l.town, h.town), ('province', l.province, h.province),
  ('region', l.region, h.region), ('territory', l.territory, h.territory),
  ('latitude', l.latitude::text, h.latitude::text), ('longitude', l.longitude::text, h.longitude::text),
  ('visit_interval_days', l.visit_interval_days::text, h.visit_interval_days::text)
) v (field, value, other)
where l.line <> h.line and v.value is distinct from v.other
order by l.line limit 100;

-- count account
select count(*) filter (where is_new) as added, (select count(*) from account_change) as changed, count(*) as total
from account_row;

-- count external_key
select count(*) filter (where is_new) as added, 0 as changed, count(*) as total from record_key;

-- write
insert into account (id, name, kind, segment, tax_number, phone, email, address, town, province_id, territory_id,
  region_id, latitude, longitude, visit_interval_days)
select id, name, type, segment, tax_number, phone, email, address, town, province_id, territory_id, region_id, latitude,
  longitude, visit_interval_days
from account_row where is_new;

-- write
update account a set name = r.name, kind = r.type, segment = r.segment, tax_number = r.tax_number, phone = r.phone,
  email = r.email, address = r.address, town = r.town, province_id = r.province_id, territory_id = r.territory_id,
  region_id = r.region_id, latitude = r.latitude, longitude = r.longitude,
  visit_interval_days = r.visit_interval_days
from account_row r join account_change c on c.id = r.id
where a.id = r.id;

-- write
insert into external_key (id, source, kind, key, record_id)
select portal_new_id(), :source, 'account', key, id from record_key where is_new;
