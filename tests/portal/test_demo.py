"""The demo world: complete, alive on its day, the same each time, and all in the past but what is planned."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, Table, Uuid, create_engine, select, text
from sqlalchemy.pool import NullPool

from models.access import Principal
from models.lead import DECLINE_REASONS
from models.price import Discount, PriceList, PriceListEntry
from models.pricing import DiscountRule, ListedPrice, dealer_price, discounted
from models.product_tree import load_groups
from models.session import Database
from models.tables import metadata
from models.user.sign_in import WrongPassword, sign_in
from portal.cli import main
from portal.demo.people import PASSWORD, SIGN_INS
from portal.demo.scene import SMALL, WHOLE
from portal.demo.world import build
from tests.postgres import ROOT, Postgres

DAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 1, 21, tzinfo=UTC)
"""When the anchor day begins in Turkey."""
AHEAD = {"answer_due_at", "next_attempt_at", "effective_at"}
"""What may lie ahead, beside dates."""
BY_TRIGGERS = {"event", "bucket", "feed", "feed_pending", "feed_tx", "sync_epoch"}
MADE_NOW = {"created_at", "password_hash", "requested_at", "next_attempt_at"}
"""Columns that tell of the building and not of the world."""


def portal(postgres: Postgres, name: str, *arguments: str) -> Result:
    """`portal …` on a database."""
    environment = {"DATABASE_URL": postgres.admin_url(name), "PORTAL_DATA_DIR": str(postgres.folder)}
    return CliRunner().invoke(main, arguments, env=environment)


def sources() -> str:
    """A hash of what the world is made of."""
    paths = sorted(path for path in (ROOT / "portal/demo").rglob("*") if path.suffix in {".py", ".csv", ".toml"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:8]


@pytest.fixture(scope="module")
def demo_name(postgres: Postgres) -> Iterator[str]:
    """A database with the whole world, for this module to read and to sign in to."""
    template = f"demo_{sources()}"

    def fill() -> None:
        database = postgres.open(template, "jobs")
        with database.transaction(Principal.system("test")) as db:
            build(db, DAY, WHOLE)
        database.close()

    name = postgres.clone(postgres.template(template, fill))
    yield name
    postgres.drop(name)


@pytest.fixture(scope="module")
def demo(postgres: Postgres, demo_name: str) -> Iterator[Connection]:
    """The whole world as its superuser sees it."""
    engine = create_engine(postgres.admin_url(demo_name), poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="module")
def demo_web(postgres: Postgres, demo_name: str) -> Iterator[Database]:
    """The whole world as the web's login sees it."""
    database = postgres.open(demo_name, "web")
    yield database
    database.close()


def one(connection: Connection, query: str, **values: Any) -> Any:
    """The one value of a query."""
    return connection.execute(text(query), values).scalar_one()


COUNTS = {
    "region": 7,
    "territory": 24,
    "province": 81,
    "dealer": 120,
    "account": 2_000,
    "product": 400,
    "brand where not ours": 5,
    "brand where ours": 1,
    "\"user\" where role = 'rep' and active": 20,
    "\"user\" where role = 'manager'": 7,
}


@pytest.mark.parametrize("what", COUNTS)
def test_world_has_as_many(demo: Connection, what: str) -> None:
    assert one(demo, f"select count(*) from {what}") == COUNTS[what]


def test_a_year_of_business_is_there(demo: Connection) -> None:
    for table, column in (
        ('"order"', "placed_at"),
        ("visit", "happened_at"),
        ("lead", "received_at"),
        ("quote", "quoted_on"),
    ):
        months = one(demo, f"select count(distinct date_trunc('month', {column})) from {table}")
        assert months >= 12, table


def test_no_table_that_people_see_is_empty(demo: Connection) -> None:
    empty = {name for name in metadata.tables if not one(demo, f'select exists (select from "{name}")')}
    assert empty <= {
        *("decision", "notice", "account_move", "catalogue_snapshot"),
        *("row_history", "feed_pending", "feed_tx", "outbox_mail", "device_key", "field_policy"),
        *("check_in", "position_consent"),  # nobody in the demo agreed to it
        *("job_run", "user_session", "sign_in_attempt", "invitation", "import_run", "import_piece", "import_progress"),
    }


