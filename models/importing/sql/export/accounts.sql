select a.id::text as key, a.name, a.kind as type, a.segment, a.tax_number, a.phone, a.email, a.address, a.town,
  v.name as province, a.latitude, a.longitude, r.name as region, t.code as territory, a.visit_interval_days
from account a
join territory t on t.id = a.territory_id
join region r on r.id = a.region_id
left join province v on v.id = a.province_id
order by a.name_sort, a.id
