-- prepare: the dealers that the file names, by the source's own key or else by our code
create temp table known_dealer on commit drop as
select named.dealer as key, d.id, d.territory_id, d.region_id
from (select distinct dealer from staged where dealer is not null) named
left join external_key k on k.source = :source and k.kind = 'dealer' and k.key = named.dealer
left join dealer c on k.id is null and c.code = named.dealer
join dealer d on d.id = coalesce(k.record_id, c.id);

-- problem unknown_dealer
select s.line, 'dealer' as field, s.dealer as value, count(*) over () as total
from staged s where s.dealer is not null and not exists (select from known_dealer d where d.key = s.dealer)
order by s.line limit 100;
