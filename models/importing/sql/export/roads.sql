select from_account_id::text as from_account, to_account_id::text as to_account, minutes, km
from road_leg order by from_account_id, to_account_id
