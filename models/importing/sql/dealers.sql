-- include _places

-- prepare: which dealer each row means, by the source's key or by our code
create temp table dealer_line on commit drop as
select s.*, coalesce('code ' || s.code, 'key ' || s.key) as ident, k.id as by_key, c.id as by_code, p.territory_id, p.region_id, p.province_id
from staged s
left join external_key x on x.source = :source and x.kind = 'dealer' and x.key = s.key
left join dealer k on k.id = x.record_id
left join dealer c on c.code = s.code
join placed p on p.region = coalesce(s.region, '') and p.territory = coalesce(s.territory, '')
  and p.province = coalesce(s.province, '');

-- prepare: one row a dealer, as its first line says; what the file leaves empty stays as it is known
create temp table dealer_row on commit drop as
with head as (
  select distinct on (ident) *, coalesce(by_key, by_code) as known_id from dealer_line order by ident, line
)
select h.line, h.ident, h.key, h.name as given_name, coalesce(d.id, portal_new_id()) as id, d.id is null as is_new,
  coalesce(h.code, d.code, h.key) as code, h.name, coalesce(h.type, d.kind, f.type) as type,
  coalesce(h.tax_number, d.tax_number) as tax_number, coalesce(h.email, d.email) as email,
  coalesce(h.phone, d.phone) as phone, coalesce(h.territory_id, d.territory_id) as territory_id,
  coalesce(h.region_id, d.region_id) as region_id, coalesce(h.active, d.active, f.active, true) as active
from head h cross join fallback f left join dealer d on d.id = h.known_id;

-- prepare
create temp table dealer_change on commit drop as
select r.id from dealer_row r join dealer d on d.id = r.id
where (d.code, d.name, d.kind, d.tax_number, d.email, d.phone, d.territory_id, d.region_id, d.active) is distinct from
  (r.code, r.name, r.type, r.tax_number, r.email, r.phone, r.territory_id, r.region_id, r.active);

-- prepare: a row without a branch's name means the dealer's first branch
create temp table branch_row on commit drop as
select distinct on (r.id, portal_fold(coalesce(l.branch, b.name, r.name))) l.line, r.id as dealer_id,
  coalesce(b.id, portal_new_id()) as id, b.id is null as is_new, coalesce(l.branch, b.name, r.name) as name,
  coalesce(l.address, b.address) as address, coalesce(l.town, b.town) as town,
  coalesce(l.province_id, b.province_id) as province_id, case when l.province_id = b.province_id then b.province_name else coalesce(l.province, b.province_name) end
    as province_name,
  coalesce(l.country, b.country) as country, coalesce(l.latitude::float, b.latitude) as latitude,
  coalesce(l.longitude::float, b.longitude) as longitude
from dealer_line l
join dealer_row r on r.ident = l.ident
left join lateral (
  select * from branch b where b.dealer_id = r.id and (l.branch is null or b.name_key = portal_fold(l.branch))
  order by b.id limit 1
) b on true
order by r.id, portal_fold(coalesce(l.branch, b.name, r.name)), l.line;

-- prepare
create temp table branch_change on commit drop as
select r.id from branch_row r join branch b on b.id = r.id
where (b.name, b.address, b.town, b.province_id, b.province_name, b.country, b.latitude, b.longitude) is distinct from
  (r.name, r.address, r.town, r.province_id, r.province_name, r.country, r.latitude, r.longitude);

-- prepare
create temp table record_key on commit drop as
select l.key, r.id, k.id is null as is_new
from (select distinct ident, key from dealer_line where key is not null) l
join dealer_row r on r.ident = l.ident
left join external_key k on k.source = :source and k.kind = 'dealer' and k.key = l.key;

-- problem no_key
select line, 'code' as field, '' as value, count(*) over () as total
from dealer_line where ident is null order by line limit 100;

-- problem key_and_code
select l.line, 'code' as field, l.code as value, l.key, d.code as known, count(*) over () as total
from dealer_line l join dealer d on d.id = l.by_key
where l.by_key <> l.by_code order by l.line limit 100;

