-- Lead numbers count up for everybody alike, though nobody but head office may read all leads: L26-000001 and so on, one
-- after the largest of the year, however that one came in. The lock holds until the lead is committed.
create or replace function next_lead_number(received_on date) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  prefix text := 'L' || to_char(received_on, 'YY') || '-';
  largest text;
begin
  perform pg_advisory_xact_lock(1818583396);
  select number into largest from lead
    where number >= prefix || '0' and number < prefix || ':' and number ~ ('^' || prefix || '[0-9]{6}$')
    order by number desc limit 1;
  return prefix || lpad((coalesce(substr(largest, 5)::int, 0) + 1)::text, 6, '0');
end $$;
