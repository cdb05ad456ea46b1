insert into region (id, code, name) values (md5('region')::uuid, 'r', 'Region');

insert into territory (id, code, name, region_id)
select md5('territory-' || i)::uuid, 't' || i, 'Territory ' || i, md5('region')::uuid from generate_series(1, :reps) i;

insert into "user" (id, email, name, role, created_at)
select md5('rep-' || i)::uuid, 'rep' || i || '@example.com', 'Rep ' || i, 'rep', now() from generate_series(1, :reps) i;

insert into territory_assignment (id, territory_id, user_id, held_from)
select md5('assignment-' || i)::uuid, md5('territory-' || i)::uuid, md5('rep-' || i)::uuid, now() - interval '2 years'
from generate_series(1, :reps) i;

insert into account (id, name, kind, territory_id, region_id, visit_interval_days, created_at)
select md5('account-' || t || '-' || i)::uuid, 'Müşteri ' || i, 'customer', md5('territory-' || t)::uuid,
  md5('region')::uuid, 30, now() from generate_series(1, :reps) t cross join generate_series(1, :accounts) i;

insert into visit (id, account_id, territory_id, region_id, user_id, kind, status, happened_at, summary, created_at)
select gen_random_uuid(), a.id, a.territory_id, a.region_id, md5('rep-' || scope.rep)::uuid, 'visit', 'completed',
  now() - i * interval '3 minutes', repeat('Yeni hat için deneme istediler. ', 25), now()
from (values (1, :few), (2, :many)) scope (rep, visits) cross join lateral generate_series(1, scope.visits) i
join account a on a.id = md5('account-' || scope.rep || '-' || 1 + i % :accounts)::uuid
