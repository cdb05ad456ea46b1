-- Quote numbers count up for everybody alike, though nobody may read all quotes: T26-000001. A rolled back issue leaves a gap.
create sequence if not exists quote_number;

create or replace function next_quote_number(quoted_on date) returns text
language sql volatile security definer set search_path = public, pg_temp as $$
  select 'T' || to_char(quoted_on, 'YY') || '-' || lpad(n::text, greatest(6, length(n::text)), '0')
  from nextval('quote_number') n
$$;
