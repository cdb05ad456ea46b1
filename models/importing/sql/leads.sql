-- include _places

-- include _groups

-- prepare: one row a lead, as its first line says; what the file leaves empty stays as it is known, and so does a moment
-- within the second that the file writes
create temp table lead_row on commit drop as
with head as (select distinct on (number) * from staged order by number, line)
select h.line, h.number, coalesce(l.id, portal_new_id()) as id, l.id is null as is_new,
  case when abs(extract(epoch from h.received_at - l.received_at)) < 1 then l.received_at else h.received_at end
    as received_at, h.wanted,
  coalesce(g.found[1], l.product_group_id) as product_group_id, coalesce(h.quantity, l.quantity) as quantity,
  coalesce(h.unit, l.unit) as unit, coalesce(h.town, l.town) as town,
  coalesce(p.province_id, l.province_id) as province_id, coalesce(p.territory_id, l.territory_id) as territory_id,
  coalesce(p.region_id, l.region_id) as region_id, coalesce(h.latitude::float, l.latitude) as latitude,
  coalesce(h.longitude::float, l.longitude) as longitude, coalesce(l.source, :source) as source,
  h.company, coalesce(h.person, c.person) as person, coalesce(h.phone, c.phone) as phone,
  coalesce(h.email, c.email) as email, coalesce(h.address, c.address) as address
from head h
join placed p on p.region = coalesce(h.region, '') and p.territory = coalesce(h.territory, '')
  and p.province = coalesce(h.province, '')
left join group_row g on g."group" = h."group" and g.parent_group = coalesce(h.parent_group, '')
left join lead l on l.number = h.number
left join lead_contact c on c.id = l.id;

-- prepare
create temp table lead_change on commit drop as
select r.id from lead_row r join lead l on l.id = r.id
where (l.received_at, l.wanted, l.product_group_id, l.quantity, l.unit, l.town, l.province_id, l.territory_id,
    l.region_id, l.latitude, l.longitude)
  is distinct from (r.received_at, r.wanted, r.product_group_id, r.quantity, r.unit, r.town, r.province_id,
    r.territory_id, r.region_id, r.latitude, r.longitude);

-- prepare
create temp table contact_change on commit drop as
select r.id from lead_row r join lead_contact c on c.id = r.id
where (c.company, c.person, c.phone, c.email, c.address)
  is distinct from (r.company, r.person, r.phone, r.email, r.address);

-- problem no_territory
select line, 'territory' as field, '' as value, count(*) over () as total
from lead_row where territory_id is null order by line limit 100;

-- problem not_on_earth
select line, 'latitude' as field, latitude as value, longitude, count(*) over () as total
from lead_row
where abs(latitude) > 90 or abs(longitude) > 180 or (latitude is null) <> (longitude is null)
order by line limit 100;

-- problem two_contents
select s.line, v.field, v.value, h.line as other_line, v.other, count(*) over () as total
from staged s
join (select distinct on (number) * from staged order by number, line) h on h.number = s.number
cross join lateral (values
  ('received_at', s.received_at::text, h.received_at::text), ('wanted', s.wanted, h.wanted),
  ('group', s."group", h."group"), ('quantity', s.quantity::text, h.quantity::text), ('unit', s.unit, h.unit),
  ('company', s.company, h.company), ('person', s.person, h.person), ('phone', s.phone, h.phone),
  ('email', s.email, h.email), ('address', s.address, h.address), ('town', s.town, h.town),
  ('province', s.province, h.province), ('territory', s.territory, h.territory),
  ('latitude', s.latitude::text, h.latitude::text), ('longitude', s.longitude::text, h.longitude::text)
) v (field, value, other)
where s.line <> h.line and v.value is distinct from v.other
order by s.line limit 100;

-- count lead
select count(*) filter (where is_new) as added, (select count(*) from lead_change) as changed, count(*) as total
from lead_row;

-- count lead_contact
select count(*) filter (where is_new) as added, (select count(*) from contact_change) as changed, count(*) as total
from lead_row;

-- write
insert into lead (id, number, territory_id, region_id, status, received_at, source, town, province_id, latitude,
  longitude, product_group_id, wanted, quantity, unit)
select id, number, territory_id, region_id, 'received', received_at, source, town, province_id, latitude, longitude,
  product_group_id, wanted, quantity, unit
from lead_row where is_new;

-- write
insert into lead_contact (id, territory_id, region_id, company, person, phone, email, address)
select id, territory_id, region_id, company, person, phone, email, address from lead_row where is_new;

-- write
update lead l set received_at = r.received_at, wanted = r.wanted, product_group_id = r.product_group_id,
  quantity = r.quantity, unit = r.unit, town = r.town, province_id = r.province_id, territory_id = r.territory_id,
  region_id = r.region_id, latitude = r.latitude, longitude = r.longitude
from lead_row r join lead_change c on c.id = r.id
where l.id = r.id;

-- write
update lead_contact k set company = r.company, person = r.person, phone = r.phone, email = r.email, address = r.address
from lead_row r join contact_change c on c.id = r.id
where k.id = r.id;
