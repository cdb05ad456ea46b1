-- include _groups

-- prepare
create temp table new_parent on commit drop as
select portal_new_id() as id, min(g.parent_group) as name, portal_fold(g.parent_group) as key,
  min(coalesce(s.base_unit, f.base_unit)) as base_unit
from group_row g join staged s on s.line = g.line cross join fallback f
where g.parent_group <> '' and 'product_group' = any(:create)
  and not exists (select from group_row o where o.parent_group = '' and portal_fold(o."group") = portal_fold(g.parent_group))
  and not exists (select from product_group q
    where q.code = g.parent_group or q.name_key = portal_fold(g.parent_group))
group by portal_fold(g.parent_group);

-- prepare
create temp table new_group on commit drop as
select portal_new_id() as id, min(g."group") as name, portal_fold(g."group") as key,
  portal_fold(g.parent_group) as parent_key, min(coalesce(s.base_unit, f.base_unit)) as base_unit
from group_row g join staged s on s.line = g.line cross join fallback f
where g.found is null and 'product_group' = any(:create)
group by portal_fold(g."group"), portal_fold(g.parent_group);

-- prepare
create temp table group_id on commit drop as
select g."group", g.parent_group, coalesce(g.found[1], n.id) as id
from group_row g
left join new_group n on n.key = portal_fold(g."group") and n.parent_key = portal_fold(g.parent_group);

-- prepare
create temp table brand_row on commit drop as
select b.brand, min(b.line) as line, (array_agg(k.id order by k.code <> b.brand))[1] as known_id, portal_new_id() as new_id
from staged b left join brand k on k.code = b.brand or k.name_key = portal_fold(b.brand)
where b.brand is not null group by b.brand;

-- prepare: which product each row means, by the source's key, our code, or (asked for) the name
create temp table product_line on commit drop as
select s.*, k.id as by_key, c.id as by_code, n.ids as by_name, g.id as group_id, coalesce(b.known_id, b.new_id) as brand_id,
  case when :by_name then 'name ' || portal_fold(s.name) else coalesce('code ' || s.code, 'key ' || s.key) end as ident
from staged s
left join external_key x on x.source = :source and x.kind = 'product' and x.key = s.key
left join product k on k.id = x.record_id
left join product c on c.code = s.code
left join (select name_key, array_agg(id) as ids from product group by name_key) n
  on :by_name and n.name_key = portal_fold(s.name)
left join group_id g on g."group" = s."group" and g.parent_group = coalesce(s.parent_group, '')
left join brand_row b on b.brand = s.brand;

-- prepare: one row a product, as its first line says; what the file leaves empty stays as it is known
create temp table product_row on commit drop as
with head as (
  select distinct on (ident) *, coalesce(by_key, by_code, by_name[1]) as known_id from product_line order by ident, line
)
select h.line, h.ident, coalesce(p.id, portal_new_id()) as id, p.id is null as is_new,
  coalesce(h.code, p.code) as code, h.name, coalesce(h.group_id, p.product_group_id, d.id) as product_group_id,
  coalesce(h.brand_id, p.brand_id) as brand_id, coalesce(h.standard, p.standard, f.standard) as standard,
  coalesce(h.unit, p.unit, f.unit) as unit, coalesce(h.pack_size, p.pack_size, f.pack_size, 1) as pack_size,
  coalesce(h.base_quantity, p.base_quantity, f.base_quantity, 1) as base_quantity,
  coalesce(h.active, p.active, f.active, true) as active,
  coalesce(h.cost, k.cost) as cost, coalesce(h.cost_currency, k.currency, f.cost_currency) as cost_currency,
  k.cost as known_cost, k.currency as known_cost_currency
from head h
cross join fallback f
left join product p on p.id = h.known_id
left join product_cost k on k.id = p.id
left join group_id d on d."group" = f."group" and d.parent_group = coalesce(f.parent_group, '');

-- prepare
create temp table product_change on commit drop as
select r.id from product_row r join product p on p.id = r.id
where (p.code, p.name, p.product_group_id, p.brand_id, p.standard, p.unit, p.pack_size, p.base_quantity, p.active)
  is distinct from
  (r.code, r.name, r.product_group_id, r.brand_id, r.standard, r.unit, r.pack_size, r.base_quantity, r.active);

-- prepare
create temp table record_key on commit drop as
select l.key, r.id, k.id is null as is_new
from (select distinct ident, key from product_line where key is not null) l
join product_row r on r.ident = l.ident
left join external_key k on k.source = :source and k.kind = 'product' and k.key = l.key;

-- problem no_key
select line, 'code' as field, '' as value, count(*) over () as total
from product_line where ident is null order by line limit 100;

-- problem unknown_name
select line, 'name' as field, name as value, count(*) over () as total
from product_line where :by_name and by_key is null and by_name is null order by line limit 100;

-- problem several_names
select line, 'name' as field, name as value, cardinality(by_name) as number, count(*) over () as total
from product_line where by_key is null and cardinality(by_name) > 1 order by line limit 100;

-- problem key_and_name
select l.line, 'name' as field, l.name as value, l.key, p.name as known, count(*) over () as total
from product_line l join product p on p.id = l.by_key
where :by_name and p.name_key <> portal_fold(l.name) order by l.line limit 100;

-- problem key_and_code
select l.line, 'code' as field, l.code as value, l.key, p.code as known, count(*) over () as total
from product_line l join product p on p.id = l.by_key
where l.by_key <> l.by_code order by l.line limit 100;

-- problem no_code
select line, 'code' as field, '' as value, count(*) over () as total
from product_row where is_new and code is null order by line limit 100;

