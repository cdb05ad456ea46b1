"""What dealers may know of the market: nothing that fewer than five accounts or three people told, nor a remainder."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from types import ModuleType

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from models.access import Principal
from models.account import Account
from models.market import BrandUsage
from models.market.consolidate import consolidate
from models.market.digest import read_digest
from models.market.run import MarketShareRun
from models.session import Database
from tests.factories_field import add_account, add_usage
from tests.world import TODAY, days, ident, principals

pytestmark = pytest.mark.usefixtures("world")

SYSTEM = Principal.system("test")
AYSE, BURAK = principals()["ayse"], principals()["burak"]
TELLERS = ("cem", "deniz", "filiz")
MARKET_TABLES = (
    "brand_usage",
    "potential",
    "competitor_activity",
    "visit",
    "comment",
    "market_share_run",
    "market_total",
    "market_share",
    "market_share_evidence",
)

Told = tuple[str, int, str]
"""(brand, quantity, who told): each at an account of its own."""


def tell(system_database: Database, told: Iterable[Told], group: str = "rutile", territory: str = "izmir") -> None:
    """Log it, and consolidate."""
    with system_database.transaction(SYSTEM) as db:
        for number, (brand, quantity, user) in enumerate(told):
            account = add_account(db, f"{group} {territory} {number}", territory)
            add_usage(db, account, quantity, brand, group=group, user=user)
        consolidate(db, TODAY - days(365), TODAY)


def printed(database: Database, dealer: Principal = AYSE) -> dict[str, dict[str | None, Decimal]]:
    """What the digest prints: group code → brand code (None for the others together) → share."""
    with database.open(dealer) as db:
        return {
            group.product_group.code: {share.brand.code if share.brand else None: share.share for share in group.shares}
            for group in read_digest(db).groups
        }


def of(brand: str, count: int, quantity: int = 100, tellers: Iterable[str] = TELLERS) -> list[Told]:
    """A brand at so many accounts, told by people in turn."""
    names = list(tellers)
    return [(brand, quantity, names[number % len(names)]) for number in range(count)]


def test_with_four_accounts_nothing_is_printed(system_database: Database, database: Database) -> None:
    tell(system_database, of("ours", 4))
    assert printed(database) == {}


def test_with_five_accounts_the_share_is_printed(system_database: Database, database: Database) -> None:
    tell(system_database, of("ours", 5))
    assert printed(database) == {"rutile": {"ours": 1}}


def test_with_five_accounts_of_two_people_nothing_is_printed(system_database: Database, database: Database) -> None:
    tell(system_database, of("ours", 5, tellers=TELLERS[:2]))
    assert printed(database) == {}


def test_several_brands_with_enough_accounts_are_all_printed(system_database: Database, database: Database) -> None:
    tell(system_database, [*of("rival", 6, 300), *of("ours", 5, 100), *of("other", 7, 100)])
    assert printed(database) == {"rutile": {"ours": Decimal("0.17"), "rival": Decimal("0.6"), "other": Decimal("0.23")}}


@pytest.mark.parametrize("small", [1, 4])
def test_one_small_brand_cannot_be_read_from_the_rest_of_two(
    system_database: Database, database: Database, small: int
) -> None:
    tell(system_database, [*of("ours", 9), *of("rival", small)])
    assert printed(database) == {}


def test_a_small_brand_is_joined_to_the_next_smallest(system_database: Database, database: Database) -> None:
    tell(system_database, [*of("ours", 9), *of("rival", 4), *of("other", 5, 60)])
    assert printed(database) == {"rutile": {"ours": Decimal("0.56"), None: Decimal("0.44")}}


def test_two_small_brands_are_printed_together_only_if_five_accounts_told_of_them(
    system_database: Database, database: Database
) -> None:
    tell(system_database, [*of("ours", 9), *of("rival", 2), *of("other", 2)])
    assert printed(database) == {}
    tell(system_database, of("other", 1, tellers=["filiz"]), territory="manisa")
    assert printed(database) == {"rutile": {"ours": Decimal("0.64"), None: Decimal("0.36")}}


def test_an_account_that_uses_two_small_brands_counts_once(system_database: Database, database: Database) -> None:
    tell(system_database, [*of("ours", 9), *of("rival", 4)])
    with system_database.transaction(SYSTEM) as db:
        used = select(BrandUsage.account_id).where(BrandUsage.brand_id == ident("brand.rival"))
        for account in db.scalars(select(Account).where(Account.id.in_(used), Account.name.like("rutile%"))).all():
            add_usage(db, account, 50, "other", group="rutile", user="filiz")
        consolidate(db, TODAY - days(365), TODAY)
    # Four accounts with two brands each are eight observations, yet four accounts.
    assert printed(database) == {}


def test_a_brand_given_up_is_no_account_of_its_cell(system_database: Database, database: Database) -> None:
    tell(system_database, [*of("ours", 4), *of("ours", 1, 0)])
    assert printed(database) == {}


def test_no_total_is_printed_from_which_a_small_group_could_be_subtracted(
    system_database: Database, database: Database
) -> None:
    tell(system_database, of("ours", 6), "rutile")
    tell(system_database, of("rival", 1), "consumables", "manisa")
    # The total of consumables has seven accounts; less the six of rutile it would tell what the seventh uses.
    assert printed(database) == {"rutile": {"ours": 1}}


def test_a_dealer_reads_the_digest_of_his_own_region(system_database: Database, database: Database) -> None:
    tell(system_database, of("ours", 5))
    tell(system_database, of("rival", 5, tellers=["ece", "gokhan", "hale"]), territory="istanbul")
    assert printed(database) == {"rutile": {"ours": 1}}
    assert printed(database, BURAK) == {"rutile": {"rival": 1}}


def test_the_newest_run_is_told_with_its_period(system_database: Database, database: Database) -> None:
    tell(system_database, of("ours", 5))
    with database.open(AYSE) as db:
        digest = read_digest(db)
    assert (digest.period_from, digest.period_until) == (TODAY - days(365), TODAY)


@pytest.mark.parametrize("name", ["ayse", "mehmet", "burak"])
@pytest.mark.parametrize("table", MARKET_TABLES)
def test_a_dealer_reads_no_market_table(database: Database, world: ModuleType, name: str, table: str) -> None:
    with database.open(world.principals()[name]) as db, pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(text(f'select * from "{table}"'))  # noqa: S608 - names of our own tables


@pytest.mark.parametrize("name", ["cem", "filiz", "gokhan", "hale"])
def test_only_dealers_call_the_digest(database: Database, world: ModuleType, name: str) -> None:
    with database.open(world.principals()[name]) as db, pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(text("select * from market_digest()"))


def test_a_session_without_a_dealer_is_told_nothing(system_database: Database, database: Database) -> None:
    tell(system_database, of("ours", 5))
    with database.open(AYSE) as db:
        assert db.execute(text("select count(*) from market_digest()")).scalar_one() == 1
        db.execute(text("select set_config('portal.dealer_id', '', true)"))
        assert db.execute(text("select count(*) from market_digest()")).scalar_one() == 0
    with database.open(None) as db, pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(text("select * from market_digest()"))


def test_before_the_first_run_the_digest_is_empty(system_database: Database, database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        for run in db.scalars(select(MarketShareRun)).all():
            db.delete(run)
    with database.open(AYSE) as db:
        digest = read_digest(db)
    assert (digest.groups, digest.period_until) == ([], None)
