-- include _dealers_named

-- include _products_named

-- prepare: the price lists that the file names; a new one takes its currency and dealer from its first line
create temp table list_row on commit drop as
select distinct on (s.price_list) s.line, s.price_list, coalesce(l.id, portal_new_id()) as id, l.id is null as is_new,
  coalesce(l.currency, s.currency) as currency, case when l.id is null then d.id else l.dealer_id end as dealer_id
from staged s
left join price_list l on l.code = s.price_list
left join known_dealer d on d.key = s.dealer
order by s.price_list, s.line;

-- prepare
create temp table price_row on commit drop as
select s.line, l.id as price_list_id, p.id as product_id, s.price, s.currency, s.valid_from, e.id as known_id,
  case when 'valid_until' = any(:given) then s.valid_until else e.valid_until end as valid_until,
  e.price as known_price, e.valid_until as known_until
from staged s
join list_row l on l.price_list = s.price_list
left join known_product p on p.key = s.product
left join price_list_entry e
  on e.price_list_id = l.id and e.product_id = p.id and e.valid_from = s.valid_from;

-- problem unknown_price_list
select line, 'price_list' as field, price_list as value, count(*) over () as total
from list_row where is_new and not 'price_list' = any(:create) order by line limit 100;

-- problem other_currency
select s.line, 'currency' as field, s.currency as value, s.price_list, l.currency as known, count(*) over () as total
from staged s join list_row l on l.price_list = s.price_list
where s.currency <> l.currency order by s.line limit 100;

-- problem other_dealers_list
select s.line, 'dealer' as field, coalesce(s.dealer, '') as value, s.price_list, count(*) over () as total
from staged s join list_row l on l.price_list = s.price_list left join known_dealer d on d.key = s.dealer
where d.id is distinct from l.dealer_id and ('dealer' = any(:given) or l.is_new) order by s.line limit 100;

-- problem two_prices
select r.line, 'price' as field, r.price as value, r.first_line as other_line, r.first_price as other,
  count(*) over () as total
from (select *, first_value(line) over same as first_line, first_value(price) over same as first_price,
    first_value(valid_until) over same as first_until
  from price_row where product_id is not null
  window same as (partition by price_list_id, product_id, valid_from order by line)) r
where (r.price, r.valid_until) is distinct from (r.first_price, r.first_until) order by r.line limit 100;

-- problem ends_before
select line, 'valid_until' as field, valid_until as value, valid_from, count(*) over () as total
from price_row where valid_until < valid_from order by line limit 100;

-- prepare: what these products are known to cost: in the same list, in other lists, else our cost or earlier orders
create temp table known_price on commit drop as
select w.product_id, w.currency,
  coalesce(list.price, nullif(c.cost, 0), earlier.price) as price, list.fractions, list.entries
from (select distinct product_id, currency from price_row) w
left join lateral (
  select avg(e.price) as price, count(*) filter (where e.price <> trunc(e.price)) as fractions, count(*) as entries
  from price_list_entry e join price_list l on l.id = e.price_list_id
  where e.product_id = w.product_id and l.currency = w.currency and e.price > 0
) list on true
left join product_cost c on c.id = w.product_id and c.currency = w.currency
left join lateral (
  select avg(x.price) as price from (
    select l.price from order_line l join "order" o on o.id = l.order_id
    where l.product_id = w.product_id and o.currency = w.currency and l.price > 0 limit 100) x
  where list.price is null and coalesce(c.cost, 0) = 0
) earlier on true;

-- doubt price_scale
with compared as (
  select r.line, r.price, k.price as known, r.price / k.price as times
  from price_row r join known_price k on k.product_id = r.product_id and k.currency = r.currency
  where r.price > 0 and k.price > 0
)
select c.line, 'price' as field, c.price as value, round(c.known, 4) as known, round(c.times, 4) as times,
  whole.compared, round(whole.median::numeric, 2) as median, count(*) over () as total
from compared c, (select count(*) as compared, percentile_cont(0.5) within group (order by times) as median
  from compared) whole
where c.times not between 1.0 / :factor and :factor order by c.line limit 100;

-- doubt no_fractions: whole prices only, where most of the known ones are not
select min(r.line) as line, 'price' as field, min(r.price) as value, count(*) as prices,
  (select sum(fractions) from known_price) as fractions, (select sum(entries) from known_price) as entries, 1 as total
from price_row r
having count(*) >= 10 and bool_and(r.price = trunc(r.price))
  and (select sum(fractions) * 2 > sum(entries) from known_price);

-- count price_list
select count(*) filter (where is_new) as added, 0 as changed, count(*) as total from list_row;

-- count price_list_entry
select count(distinct (price_list_id, product_id, valid_from)) filter (where known_id is null) as added,
  count(distinct known_id) filter (where (known_price, known_until) is distinct from (price, valid_until)) as changed,
  count(distinct (price_list_id, product_id, valid_from)) as total
from price_row;

-- write
insert into price_list (id, code, name, currency, dealer_id, source)
select id, price_list, price_list, currency, dealer_id, :source from list_row where is_new;

-- write
insert into price_list_entry (id, price_list_id, product_id, price, valid_from, valid_until)
select distinct on (price_list_id, product_id, valid_from)
  portal_new_id(), price_list_id, product_id, price, valid_from, valid_until
from price_row where known_id is null
order by price_list_id, product_id, valid_from, line;

-- write
update price_list_entry e set price = r.price, valid_until = r.valid_until
from price_row r
where e.id = r.known_id and (e.price, e.valid_until) is distinct from (r.price, r.valid_until);
