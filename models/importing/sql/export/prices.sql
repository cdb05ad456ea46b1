select p.code as product, e.price, e.valid_from, e.valid_until, l.code as price_list, l.currency, d.code as dealer
from price_list_entry e
join price_list l on l.id = e.price_list_id
join product p on p.id = e.product_id
left join dealer d on d.id = l.dealer_id
order by l.code, p.code, e.valid_from
