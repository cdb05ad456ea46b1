select o.number, d.code as dealer, o.placed_at, o.requested_on, o.status, o.currency, o.amount as order_amount, l.position,
  p.code as product, l.quantity, l.confirmed_quantity, l.shipped_quantity, l.price, l.discount_percent, l.amount
from "order" o
join dealer d on d.id = o.dealer_id
join order_line l on l.order_id = o.id
join product p on p.id = l.product_id
order by o.placed_at, o.number, l.position