def test_accounts_and_dealers_lie_in_the_territory_of_their_province(demo: Connection) -> None:
    stray = "select count(*) from account a left join province p on p.id = a.province_id where"
    assert one(demo, f"{stray} (a.territory_id, a.region_id) is distinct from (p.territory_id, p.region_id)") == 0
    dealers = (
        "select count(*) from dealer d join branch b on b.dealer_id = d.id join province p on p.id = b.province_id"
    )
    assert one(demo, f"{dealers} where d.territory_id <> p.territory_id") == 0
    assert (
        one(demo, "select count(*) from dealer d where not exists (select from branch b where b.dealer_id = d.id)") == 0
    )


def test_every_territory_is_held_by_one_rep_and_some_changed_hands(demo: Connection) -> None:
    held = "select count(distinct territory_id) from territory_assignment where held_until is null"
    assert one(demo, held) == COUNTS["territory"]
    assert one(demo, "select count(*) from territory_assignment where held_until is not null") >= 4


def test_visits_were_made_by_whoever_held_the_territory(demo: Connection) -> None:
    wrong = """
        select count(*) from visit v where status = 'completed' and not exists (
          select from territory_assignment a where a.territory_id = v.territory_id and a.user_id = v.user_id
          and v.happened_at >= a.held_from and (a.held_until is null or v.happened_at < a.held_until))"""
    assert one(demo, wrong) == 0


def test_nothing_has_happened_yet_that_lies_ahead(demo: Connection) -> None:
    late = []
    for table in metadata.sorted_tables:
        for column in table.columns:
            moments = str(column.type) == "TIMESTAMP" and not column.computed
            if moments and table.name not in BY_TRIGGERS and column.name not in AHEAD | MADE_NOW:
                newest = one(demo, f'select max("{column.name}") from "{table.name}"')
                late += [f"{table.name}.{column.name} {newest}"] if newest and newest > MIDNIGHT else []
    assert late == []


def test_prices_on_order_lines_are_those_of_the_lists(demo: Connection, postgres: Postgres, demo_name: str) -> None:
    """Computed anew by the portal's own arithmetic from what stands in the database."""
    database = postgres.open(demo_name, "jobs")
    with database.open(Principal.system("test")) as db:
        groups = load_groups(db)
        lists = {row.id: row for row in db.scalars(select(PriceList))}
        discounts = list(db.scalars(select(Discount)))
        entries = list(db.scalars(select(PriceListEntry)))
    database.close()
    sample = demo.execute(
        text("""
            select l.price, l.discount_percent, l.amount, l.quantity, o.dealer_id, o.placed_at, o.currency,
              l.product_id, p.product_group_id
            from order_line l join "order" o on o.id = l.order_id join product p on p.id = l.product_id
            order by l.id limit 200""")
    ).all()
    for line in sample:
        listed = [
            ListedPrice(
                of.code, of.name, of.dealer_id is not None, of.currency, each.price, each.valid_from, each.valid_until
            )
            for each in entries
            if each.product_id == line.product_id
            and (of := lists[each.price_list_id]).dealer_id in (None, line.dealer_id)
        ]
        rules = [
            DiscountRule(each.product_group_id, None, each.percent, each.valid_from, each.valid_until)
            for each in discounts
            if each.dealer_id == line.dealer_id
        ]
        day = (line.placed_at + timedelta(hours=3)).date()
        found = dealer_price(listed, rules, groups.lineage(line.product_group_id), day)
        assert found is not None
        assert (found.currency, found.listed.price) == (line.currency, line.price)
        assert found.price == discounted(line.price, line.discount_percent)
        assert line.amount == (found.price * line.quantity).quantize(Decimal("0.01"))


def test_orders_add_up(demo: Connection) -> None:
    wrong = """
        select count(*) from "order" o join (
          select order_id, sum(amount) as amount, count(*) as lines from order_line group by order_id) l
          on l.order_id = o.id
        where (o.amount, o.line_count) is distinct from (l.amount, l.lines)"""
    assert one(demo, wrong) == 0
    assert one(demo, "select count(*) from order_line where shipped_quantity > confirmed_quantity") == 0


def test_our_share_is_believable_and_some_cells_are_thin(demo: Connection) -> None:
    newest = "(select id from market_share_run order by period_until desc limit 1)"
    ours = one(
        demo,
        f"select sum(s.quantity) filter (where b.ours) / sum(s.quantity) from market_share s"
        f" join brand b on b.id = s.brand_id where run_id = {newest} and not rolled_up",
    )
    assert Decimal("0.15") < ours < Decimal("0.5")
    assert one(demo, "select count(*) from market_share_run") >= 4
    assert 5 <= one(demo, f"select count(*) from market_total where run_id = {newest} and accounts < 5") <= 60


