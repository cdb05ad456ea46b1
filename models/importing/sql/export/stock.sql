select p.code as product, w.code as warehouse, s.quantity, s.expected_quantity, s.expected_on, s.as_of, s.source
from stock_level s
join product p on p.id = s.product_id
join warehouse w on w.id = s.warehouse_id
order by p.code, w.code
