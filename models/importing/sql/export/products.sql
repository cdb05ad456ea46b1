select p.code, p.name, g.code as "group", g.base_unit, b.code as brand, p.standard, p.unit, p.pack_size, p.base_quantity,
  p.active, c.cost, c.currency as cost_currency
from product p
join product_group g on g.id = p.product_group_id
left join brand b on b.id = p.brand_id
left join product_cost c on c.id = p.id
order by p.code
