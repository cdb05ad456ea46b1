-- include _dealers_named

-- include _products_named

-- prepare: without a line number of its own a line is known by its place in the order
create temp table line_row on commit drop as
select s.line, s.number, p.id as product_id, s.quantity, s.confirmed_quantity, s.shipped_quantity, s.price, s.currency,
  coalesce(s.position, row_number() over (partition by s.number order by s.line))::integer as position,
  coalesce(s.discount_percent, 0) as discount_percent,
  coalesce(s.amount, round(s.quantity * s.price * (1 - coalesce(s.discount_percent, 0) / 100), 2)) as amount
from staged s left join known_product p on p.key = s.product;

-- prepare
analyze line_row;

-- prepare: one row an order, as its first line says
create temp table order_row on commit drop as
with head as (
  select distinct on (number) * from staged order by number, line
), total as (
  select number, count(*)::integer as line_count, sum(amount) as amount from line_row group by number
)
select h.number, h.line, h.dealer, h.order_amount, d.id as dealer_id, d.territory_id, d.region_id,
  coalesce(o.id, portal_new_id()) as id, o.id is null as is_new,
  h.status as given_status, h.requested_on as given_requested_on,
  coalesce(h.status, o.status, f.status, 'placed') as status, h.placed_at,
  coalesce(h.requested_on, o.requested_on) as requested_on, h.currency, t.amount, t.line_count,
  o.dealer_id as known_dealer_id, o.line_count as known_line_count
from head h
join total t on t.number = h.number
cross join fallback f
left join known_dealer d on d.key = h.dealer
left join external_key k on k.source = :source and k.kind = 'order' and k.key = h.number
left join "order" c on k.id is null and c.dealer_id = d.id and c.number = h.number
left join "order" o on o.id = coalesce(k.record_id, c.id);

-- prepare
analyze order_row;

-- prepare: lines of orders that are known, and whether they say something new
create temp table known_line on commit drop as
select r.line, l.id,
  (l.product_id, l.quantity, l.confirmed_quantity, l.shipped_quantity, l.price, l.discount_percent, l.amount)
  is distinct from (r.product_id, r.quantity, coalesce(r.confirmed_quantity, l.confirmed_quantity),
    coalesce(r.shipped_quantity, l.shipped_quantity), r.price, r.discount_percent, r.amount) as is_changed
from order_row o
join line_row r on r.number = o.number
join order_line l on l.order_id = o.id and l.position = r.position
where not o.is_new;

-- problem unknown_status
select o.line, 'status' as field, o.status as value, count(*) over () as total
from order_row o where o.status not in ('placed', 'confirmed', 'shipped', 'delivered', 'cancelled')
order by o.line limit 100;

-- problem not_positive
select line, 'quantity' as field, quantity as value, count(*) over () as total
from line_row where quantity <= 0 order by line limit 100;

-- problem two_heads
select s.line, v.field, v.value, h.line as other_line, v.other, s.number, count(*) over () as total
from staged s
join (select distinct on (number) * from staged order by number, line) h on h.number = s.number
cross join lateral (values
  ('dealer', s.dealer, h.dealer), ('placed_at', s.placed_at::text, h.placed_at::text),
  ('requested_on', s.requested_on::text, h.requested_on::text), ('status', s.status, h.status),
  ('currency', s.currency, h.currency), ('order_amount', s.order_amount::text, h.order_amount::text)
) v (field, value, other)
where (s.dealer, s.placed_at, s.requested_on, s.status, s.currency, s.order_amount)
  is distinct from (h.dealer, h.placed_at, h.requested_on, h.status, h.currency, h.order_amount)
  and v.value is distinct from v.other
order by s.line limit 100;

-- problem two_lines
select r.line, 'position' as field, r.position as value, r.first_line as other_line, r.number, count(*) over () as total
from (select line, number, position, min(line) over (partition by number, position) as first_line from line_row) r
where r.line <> r.first_line order by r.line limit 100;

-- problem line_amount: a rounded unit price may differ by half a cent for each unit
select line, 'amount' as field, amount as value, quantity, price, discount_percent,
  round(quantity * price * (1 - discount_percent / 100), 2) as expected, count(*) over () as total
from line_row
where abs(amount - quantity * price * (1 - discount_percent / 100)) > 0.01 + 0.005 * quantity
order by line limit 100;

-- problem order_amount
select line, 'order_amount' as field, order_amount as value, number, amount as expected, line_count,
  count(*) over () as total
from order_row where abs(order_amount - amount) > 0.01 + 0.005 * line_count
order by line limit 100;

-- problem other_dealer
select o.line, 'number' as field, o.number as value, d.code as known, o.dealer, count(*) over () as total
from order_row o join dealer d on d.id = o.known_dealer_id
where o.dealer_id <> o.known_dealer_id order by o.line limit 100;

