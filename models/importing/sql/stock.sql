-- include _products_named

-- prepare
create temp table warehouse_row on commit drop as
select s.warehouse, min(s.line) as line, (array_agg(w.id order by w.code <> s.warehouse, w.id))[1] as known_id,
  portal_new_id() as new_id
from (select warehouse, min(line) as line from staged group by warehouse) s
left join warehouse w on w.code = s.warehouse or w.name_key = portal_fold(s.warehouse)
group by s.warehouse;

-- prepare
create temp table stock_row on commit drop as
select s.line, coalesce(w.known_id, w.new_id) as warehouse_id, p.id as product_id, s.quantity, s.as_of,
  coalesce(s.source, :source)::varchar as source,
  case when 'expected_quantity' = any(:given) then s.expected_quantity else l.expected_quantity end
    as expected_quantity,
  case when 'expected_on' = any(:given) then s.expected_on else l.expected_on end as expected_on,
  l.id as known_id, l.quantity as known_quantity, l.as_of as known_as_of,
  l.expected_quantity as known_expected_quantity, l.expected_on as known_expected_on, l.source as known_source
from staged s
join warehouse_row w on w.warehouse = s.warehouse
left join known_product p on p.key = s.product
left join stock_level l on l.product_id = p.id and l.warehouse_id = w.known_id;

-- problem unknown_warehouse
select line, 'warehouse' as field, warehouse as value, count(*) over () as total
from warehouse_row where known_id is null and not 'warehouse' = any(:create) order by line limit 100;

-- problem two_levels
select r.line, 'quantity' as field, r.quantity as value, r.first_line as other_line, r.first_quantity as other,
  count(*) over () as total
from (select *, first_value(line) over same as first_line, first_value(quantity) over same as first_quantity,
    first_value(as_of) over same as first_as_of
  from stock_row where product_id is not null window same as (partition by warehouse_id, product_id order by line)) r
where (r.quantity, r.as_of) is distinct from (r.first_quantity, r.first_as_of) order by r.line limit 100;

-- problem in_the_future
select line, 'as_of' as field, as_of as value, count(*) over () as total
from stock_row where as_of > now() + interval '1 day' order by line limit 100;

-- doubt older
select line, 'as_of' as field, as_of as value, known_as_of as known, count(*) over () as total
from stock_row where as_of < known_as_of order by line limit 100;

-- doubt stock_scale: single levels may jump, a whole file does not
with compared as (
  select line, quantity, known_quantity, quantity / known_quantity as times
  from stock_row where quantity > 0 and known_quantity > 0
), whole as (
  select count(*) as compared, percentile_cont(0.5) within group (order by times) as median from compared
)
select c.line, 'quantity' as field, c.quantity as value, c.known_quantity as known, round(c.times, 4) as times,
  whole.compared, round(whole.median::numeric, 2) as median, count(*) over () as total
from compared c, whole
where whole.compared >= 10 and whole.median not between 1.0 / :factor and :factor
  and c.times not between 1.0 / :factor and :factor order by c.line limit 100;

-- count warehouse
select count(*) filter (where known_id is null) as added, 0 as changed, count(*) as total from warehouse_row;

-- count stock_level
select count(distinct (warehouse_id, product_id)) filter (where known_id is null) as added,
  count(distinct known_id) filter (where
    (known_quantity, known_expected_quantity, known_expected_on, known_as_of, known_source)
    is distinct from (quantity, expected_quantity, expected_on, as_of, source)) as changed,
  count(distinct (warehouse_id, product_id)) as total
from stock_row;

-- write
insert into warehouse (id, code, name)
select new_id, warehouse, warehouse from warehouse_row where known_id is null;

-- write
insert into stock_level (id, warehouse_id, product_id, quantity, expected_quantity, expected_on, as_of, source)
select distinct on (warehouse_id, product_id)
  portal_new_id(), warehouse_id, product_id, quantity, expected_quantity, expected_on, as_of, source
from stock_row where known_id is null
order by warehouse_id, product_id, line;

-- write
update stock_level l set quantity = r.quantity, expected_quantity = r.expected_quantity, expected_on = r.expected_on,
  as_of = r.as_of, source = r.source
from stock_row r
where l.id = r.known_id and (l.quantity, l.expected_quantity, l.expected_on, l.as_of, l.source)
  is distinct from (r.quantity, r.expected_quantity, r.expected_on, r.as_of, r.source);
