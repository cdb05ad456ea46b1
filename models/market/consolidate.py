"""One market share run: the latest brand usage per account, group and brand in a period becomes cells with evidence.

Set-based and deterministic: the same observations give the same cells, whoever runs it and how often. A rerun leaves
the older run alone and makes a new one; readers use the newest. Which observation is the latest is decided by the day
it was made, then by when it arrived, then by its id.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from models.base import new_id, now
from models.errors import N_, Refused
from models.market.run import MarketShareRun
from models.market.shares import FRESH_DAYS, Node, members_of_totals
from models.product import ProductGroup
from models.session import Session

_LOGGED = text("""
select product_group_id from brand_usage where observed_on between :period_from and :period_until
union select product_group_id from potential where observed_on between :period_from and :period_until
""")

# The run and its evidence are one statement: the evidence tells the run's counts, and a run never changes.
_RUN = text("""
with latest as materialized (
  select distinct on (account_id, product_group_id, brand_id) *
  from brand_usage
  where observed_on between :period_from and :period_until
  order by account_id, product_group_id, brand_id, observed_on desc, created_at desc, id desc
), run as (
  insert into market_share_run (id, period_from, period_until, consolidated_at, parameters, accounts, usages)
  select :run_id, :period_from, :period_until, :consolidated_at, :parameters, count(distinct account_id), count(*)
  from latest
)
insert into market_share_evidence
  (id, run_id, product_group_id, region_id, brand_id, account_id, visit_id, user_id, quantity, observed_on)
select gen_random_uuid(), :run_id, product_group_id, region_id, brand_id, account_id, visit_id, user_id, quantity,
  observed_on
from latest
""").bindparams(bindparam("parameters", type_=JSONB))

# `counted` says which groups' observations make up each group's cells: itself, or for a total all its members. Every
# region has a total for every group, also where nobody told anything: that is what the coverage shows.
_CELLS = text("""
with counted as (
  select * from unnest(cast(:targets as uuid[]), cast(:members as uuid[]), cast(:rolled_up as bool[]))
    as counted (target_id, product_group_id, rolled_up)
), usage as (
  select c.target_id, c.rolled_up, e.region_id, e.brand_id, e.account_id, e.user_id, e.quantity, e.observed_on
  from market_share_evidence e join counted c using (product_group_id)
  where e.run_id = :run_id
), latest_potential as (
  select distinct on (account_id, product_group_id) account_id, product_group_id, region_id, quantity
  from potential
  where observed_on between :period_from and :period_until
  order by account_id, product_group_id, observed_on desc, created_at desc, id desc
), told as (
  select target_id, rolled_up, region_id, account_id, sum(used) as used, sum(needed) as needed,
    max(observed_on) as latest_on
  from (
    select target_id, rolled_up, region_id, account_id, quantity as used, cast(null as numeric) as needed, observed_on
    from usage
    union all
    select c.target_id, c.rolled_up, p.region_id, p.account_id, null, p.quantity, null
    from latest_potential p join counted c using (product_group_id)
  ) said
  group by target_id, rolled_up, region_id, account_id
), answer as (
  select target_id, rolled_up, region_id, sum(used) as quantity, count(used) as accounts,
    count(*) filter (where latest_on >= cast(:period_until as date) - cast(:fresh_days as int)) as fresh_accounts,
    sum(needed) as potential, sum(used) filter (where needed is not null) as explained, max(latest_on) as latest_on
  from told group by target_id, rolled_up, region_id
), source as (
  select target_id, rolled_up, region_id, count(distinct user_id) as people
  from usage group by target_id, rolled_up, region_id
), known as (
  select region_id, count(*) as accounts from account group by region_id
), total as (
  insert into market_total (id, run_id, product_group_id, region_id, rolled_up, quantity, accounts, fresh_accounts,
    known_accounts, sources, potential, explained, latest_on)
  select gen_random_uuid(), :run_id, target_id, region_id, rolled_up, coalesce(answer.quantity, 0),
    coalesce(answer.accounts, 0), coalesce(answer.fresh_accounts, 0), known.accounts, coalesce(source.people, 0),
    coalesce(answer.potential, 0), coalesce(answer.explained, 0), answer.latest_on
  from (select distinct target_id, rolled_up from counted) target cross join known
  left join answer using (target_id, rolled_up, region_id)
  left join source using (target_id, rolled_up, region_id)
  returning product_group_id as target_id, rolled_up, region_id, quantity
)
insert into market_share
  (id, run_id, product_group_id, region_id, brand_id, rolled_up, quantity, total, accounts, sources, latest_on)
select gen_random_uuid(), :run_id, u.target_id, u.region_id, u.brand_id, u.rolled_up, sum(u.quantity), t.quantity,
  count(distinct u.account_id), count(distinct u.user_id), max(u.observed_on)
from usage u join total t using (target_id, rolled_up, region_id)
where u.quantity > 0
group by u.target_id, u.region_id, u.brand_id, u.rolled_up, t.quantity
""")


def consolidate(db: Session, period_from: date, period_until: date, *, at: datetime | None = None) -> MarketShareRun:
    """Make a new run over the observations of a period, both days included. Needs the system's principal.

    `at` is when it counts as made: now, except where a world with a past is built.
    """
    if period_until < period_from:
        raise Refused(N_("The period ends before it begins."))
    db.flush()
    period = {"period_from": period_from, "period_until": period_until}
    logged = set(db.execute(_LOGGED, period).scalars())
    members = members_of_totals(_tree(db), logged)
    run = {"run_id": new_id(), "fresh_days": FRESH_DAYS, **period, **_counted(logged, members)}
    parameters = {
        "fresh_days": FRESH_DAYS,
        "members": {str(group): [str(member) for member in all_of] for group, all_of in members.items()},
    }
    db.execute(_RUN, {**run, "consolidated_at": at or now(), "parameters": parameters})
    db.execute(_CELLS, run)
    return db.get_one(MarketShareRun, run["run_id"])


def _tree(db: Session) -> list[Node]:
    query = select(ProductGroup.id, ProductGroup.parent_id, ProductGroup.base_unit)
    return [Node(*row) for row in db.execute(query)]


def _counted(logged: set[UUID], members: dict[UUID, list[UUID]]) -> dict[str, Any]:
    """Three columns of one table: target group, group whose observations count for it, whether as part of a total."""
    rows = [(group, group, False) for group in sorted(logged)]
    rows += [(target, member, True) for target, all_of in members.items() for member in all_of]
    return {
        "targets": [target for target, _, _ in rows],
        "members": [member for _, member, _ in rows],
        "rolled_up": [rolled_up for _, _, rolled_up in rows],
    }
