select l.number, l.received_at, l.wanted, g.code as "group", l.quantity, l.unit, c.company, c.person, c.phone, c.email,
  c.address, l.town, v.name as province, l.latitude, l.longitude, r.name as region, t.code as territory
from lead l
join lead_contact c on c.id = l.id
join territory t on t.id = l.territory_id
join region r on r.id = l.region_id
left join province v on v.id = l.province_id
left join product_group g on g.id = l.product_group_id
order by l.received_at, l.number
