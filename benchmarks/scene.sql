insert into region (id, code, name)
select md5('region-' || i)::uuid, 'r' || i, 'Region ' || i from generate_series(1, :regions) i;

insert into territory (id, code, name, region_id)
select md5('territory-' || i)::uuid, 't' || i, 'Territory ' || i, md5('region-' || 1 + (i - 1) % 7)::uuid
from generate_series(1, :territories) i;

insert into product_group (id, code, name, base_unit)
select md5('group-' || i)::uuid, 'g' || i, 'Group ' || i, 'kg' from generate_series(1, 20) i;

insert into brand (id, code, name, ours) select md5('brand-' || i)::uuid, 'b' || i, 'Brand ' || i, i = 1
from generate_series(1, 6) i;

insert into product (id, code, name, product_group_id, brand_id, unit, pack_size, base_quantity, created_at)
select md5('product-' || i)::uuid, 'P' || lpad(i::text, 5, '0'), 'Bazik elektrod ' || i || ' şık',
  md5('group-' || 1 + i % 20)::uuid, md5('brand-1')::uuid, 'box', 4, 5, now() from generate_series(1, :products) i;

insert into bucket (name, kind, head) values ('catalogue', 'catalogue', 1);

insert into warehouse (id, code, name) select md5('warehouse-' || i)::uuid, 'w' || i, 'Depo ' || i
from generate_series(1, 2) i;

insert into stock_level (id, warehouse_id, product_id, quantity, as_of, source)
select md5('stock-' || w || '-' || i)::uuid, md5('warehouse-' || w)::uuid, md5('product-' || i)::uuid, i % 300,
  now() - interval '20 minutes', 'erp'
from generate_series(1, :products) i cross join generate_series(1, 2) w;

insert into dealer (id, code, name, territory_id, region_id, created_at)
select md5('dealer-' || i)::uuid, 'D' || i, 'Bayi ' || i, md5('territory-' || t)::uuid, md5('region-' || 1 + (t - 1) % 7)::uuid,
  now() from generate_series(1, :dealers) i cross join lateral (select 1 + (i - 1) % 60 as t) place;

insert into dealer_credit (id, currency, credit_limit, balance, overdue, as_of, source)
select id, 'TRY', 900000, 350000, 12000, now(), 'erp' from dealer;

insert into price_list (id, code, name, currency) values (md5('list')::uuid, 'open', 'Open list', 'TRY');

insert into price_list_entry (id, price_list_id, product_id, price, valid_from)
select md5('entry-' || i)::uuid, md5('list')::uuid, md5('product-' || i)::uuid, 100 + i, current_date - 90
from generate_series(1, :products) i;

insert into discount (id, dealer_id, percent, valid_from)
select md5('discount-' || i)::uuid, md5('dealer-' || i)::uuid, 8, current_date - 90 from generate_series(1, :dealers) i;

insert into "user" (id, email, name, role, dealer_id, created_at)
select md5('owner-' || i)::uuid, 'owner' || i || '@example.com', 'Owner ' || i, 'dealer_owner', md5('dealer-' || i)::uuid,
  now() from generate_series(1, :dealers) i;

insert into "user" (id, email, name, role, created_at)
select md5('rep-' || i)::uuid, 'rep' || i || '@example.com', 'Rep ' || i, 'rep', now() from generate_series(1, 60) i;

insert into "user" (id, email, name, role, region_id, created_at)
select md5('manager-' || i)::uuid, 'manager' || i || '@example.com', 'Manager ' || i, 'manager',
  md5('region-' || i)::uuid, now() from generate_series(1, :regions) i;

insert into territory_assignment (id, territory_id, user_id, held_from)
select md5('assignment-' || t)::uuid, md5('territory-' || t)::uuid,
  md5('rep-' || case when t in (1, 8, 60) then 1 else t end)::uuid, now() - interval '2 years'
from generate_series(1, :territories) t;

insert into "order" (id, number, dealer_id, territory_id, region_id, status, placed_at, currency, amount, line_count, source)
select md5('order-' || i)::uuid, 'S' || i, d.id, d.territory_id, d.region_id,
  (array['placed', 'confirmed', 'shipped', 'delivered'])[1 + i % 4], now() - i * interval '5 minutes', 'TRY', 1000, 10, 'erp'
from generate_series(1, :orders) i join dealer d on d.id = md5('dealer-' || 1 + i % 1999)::uuid;

insert into order_line (id, order_id, dealer_id, position, product_id, quantity, price, amount)
select md5('line-' || p || '-' || o.number)::uuid, o.id, o.dealer_id, p,
  md5('product-' || 1 + (p * 37 + substr(o.number, 2)::int) % 1000)::uuid, 4, 25, 100
from "order" o cross join generate_series(1, :lines) p;

insert into order_status (id, order_id, dealer_id, status, happened_at)
select md5('status-' || o.number)::uuid, o.id, o.dealer_id, 'placed', o.placed_at from "order" o;

insert into lead (id, number, territory_id, region_id, dealer_id, status, received_at, source, town, wanted, offered_at, answer_due_at)
select md5('lead-' || i)::uuid, 'L' || i, d.territory_id, d.region_id, d.id, 'offered', now() - i * interval '1 minute',
  'web', 'Bornova', 'Elektrod', now(), now() + interval '1 day'
from generate_series(1, 20000) i join dealer d on d.id = md5('dealer-' || 1 + i % 2000)::uuid;

insert into account (id, name, kind, territory_id, region_id, visit_interval_days, created_at)
select md5('account-' || i)::uuid, 'Müşteri ' || i, 'customer', md5('territory-' || t)::uuid,
  md5('region-' || 1 + (t - 1) % 7)::uuid, 30, now()
from generate_series(1, :accounts) i cross join lateral (select 1 + (i - 1) % 59 as t) place;

insert into visit (id, account_id, territory_id, region_id, user_id, kind, status, happened_at, summary, created_at)
select md5('visit-' || i)::uuid, a.id, a.territory_id, a.region_id, md5('rep-1')::uuid, 'visit', 'completed',
  now() - i * interval '3 minutes', 'Yeni hat için deneme istediler.', now()
from generate_series(1, :visits) i join account a on a.id = md5('account-' || 1 + i % 20000)::uuid;

insert into comment (id, visit_id, territory_id, region_id, user_id, text, created_at)
select md5('comment-' || i)::uuid, v.id, v.territory_id, v.region_id, md5('manager-1')::uuid, 'Fiyatı sordular mı?',
  v.happened_at + interval '1 minute' from generate_series(10, :visits, 10) i join visit v on v.id = md5('visit-' || i)::uuid;

insert into visit_read (id, user_id, visit_id, read_at)
select md5('read-' || i)::uuid, a.user_id, v.id, now()
from generate_series(4000, :visits, 10) i join visit v on v.id = md5('visit-' || i)::uuid
join territory_assignment a on a.territory_id = v.territory_id
