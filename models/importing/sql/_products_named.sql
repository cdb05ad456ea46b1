-- prepare: the products that the file names, by the source's own key or else by our code
create temp table known_product on commit drop as
select named.product as key, p.id
from (select distinct product from staged) named
left join external_key k on k.source = :source and k.kind = 'product' and k.key = named.product
left join product c on k.id is null and c.code = named.product
join product p on p.id = coalesce(k.record_id, c.id);

-- problem unknown_product
select s.line, 'product' as field, s.product as value, count(*) over () as total
from staged s where not exists (select from known_product p where p.key = s.product) order by s.line limit 100;