def test_no_price_of_a_competitor_is_told(demo: Connection) -> None:
    assert one(demo, "select count(*) from competitor_activity where text ~ '[0-9]|zam|fiyat'") == 0


def test_what_reps_write_is_varied_and_complete(demo: Connection) -> None:
    summaries = "select count(distinct summary) from visit where status = 'completed'"
    assert one(demo, summaries) > one(demo, "select count(*) from visit where status = 'completed'") * 0.5
    assert one(demo, "select count(*) from visit where status = 'completed' and coalesce(summary, '') = ''") == 0
    assert one(demo, "select count(*) from visit where summary ~ '[{}]' or next_steps ~ '[{}]'") == 0


def test_leads_are_in_every_state(demo: Connection) -> None:
    statuses = demo.execute(text("select distinct status from lead")).scalars()
    assert set(statuses) == {"received", "offered", "accepted", "declined", "expired"}
    reasons = set(demo.execute(text("select distinct decline_reason from lead_offer")).scalars()) - {None}
    assert reasons <= set(DECLINE_REASONS)


@pytest.mark.parametrize("name", ["dealer", "dealer2"])
def test_dealer_who_signs_in_has_something_to_do_today(demo: Connection, name: str) -> None:
    dealer = one(demo, 'select dealer_id from "user" where email = :email', email=f"{name}@example.com")
    counting = "select count(*) from lead where dealer_id = :id and status = 'offered' and answer_due_at >= :late"
    assert one(demo, counting, id=dealer, late=MIDNIGHT + timedelta(hours=22)) >= 2
    expiring = (
        "select count(*) from quote where dealer_id = :id and status = 'issued' and valid_until between :a and :b"
    )
    assert one(demo, expiring, id=dealer, a=DAY, b=DAY + timedelta(days=3)) >= 1
    assert one(demo, "select count(*) from quote where dealer_id = :id and quoted_on = :day", id=dealer, day=DAY) >= 1
    proposed = "select count(*) from order_draft where dealer_id = :id and status = 'proposed'"
    assert one(demo, proposed, id=dealer) >= 1
    still_open = "select count(*) from \"order\" where dealer_id = :id and status in ('placed', 'confirmed')"
    assert one(demo, still_open, id=dealer) >= 1


def test_first_dealer_owes_something(demo: Connection) -> None:
    his = "select dealer_id from \"user\" where email = 'dealer@example.com'"
    owes = demo.execute(text(f"select overdue, balance, credit_limit from dealer_credit where id = ({his})")).one()
    assert 0 < owes.overdue < owes.balance < owes.credit_limit


@pytest.mark.parametrize("name", ["rep", "rep2"])
def test_rep_who_signs_in_has_a_day_before_him(demo: Connection, name: str) -> None:
    rep = one(demo, 'select id from "user" where email = :email', email=f"{name}@example.com")
    planned = "select count(*) from visit where user_id = :rep and status = 'planned' and planned_on = :day"
    assert one(demo, planned, rep=rep, day=DAY) >= 4
    overdue = """
        select count(*) from account a join territory_assignment t using (territory_id) where t.user_id = :rep
        and t.held_until is null and a.visit_interval_days is not null and not exists (
          select from visit v where v.account_id = a.id and (v.status = 'planned' or v.happened_at > :now -
            make_interval(days => a.visit_interval_days)))"""
    assert 3 <= one(demo, overdue, rep=rep, now=MIDNIGHT) <= 40
    waiting = """
        select count(*) from comment c join visit v on v.id = c.visit_id where v.user_id = :rep and c.user_id <> :rep
        and c.created_at > coalesce((select read_at from visit_read r where r.visit_id = v.id and r.user_id = :rep),
          '-infinity') and v.happened_at > :since"""
    assert 1 <= one(demo, waiting, rep=rep, since=MIDNIGHT - timedelta(days=90)) <= 12
    assert one(demo, "select count(*) from quote where user_id = :rep and status = 'drafted'", rep=rep) >= 1