-- doubt fewer_lines
select o.line, 'number' as field, o.number as value, o.known_line_count as known, o.line_count as lines,
  count(*) over () as total
from order_row o where o.known_line_count > o.line_count order by o.line limit 100;

-- prepare: what these products are known to cost, by price list, else by their cost, else by earlier orders
create temp table known_price on commit drop as
with wanted as (select distinct product_id, currency from line_row),
listed as (
  select e.product_id, l.currency, avg(e.price) as price
  from price_list_entry e join price_list l on l.id = e.price_list_id
  where l.dealer_id is null and e.price > 0 group by e.product_id, l.currency
)
select w.product_id, w.currency, coalesce(p.price, nullif(c.cost, 0), earlier.price) as price
from wanted w
left join listed p on p.product_id = w.product_id and p.currency = w.currency
left join product_cost c on c.id = w.product_id and c.currency = w.currency
left join lateral (
  select avg(x.price) as price from (
    select l.price from order_line l join "order" o on o.id = l.order_id
    where l.product_id = w.product_id and o.currency = w.currency and l.price > 0 limit 100) x
  where p.price is null and coalesce(c.cost, 0) = 0
) earlier on true;

-- doubt price_scale
with compared as (
  select r.line, r.price, k.price as known, r.price / k.price as times
  from line_row r join known_price k on k.product_id = r.product_id and k.currency = r.currency
  where r.price > 0 and k.price > 0
)
select c.line, 'price' as field, c.price as value, round(c.known, 4) as known, round(c.times, 4) as times,
  whole.compared, round(whole.median::numeric, 2) as median, count(*) over () as total
from compared c, (select count(*) as compared, percentile_cont(0.5) within group (order by times) as median
  from compared) whole
where c.times not between 1.0 / :factor and :factor order by c.line limit 100;

-- count order
select count(*) filter (where o.is_new) as added,
  count(*) filter (where (k.status, k.placed_at, k.requested_on, k.currency, k.amount, k.line_count)
    is distinct from (o.status, o.placed_at, o.requested_on, o.currency, o.amount, o.line_count) and not o.is_new)
    as changed,
  count(*) as total
from order_row o left join "order" k on k.id = o.id;

-- count order_line
select count(*) filter (where k.line is null) as added, count(*) filter (where k.is_changed) as changed,
  count(*) as total
from line_row r left join known_line k on k.line = r.line;

-- figure amount
select currency as unit, sum(amount) as value from line_row group by currency order by currency;

-- write: lines of a known order that the file no longer has, once somebody said that this is meant
delete from order_line l using order_row o
where l.order_id = o.id and not o.is_new and o.known_line_count > o.line_count
  and not exists (select from line_row r where r.number = o.number and r.position = l.position);

-- write
insert into "order" (id, number, dealer_id, territory_id, region_id, status, placed_at, requested_on, currency, amount,
  line_count, source)
select id, number, dealer_id, territory_id, region_id, status, placed_at, requested_on, currency, amount, line_count,
  :source
from order_row where is_new;

-- write
update "order" k set status = o.status, placed_at = o.placed_at, requested_on = o.requested_on, currency = o.currency,
  amount = o.amount, line_count = o.line_count
from order_row o
where k.id = o.id and not o.is_new and (k.status, k.placed_at, k.requested_on, k.currency, k.amount, k.line_count)
  is distinct from (o.status, o.placed_at, o.requested_on, o.currency, o.amount, o.line_count);

-- write
insert into order_line (id, order_id, dealer_id, position, product_id, quantity, confirmed_quantity, shipped_quantity,
  price, discount_percent, amount)
select portal_new_id(), o.id, o.dealer_id, r.position, r.product_id, r.quantity, coalesce(r.confirmed_quantity, 0),
  coalesce(r.shipped_quantity, 0), r.price, r.discount_percent, r.amount
from line_row r
join order_row o on o.number = r.number
where not exists (select from known_line k where k.line = r.line);

-- write
update order_line l set product_id = r.product_id, quantity = r.quantity,
  confirmed_quantity = coalesce(r.confirmed_quantity, l.confirmed_quantity),
  shipped_quantity = coalesce(r.shipped_quantity, l.shipped_quantity), price = r.price,
  discount_percent = r.discount_percent, amount = r.amount
from known_line k join line_row r on r.line = k.line
where l.id = k.id and k.is_changed;

-- write: the one step of the timeline whose moment the file knows
insert into order_status (id, order_id, dealer_id, status, happened_at)
select portal_new_id(), id, dealer_id, 'placed', placed_at from order_row where is_new;

-- write
insert into external_key (id, source, kind, key, record_id)
select portal_new_id(), :source, 'order', number, id from order_row where is_new;