-- problem same_record
select r.line, 'name' as field, r.name as value, r.first_line as other_line, count(*) over () as total
from (select *, min(line) over (partition by id) as first_line from product_row) r
where r.line <> r.first_line order by r.line limit 100;

-- problem two_contents
select l.line, v.field, v.value, h.line as other_line, v.other, count(*) over () as total
from product_line l
join (select distinct on (ident) * from product_line order by ident, line) h on h.ident = l.ident
cross join lateral (values
  ('name', l.name, h.name), ('group', l."group", h."group"), ('parent_group', l.parent_group, h.parent_group),
  ('brand', l.brand, h.brand), ('standard', l.standard, h.standard), ('unit', l.unit, h.unit),
  ('pack_size', l.pack_size::text, h.pack_size::text), ('base_quantity', l.base_quantity::text, h.base_quantity::text),
  ('active', l.active::text, h.active::text), ('cost', l.cost::text, h.cost::text),
  ('cost_currency', l.cost_currency, h.cost_currency)
) v (field, value, other)
where l.line <> h.line and v.value is distinct from v.other
order by l.line limit 100;

-- problem no_group
select line, 'group' as field, '' as value, count(*) over () as total
from product_row where product_group_id is null order by line limit 100;

-- problem no_unit
select line, 'unit' as field, '' as value, count(*) over () as total
from product_row where unit is null order by line limit 100;

-- problem no_base_unit
select min(g.line) as line, 'base_unit' as field, '' as value, count(*) over () as total
from new_group n join group_row g on portal_fold(g."group") = n.key
where n.base_unit is null group by n.key order by 1 limit 100;

-- problem unknown_brand
select line, 'brand' as field, brand as value, count(*) over () as total
from brand_row where known_id is null and not 'brand' = any(:create) order by line limit 100;

-- problem not_positive
select line, v.field, v.value, count(*) over () as total
from product_row cross join lateral (values ('pack_size', pack_size), ('base_quantity', base_quantity)) v (field, value)
where v.value <= 0 order by line limit 100;

-- problem no_cost_currency
select line, 'cost_currency' as field, '' as value, count(*) over () as total
from product_row where cost is not null and cost_currency is null order by line limit 100;

-- doubt price_scale: compared with what the product is known to cost, or else is sold for
with compared as (
  select r.line, r.cost, k.price as known, r.cost / k.price as times
  from product_row r
  join lateral (select coalesce(
    (select nullif(r.known_cost, 0) where r.known_cost_currency = r.cost_currency),
    (select avg(e.price) from price_list_entry e join price_list l on l.id = e.price_list_id
      where e.product_id = r.id and l.currency = r.cost_currency and l.dealer_id is null)) as price) k on k.price > 0
  where r.cost > 0
)
select c.line, 'cost' as field, c.cost as value, round(c.known, 4) as known, round(c.times, 4) as times,
  whole.compared, round(whole.median::numeric, 2) as median, count(*) over () as total
from compared c, (select count(*) as compared, percentile_cont(0.5) within group (order by times) as median
  from compared) whole
where c.times not between 1.0 / :factor and :factor order by c.line limit 100;

-- count product_group
select (select count(*) from new_group) + (select count(*) from new_parent) as added, 0 as changed,
  (select count(*) from group_row) + (select count(*) from new_parent) as total;

-- count brand
select count(*) filter (where known_id is null) as added, 0 as changed, count(*) as total from brand_row;

-- count product
select count(*) filter (where is_new) as added, (select count(*) from product_change) as changed, count(*) as total
from product_row;

-- count product_cost
select count(*) filter (where known_cost is null) as added,
  count(*) filter (where (cost, cost_currency) is distinct from (known_cost, known_cost_currency)
    and known_cost is not null) as changed,
  count(*) as total
from product_row where cost is not null and 'cost' = any(:given);

-- count external_key
select count(*) filter (where is_new) as added, 0 as changed, count(*) as total from record_key;

-- write
insert into product_group (id, code, name, base_unit)
select id, replace(key, ' ', '-'), name, base_unit from new_parent
union all
select id, replace(key, ' ', '-'), name, base_unit from new_group where parent_key = '';

-- write
insert into product_group (id, code, name, parent_id, base_unit)
select n.id, replace(n.parent_key || ' ' || n.key, ' ', '-'), n.name,
  (select q.id from product_group q where q.code = n.parent_key or q.name_key = n.parent_key order by q.id limit 1),
  n.base_unit
from new_group n where n.parent_key <> '';

-- write
insert into brand (id, code, name, ours)
select new_id, replace(portal_fold(brand), ' ', '-'), brand, true from brand_row where known_id is null;

-- write
insert into product (id, code, name, product_group_id, brand_id, standard, unit, pack_size, base_quantity, active)
select id, code, name, product_group_id, brand_id, standard, unit, pack_size, base_quantity, active
from product_row where is_new;

-- write
update product p set code = r.code, name = r.name, product_group_id = r.product_group_id, brand_id = r.brand_id,
  standard = r.standard, unit = r.unit, pack_size = r.pack_size, base_quantity = r.base_quantity, active = r.active
from product_row r join product_change c on c.id = r.id
where p.id = r.id;

-- write
insert into product_cost (id, cost, currency)
select id, cost, cost_currency from product_row where cost is not null
on conflict (id) do update set cost = excluded.cost, currency = excluded.currency
where (product_cost.cost, product_cost.currency) is distinct from (excluded.cost, excluded.currency);

-- write
insert into external_key (id, source, kind, key, record_id)
select portal_new_id(), :source, 'product', key, id from record_key where is_new;