-- problem code_taken
select r.line, 'key' as field, r.code as value, d.name as known, count(*) over () as total
from dealer_row r join dealer d on d.code = r.code
where d.id <> r.id order by r.line limit 100;

-- problem same_record
select r.line, 'name' as field, r.name as value, r.first_line as other_line, count(*) over () as total
from (select *, min(line) over (partition by id) as first_line from dealer_row) r
where r.line <> r.first_line order by r.line limit 100;

-- problem two_contents
select l.line, v.field, v.value, h.line as other_line, v.other, count(*) over () as total
from dealer_line l
join (select distinct on (ident) * from dealer_line order by ident, line) h on h.ident = l.ident
cross join lateral (values
  ('code', l.code, h.code), ('name', l.name, h.name), ('type', l.type, h.type),
  ('tax_number', l.tax_number, h.tax_number), ('email', l.email, h.email), ('phone', l.phone, h.phone),
  ('region', l.region, h.region), ('territory', l.territory, h.territory), ('active', l.active::text, h.active::text)
) v (field, value, other)
where l.line <> h.line and v.value is distinct from v.other
order by l.line limit 100;

-- problem two_branches
select l.line, v.field, v.value, h.line as other_line, v.other, count(*) over () as total
from dealer_line l
join (select distinct on (ident, portal_fold(coalesce(branch, ''))) * from dealer_line
  order by ident, portal_fold(coalesce(branch, '')), line) h
  on h.ident = l.ident and portal_fold(coalesce(h.branch, '')) = portal_fold(coalesce(l.branch, ''))
cross join lateral (values
  ('address', l.address, h.address), ('town', l.town, h.town), ('province', l.province, h.province),
  ('country', l.country, h.country), ('latitude', l.latitude::text, h.latitude::text),
  ('longitude', l.longitude::text, h.longitude::text)
) v (field, value, other)
where l.line <> h.line and v.value is distinct from v.other
order by l.line limit 100;

-- problem no_territory
select line, 'territory' as field, '' as value, count(*) over () as total
from dealer_row where territory_id is null order by line limit 100;

-- problem not_on_earth
select line, 'latitude' as field, latitude as value, longitude, count(*) over () as total
from branch_row
where abs(latitude) > 90 or abs(longitude) > 180 or (latitude is null) <> (longitude is null)
order by line limit 100;

-- count dealer
select count(*) filter (where is_new) as added, (select count(*) from dealer_change) as changed, count(*) as total
from dealer_row;

-- count branch
select count(*) filter (where is_new) as added, (select count(*) from branch_change) as changed, count(*) as total
from branch_row;

-- count external_key
select count(*) filter (where is_new) as added, 0 as changed, count(*) as total from record_key;

-- write
insert into dealer (id, code, name, kind, tax_number, email, phone, territory_id, region_id, active)
select id, code, name, type, tax_number, email, phone, territory_id, region_id, active from dealer_row where is_new;

-- write
update dealer d set code = r.code, name = r.name, kind = r.type, tax_number = r.tax_number, email = r.email,
  phone = r.phone, territory_id = r.territory_id, region_id = r.region_id, active = r.active
from dealer_row r join dealer_change c on c.id = r.id
where d.id = r.id;

-- write
insert into branch (id, dealer_id, name, address, town, province_id, province_name, country, latitude, longitude)
select id, dealer_id, name, address, town, province_id, province_name, country, latitude, longitude
from branch_row where is_new;

-- write
update branch b set name = r.name, address = r.address, town = r.town, province_id = r.province_id,
  province_name = r.province_name, country = r.country, latitude = r.latitude, longitude = r.longitude
from branch_row r join branch_change c on c.id = r.id
where b.id = r.id;

-- write
insert into external_key (id, source, kind, key, record_id)
select portal_new_id(), :source, 'dealer', key, id from record_key where is_new;
