-- The principal's ids as row policies read them. After a transaction the settings come back as '', not null.
create or replace function portal_id(name text) returns uuid language sql stable parallel safe as
  $$ select nullif(current_setting(name, true), '')::uuid $$;

create or replace function portal_ids(name text) returns uuid[] language sql stable parallel safe as
  $$ select coalesce(nullif(current_setting(name, true), ''), '{}')::uuid[] $$;
