-- What a dealer may know of the market: the shares of the newest run in the region of the dealer who asks.
--
-- Printed is only what at least five accounts and at least three people told. That must hold as well for what can be
-- worked out by subtraction: shares of a group add up to 100 %, so whatever is not printed is known as one sum. Hence
-- the brands that may not stand alone go into "other brands" (a row without a brand), and so do the next smallest ones
-- until the others together have five accounts and three sources of their own; if only all brands together have them,
-- the group is left out. With two brands, one of them short, nothing is printed: one share would tell the other.
-- Totals over groups or regions and quantities are never printed, so nothing can be subtracted from them, and shares
-- are rounded to whole percents, so that one more answer between two runs hardly shows.
create or replace function market_digest() returns table (
  product_group_id uuid, brand_id uuid, share numeric, period_from date, period_until date)
language sql stable security definer set search_path = public, pg_temp as $$
  with run as (
    select r.id, r.period_from, r.period_until from market_share_run r
    order by r.period_until desc, r.consolidated_at desc, r.id desc limit 1
  ), told as (
    select e.product_group_id, e.brand_id, e.account_id, e.user_id, e.quantity
    from market_share_evidence e
    join run on run.id = e.run_id
    join dealer d on d.region_id = e.region_id
      and d.id = (select nullif(current_setting('portal.dealer_id', true), '')::uuid)
    where e.quantity > 0
  ), brand as (
    select t.product_group_id, t.brand_id, sum(t.quantity) as quantity, count(distinct t.account_id) as accounts,
      count(distinct t.account_id) < 5 or count(distinct t.user_id) < 3 as small
    from told t group by t.product_group_id, t.brand_id
  ), ranked as (
    select b.*, sum(b.quantity) over (partition by b.product_group_id) as total,
      count(*) filter (where b.small) over (partition by b.product_group_id) as small_ones,
      count(*) over (partition by b.product_group_id) as brands,
      row_number() over (partition by b.product_group_id
        order by b.small desc, b.accounts, b.quantity, b.brand_id) as rank
    from brand b
  ), up_to as (
    select t.product_group_id, r.rank, count(distinct t.account_id) as accounts,
      count(distinct t.user_id) as sources
    from ranked r
    join ranked f on f.product_group_id = r.product_group_id and f.rank <= r.rank
    join told t on t.product_group_id = f.product_group_id and t.brand_id = f.brand_id
    group by t.product_group_id, r.rank
  ), others as (
    select r.product_group_id, case when r.small_ones = 0 then 0 else (
      select min(f.rank) from up_to f
      where f.product_group_id = r.product_group_id and f.rank >= r.small_ones and f.accounts >= 5 and f.sources >= 3
    ) end as last_rank
    from ranked r where r.rank = 1
  )
  select r.product_group_id, case when r.rank > o.last_rank then r.brand_id end,
    round(sum(r.quantity) / max(r.total), 2), run.period_from, run.period_until
  from ranked r
  join others o on o.product_group_id = r.product_group_id and o.last_rank < r.brands
  cross join run
  group by r.product_group_id, case when r.rank > o.last_rank then r.brand_id end, run.period_from, run.period_until
$$;