@pytest.mark.parametrize("name", ["manager", "manager2"])
def test_manager_who_signs_in_has_visits_to_read(demo: Connection, name: str) -> None:
    user, region = demo.execute(
        text('select id, region_id from "user" where email = :email'), {"email": f"{name}@example.com"}
    ).one()
    unread = """
        select count(*) from visit v where region_id = :region and status = 'completed' and happened_at > :since
        and not exists (select from visit_read r where r.visit_id = v.id and r.user_id = :user)"""
    assert 5 <= one(demo, unread, region=region, user=user, since=MIDNIGHT - timedelta(days=90)) <= 80


@pytest.mark.parametrize("name", SIGN_INS)
def test_everybody_named_signs_in(demo_web: Database, name: str) -> None:
    assert demo_web.resume(sign_in(demo_web, f"{name}@example.com", PASSWORD, "127.0.0.1", "test")) is not None


def test_nobody_signs_in_with_another_password(demo_web: Database) -> None:
    with pytest.raises(WrongPassword):
        sign_in(demo_web, "hq@example.com", "not the password", "127.0.0.1", "test")


def test_a_database_that_holds_something_is_refused(postgres: Postgres, demo_name: str, demo: Connection) -> None:
    before = one(demo, "select count(*) from event")
    refused = portal(postgres, demo_name, "demo")
    assert refused.exit_code == 1
    assert "holds records already" in refused.output
    left_alone = portal(postgres, demo_name, "demo", "--if-empty")
    assert left_alone.exit_code == 0
    assert "dealer@example.com" in left_alone.output
    demo.rollback()
    assert one(demo, "select count(*) from event") == before


def test_a_database_with_one_user_is_refused_and_shows_no_sign_ins(postgres: Postgres, database_name: str) -> None:
    asked = (
        "user",
        "create",
        "--role",
        "hq",
        "--email",
        "a@b.example",
        "--name",
        "Ali",
        "--password",
        "mavi kapı yedi",
    )
    assert portal(postgres, database_name, *asked).exit_code == 0
    assert portal(postgres, database_name, "demo", "--small").exit_code == 1
    left_alone = portal(postgres, database_name, "demo", "--small", "--if-empty")
    assert (left_alone.exit_code, left_alone.output) == (0, "")


def test_same_day_gives_the_same_world(postgres: Postgres, database_name: str) -> None:
    """Once in this process, once by the command in another one, whose sets are shuffled differently."""
    other = postgres.clone()
    environment = os.environ | {"DATABASE_URL": postgres.admin_url(other), "PORTAL_DATA_DIR": str(postgres.folder)}
    command = [sys.executable, "-m", "portal", "demo", "--small", "--day", DAY.isoformat()]
    shuffled = {"PYTHONHASHSEED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment | shuffled, stdout=subprocess.PIPE, text=True) as process:
        database = postgres.open(database_name, "jobs")
        with database.transaction(Principal.system("test")) as db:
            build(db, DAY, SMALL)
        database.close()
        output = process.communicate()[0]
    assert process.returncode == 0, output
    one_world, same = contents(postgres, database_name), contents(postgres, other)
    postgres.drop(other)
    assert sum(map(len, one_world.values())) > 10_000
    assert [name for name, rows in one_world.items() if rows != same[name]] == []


def contents(postgres: Postgres, name: str) -> dict[str, list[str]]:
    """What each table says, in order, leaving out the ids of what the models' own verbs made."""
    engine = create_engine(postgres.admin_url(name), poolclass=NullPool)
    with engine.connect() as connection:
        found = {
            table.name: read(connection, table) for table in metadata.sorted_tables if table.name not in BY_TRIGGERS
        }
    engine.dispose()
    return found


def read(connection: Connection, table: Table) -> list[str]:
    columns = [column for column in table.columns if column.name not in MADE_NOW]
    rows = connection.execute(select(*columns)).mappings()
    return sorted(str([known(column.type, row[column.name]) for column in columns]) for row in rows)


def known(kind: object, value: Any) -> Any:
    """An id that follows from a name is version 5; of the others only that they are there."""
    return value if value is None or not isinstance(kind, Uuid) or value.version == 5 else "an id"


def test_data_files_travel_with_the_package() -> None:
    declared = (ROOT / "pyproject.toml").read_text()
    assert 'portal = ["demo/data/*"' in declared
    assert {path.suffix for path in Path(ROOT / "portal/demo/data").iterdir()} == {".csv", ".toml"}
