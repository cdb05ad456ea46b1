select d.code, d.name, d.kind as type, d.tax_number, d.email, d.phone, b.name as branch, b.address, b.town,
  coalesce(v.name, b.province_name) as province, b.country, b.latitude, b.longitude, r.name as region,
  t.code as territory, d.active
from dealer d
join territory t on t.id = d.territory_id
join region r on r.id = d.region_id
left join branch b on b.dealer_id = d.id
left join province v on v.id = b.province_id
order by d.code, b.id
