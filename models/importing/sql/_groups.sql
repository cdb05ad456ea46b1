-- prepare: the product groups that the file names, by code or name, below the parent that it names
create temp table group_row on commit drop as
select g.line, g."group", g.parent_group,
  coalesce(
    (select array_agg(p.id) from product_group p where p.code = g."group"),
    (select array_agg(p.id) from product_group p where p.name_key = portal_fold(g."group")
      and (g.parent_group = '' or exists (select from product_group q where q.id = p.parent_id
        and (q.code = g.parent_group or q.name_key = portal_fold(g.parent_group)))))) as found
from (select coalesce(s."group", f."group") as "group", min(s.line) as line,
    coalesce(case when s."group" is null then f.parent_group else s.parent_group end, '') as parent_group
  from staged s cross join fallback f where coalesce(s."group", f."group") is not null group by 1, 3) g;

-- problem several_groups
select line, 'group' as field, "group" as value, cardinality(found) as number, count(*) over () as total
from group_row where cardinality(found) > 1 order by line limit 100;

-- problem unknown_group
select line, 'group' as field, "group" as value, count(*) over () as total
from group_row where found is null and not 'product_group' = any(:create) order by line limit 100;
