"""What an account's page tells of competitors and suppliers."""

from collections.abc import Callable
from types import ModuleType

from models.access import Principal
from models.account import Account
from models.dealer import Dealer
from models.market.supply import SupplyLink
from models.product import Brand
from models.session import Database
from tests.portal.conftest import Browser
from tests.world import TODAY, ident

SignedIn = Callable[[str], Browser]
SYSTEM = Principal.system("test")


def test_manager_reads_what_competitors_did_and_who_supplies(
    world: ModuleType, as_user: SignedIn, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        account, dealer = db.get_one(Account, ident("account.gemi")), db.get_one(Dealer, ident("dealer.kordon"))
        place = {"account": account, "territory_id": account.territory_id, "region_id": account.region_id}
        ours = db.get_one(Brand, ident("brand.ours"))
        db.add(SupplyLink(**place, brand=ours, dealer=dealer, observed_on=TODAY))
        gone = SupplyLink(**place, brand=ours, supplier="Eski Ticaret", observed_on=TODAY, ended_on=TODAY)
        db.add(gone)
        name = dealer.name
    page = as_user("manager@example.com").get(f"/accounts/{ident('account.gemi')}").text
    assert "Ücretsiz deneme dağıttılar." in page
    assert page.index(name) < page.index("Kıvılcım Kaynak Ltd."), "our brands come first"
    assert "Eski Ticaret" not in page


def test_account_page_says_where_such_things_come_from(
    world: ModuleType, as_user: SignedIn, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        home = db.get_one(Account, ident("account.gemi"))
        bare = Account(name="Yeni Hesap", territory_id=home.territory_id, region_id=home.region_id)
        db.add(bare)
        db.flush()
        address = f"/accounts/{bare.id}"
    page = as_user("manager@example.com").get(address).text
    assert "Nothing heard yet" in page
    assert "Reps note in the field app from whom an account buys." in page
