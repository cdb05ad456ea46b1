-- prepare: where records lie, each place once: the territory that is named, else the one of the province
create temp table place on commit drop as
select p.*, portal_fold(p.region) as region_key, portal_fold(p.territory) as territory_key,
  (select array_agg(r.id order by r.code <> p.region) from region r
    where r.code = p.region or r.name_key = portal_fold(p.region)) as regions,
  coalesce(
    (select array_agg(t.id) from territory t where t.code = p.territory),
    (select array_agg(t.id) from territory t join region r on r.id = t.region_id
      where t.name_key = portal_fold(p.territory)
        and (p.region = '' or r.code = p.region or r.name_key = portal_fold(p.region)))) as territories,
  (select array_agg(v.id order by v.code <> p.province) from province v
    where v.code = p.province or v.name_key = portal_fold(p.province)) as provinces
from (select coalesce(region, '') as region, coalesce(territory, '') as territory, coalesce(province, '') as province,
  min(line) as line from staged group by 1, 2, 3) p;

-- prepare
create temp table new_region on commit drop as
select portal_new_id() as id, min(region) as name, region_key from place
where 'territory' = any(:create) and territories is null and territory <> '' and regions is null and region <> ''
group by region_key;

-- prepare
create temp table new_territory on commit drop as
select portal_new_id() as id, min(p.territory) as name, p.territory_key, p.region_key,
  coalesce(p.regions[1], n.id) as region_id
from place p left join new_region n on n.region_key = p.region_key
where 'territory' = any(:create) and p.territories is null and p.territory <> ''
  and coalesce(p.regions[1], n.id) is not null
group by p.territory_key, p.region_key, coalesce(p.regions[1], n.id);

-- prepare
create temp table placed on commit drop as
select p.region, p.territory, p.province, v.id as province_id,
  case when p.territory = '' then v.territory_id else coalesce(t.id, n.id) end as territory_id,
  case when p.territory = '' then v.region_id else coalesce(t.region_id, n.region_id) end as region_id
from place p
left join territory t on t.id = p.territories[1]
left join new_territory n on n.territory_key = p.territory_key and n.region_key = p.region_key
left join province v on v.id = p.provinces[1];

-- problem unknown_territory
select p.line, 'territory' as field, p.territory as value, p.region, count(*) over () as total
from place p join placed q using (region, territory, province)
where p.territory <> '' and q.territory_id is null order by p.line limit 100;

-- problem several_territories
select line, 'territory' as field, territory as value, cardinality(territories) as number, count(*) over () as total
from place where cardinality(territories) > 1 order by line limit 100;

-- count region
select count(*) as added, 0 as changed, count(*) as total from new_region;

-- count territory
select count(*) as added, 0 as changed, count(*) as total from new_territory;

-- write
insert into region (id, code, name)
select id, replace(region_key, ' ', '-'), name from new_region;

-- write
insert into territory (id, code, name, region_id)
select t.id, replace(concat_ws(' ', nullif(t.region_key, ''), t.territory_key), ' ', '-'), t.name, t.region_id
from new_territory t;
