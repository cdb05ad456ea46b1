"""Stock and prices on screen: honest, explained, and only as much as somebody may see."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType

import pytest

from models.access import Permission, Principal
from models.product import Product
from models.session import Database
from models.user import User
from tests import world as cast
from tests.factories import add_product
from tests.portal.conftest import Browser, writes

AsUser = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
PRODUCT = f"/stock/{cast.ident('product.e7018')}"


@pytest.fixture
def products(world: ModuleType, system_database: Database) -> Callable[..., None]:
    """Adds a product: `products("SG2-08", "Gazaltı teli", stock="5")`."""

    def add(code: str, name: str, **values: object) -> None:
        with system_database.transaction(Principal.system("set the scene")) as db:
            add_product(db, code, name, **values)  # type: ignore[arg-type]

    return add


def test_a_dealer_reads_his_price_beside_the_list_price(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("dealer@example.com").get("/stock").text
    for shown in ("E7018-325", "455.40", "520.00", "84\N{NO-BREAK SPACE}box", "My price, TRY", "200"):
        assert shown in page
    assert "505" not in page


def test_old_stock_says_so(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("dealer@example.com").get("/stock").text
    assert 'class="stale"' in page
    assert "stale, as of" in page


def test_what_nobody_counted_is_not_called_nothing(as_user: AsUser, products: Callable[..., None]) -> None:
    products("NEW", "Yeni ürün")
    products("GONE", "Biten ürün", stock="0")
    page = as_user("dealer@example.com").get("/stock?q=ürün").text
    assert "not counted" in page
    assert "Out of stock" in page
    assert "Biten" not in as_user("dealer@example.com").get("/stock?q=ürün&available=yes").text


@pytest.mark.parametrize("q", ["BAZİK", "bazik elektrod", "ELEKTROD e7018", "3,25"])
def test_search_folds_turkish_letters(as_user: AsUser, products: Callable[..., None], q: str) -> None:
    products("SG2-08", "Gazaltı teli")
    page = as_user("dealer@example.com").get("/stock", query_string={"q": q}).text
    assert "E7018-325" in page
    assert "SG2-08" not in page


def test_a_group_stands_for_everything_beneath_it(as_user: AsUser, products: Callable[..., None]) -> None:
    products("R-1", "Rutil", group="rutile")
    browser = as_user("dealer@example.com")
    page = browser.get(f"/stock?group={cast.ident('group.consumables')}").text
    assert "R-1" in page
    assert "E7018-325" in page
    assert "Welding consumables" in page
    assert "E7018-325" not in browser.get(f"/stock?group={cast.ident('group.rutile')}").text


def test_the_explanation_names_list_discount_and_day(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("dealer@example.com").get(PRODUCT).text
    for shown in ("Your own price list “kordon”", "8% discount on Welding consumables", "You pay", "Gebze", "520.00"):
        assert shown in page


def test_head_office_reads_list_prices(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("hq@example.com")
    assert "My price" not in browser.get("/stock").text
    assert "520.00" in browser.get("/stock").text
    assert "Open price list “open”" in browser.get(PRODUCT).text


def test_staff_see_stock_and_no_price_until_the_owner_says_so(
    as_user: AsUser, world: ModuleType, system_database: Database
) -> None:
    browser = as_user("staff@example.com")
    for path in ("/stock", PRODUCT, "/stock?export=csv"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "84" in page.text
        for price in ("455.40", "495", "520", "My price", "List price", "Discount"):
            assert price not in page.text
    with system_database.transaction(Principal.system("grant")) as db:
        db.get_one(User, cast.ident("user.mehmet")).grant({Permission.SEE_PRICES})
    assert "455.40" in browser.get("/stock").text


def test_the_panel_is_a_part_of_the_page(as_user: AsUser, world: ModuleType) -> None:
    part = as_user("dealer@example.com").get(PRODUCT, headers={"HX-Request": "true", "HX-Target": "panel"})
    assert "<html" not in part.text
    assert 'id="product"' in part.text
    assert "455.40" in part.text


def test_a_file_holds_price_discount_and_age(as_user: AsUser, products: Callable[..., None]) -> None:
    products("NEW", "Yeni ürün")
    file = as_user("dealer@example.com").get("/stock?export=csv").text
    assert "Code,Name,Product group,Standard,Unit,Pack,Stock,As of,Source,Expected,Expected on,My price" in file
    assert "455.40,8.000,520.0000,TRY" in file
    assert file.count("\n") == 3


def test_an_unknown_product_does_not_exist(as_user: AsUser, world: ModuleType) -> None:
    assert as_user("dealer@example.com").get(f"/stock/{cast.ident('no such product')}").status_code == 404


@pytest.mark.parametrize("email", ["dealer@example.com", "staff@example.com", "hq@example.com"])
def test_a_page_costs_the_same_at_3_and_at_30_products_and_writes_nothing(
    as_user: AsUser, products: Callable[..., None], statements: Statements, email: str
) -> None:
    browser, counts = as_user(email), []
    for part, more in (("a", 2), ("b", 27)):
        for number in range(more):
            products(f"{part}{number}", "Elektrod", stock="1", price="9", standard=f"EN {number}")
        with statements() as sql:
            browser.get("/stock")
        counts.append(len(sql))
        assert writes(sql) == []
    assert counts[0] == counts[1]


def test_a_past_order_is_seen_beside_what_it_would_cost_today(
    as_user: AsUser, products: Callable[..., None], system_database: Database
) -> None:
    products("NEW", "Yeni ürün")
    order = cast.ident("order.kordon")
    browser = as_user("dealer@example.com")
    assert f'href="/stock?order={order}"' in browser.get(f"/orders/{order}").text
    assert f'href="/stock?order={order}"' in browser.get("/desk").text
    page = browser.get(f"/stock?order={order}").text
    for shown in (
        "E7018-325",
        "Ordered then",
        "40\N{NO-BREAK SPACE}box",
        "at TRY\N{NO-BREAK SPACE}455.40",
        "S-kordon-1",
    ):
        assert shown in page
    assert "NEW" not in page
    with system_database.transaction(Principal.system("set the scene")) as db:
        db.get_one(Product, cast.ident("product.e7018")).active = False
    assert "no longer sold: E7018-325" in browser.get(f"/stock?order={order}").text


def test_another_ones_order_narrows_nothing(as_user: AsUser, world: ModuleType) -> None:
    order = cast.ident("order.kordon")
    for email in ("dealer2@example.com", "staff@example.com"):
        page = as_user(email).get(f"/stock?order={order}").text
        assert "S-kordon-1" not in page
        assert "Ordered then" not in page
    assert as_user("dealer@example.com").get("/stock?order=nonsense").status_code == 200
