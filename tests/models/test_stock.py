"""The stock list and its prices: searching, filtering, honest totals, and what they cost."""

from datetime import timedelta
from types import ModuleType

import pytest

from models.price import currency_of, price_products
from models.pricing import DealerPrice
from models.product_tree import load_groups
from models.session import Session
from models.stock import StockFilter, Warehouse, list_levels, list_standards, list_stock
from tests.factories import add_product, add_stock
from tests.models.conftest import Opener, counted
from tests.world import NOON, TODAY, amount, days, ident


@pytest.fixture
def catalogue(world: ModuleType, system: Session) -> None:
    """Products beside the cast's own E7018-325."""
    add_product(system, "SG2-08", "Gazaltı teli SG2 0,8 mm", group="consumables", stock="0", price="41.50")
    add_product(system, "E6013-25", "Rutil ELEKTROD İnce 2,50 mm", group="rutile", stock="12.5", price="77")
    add_product(system, "MMA-200", "Kaynak makinesi %100 tam güç", stock=None, standard="EN IEC 60974: 200 A")
    add_product(system, "OLD-1", "Eski elektrod", stock="3", active=False)
    system.commit()


def codes(db: Session, **wanted: object) -> list[str]:
    return [row.code for row in list_stock(db, StockFilter(**wanted))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("", ["E6013-25", "E7018-325", "MMA-200", "SG2-08"]),
        ("elektrod", ["E6013-25", "E7018-325"]),
        ("ELEKTROD ince", ["E6013-25"]),
        ("ınce", ["E6013-25"]),
        ("gazalti", ["SG2-08"]),
        ("e70", ["E7018-325"]),
        ("25", ["E6013-25", "E7018-325"]),
        ("mm e6", ["E6013-25"]),
        ("%", ["MMA-200"]),
        ("_", []),
        ("nothing like it", []),
    ],
)
def test_search_folds_and_takes_words_as_they_are(acting: Opener, catalogue: None, q: str, expected: list[str]) -> None:
    with acting("ayse") as db:
        assert codes(db, q=q) == expected


def test_what_begins_with_the_search_comes_first(acting: Opener, catalogue: None, system: Session) -> None:
    add_product(system, "A-SG2", "Torç for SG2")
    system.commit()
    with acting("ayse") as db:
        assert codes(db, q="sg2") == ["SG2-08", "A-SG2"]


def test_filters_narrow_together(acting: Opener, catalogue: None) -> None:
    with acting("ayse") as db:
        assert codes(db, in_stock=True) == ["E6013-25", "E7018-325"]
        assert codes(db, group_ids=load_groups(db).subtree(ident("group.rutile"))) == ["E6013-25"]
        assert codes(db, group_ids=load_groups(db).subtree(ident("group.consumables")), in_stock=True, q="bazik") == [
            "E7018-325"
        ]
        assert list_standards(db) == ["EN IEC 60974", "EN ISO 2560-A"]
        assert codes(db, standard="EN ISO 2560-A") == ["E7018-325"]


def test_sorting_and_paging(acting: Opener, catalogue: None) -> None:
    with acting("ayse") as db:
        assert codes(db, sort="stock", descending=True)[:2] == ["E7018-325", "E6013-25"]
        assert codes(db, sort="name")[0] == "E7018-325"
        assert codes(db, limit=2, offset=1) == ["E7018-325", "MMA-200"]


def test_a_total_is_as_old_as_its_oldest_part(acting: Opener, catalogue: None, system: Session) -> None:
    system.add(Warehouse(id=ident("warehouse.izmir"), code="izmir", name="İzmir"))
    product = add_product(system, "TWO", "Two warehouses", stock="5", price="1")
    later = {"expected_quantity": 7, "expected_on": TODAY + days(3)}
    add_stock(system, product, "2.5", "izmir", as_of=NOON - timedelta(hours=30), source="count", **later)
    system.commit()
    with acting("ayse") as db:
        (row,) = list_stock(db, StockFilter(q="two"))
        assert (row.quantity, row.as_of, row.source) == (amount("7.5"), NOON - timedelta(hours=30), "count, erp")
        assert (row.expected_quantity, row.expected_on) == (amount("7"), TODAY + days(3))
        assert [level.warehouse.name for level in list_levels(db, product.id)] == ["Gebze", "İzmir"]


def test_what_nobody_counted_is_unknown_and_not_nothing(acting: Opener, catalogue: None) -> None:
    with acting("ayse") as db:
        (unknown,) = list_stock(db, StockFilter(q="mma"))
        (empty,) = list_stock(db, StockFilter(q="sg2"))
    assert (unknown.quantity, unknown.as_of) == (None, None)
    assert (empty.quantity, empty.as_of) == (amount("0"), NOON)


def prices(db: Session, dealer: str | None) -> dict[str, DealerPrice]:
    rows = list_stock(db, StockFilter())
    products = {row.product_id: row.group_id for row in rows}
    found = price_products(db, load_groups(db), products, dealer and ident(f"dealer.{dealer}"), TODAY)  # type: ignore[arg-type]
    return {row.code: found[row.product_id] for row in rows if row.product_id in found}


def test_a_dealer_pays_by_his_own_list_and_his_discount(acting: Opener, catalogue: None) -> None:
    with acting("ayse") as db:
        found = prices(db, "kordon")
    assert {code: str(price.price) for code, price in found.items()} == {
        "E7018-325": "455.40",
        "E6013-25": "70.84",
        "SG2-08": "38.18",
    }
    why = found["E7018-325"]
    assert why.listed.own
    assert why.open_price
    assert why.open_price.price == 520
    assert why.discount
    assert (why.discount.group_name, why.discount.percent) == ("Welding consumables", amount("8"))


@pytest.mark.parametrize("name", ["cem", "filiz", "hale"])
def test_without_a_dealer_the_price_is_the_list_price(acting: Opener, catalogue: None, name: str) -> None:
    with acting(name) as db:
        found = prices(db, None)
    assert found["E7018-325"].price == 520
    assert found["E7018-325"].discount is None


def test_asking_for_another_dealers_price_tells_nothing_of_his(acting: Opener, catalogue: None) -> None:
    with acting("burak") as db:
        assert prices(db, "kordon")["E7018-325"].price == 520


def test_the_currency_in_which_a_dealer_buys(acting: Opener, world: ModuleType) -> None:
    with acting("ayse") as db:
        assert currency_of(db, ident("dealer.kordon"), TODAY) == "TRY"
        assert currency_of(db, None, TODAY - days(500)) is None


def test_a_page_costs_the_same_at_3_and_at_30_products(acting: Opener, world: ModuleType, system: Session) -> None:
    costs = []
    for code in ("A", "B"):
        for number in range(2 if code == "A" else 27):
            add_product(system, f"{code}{number}", "Elektrod", stock="1", price="9")
        system.commit()
        with acting("ayse") as db:
            costs.append(counted(db, lambda db=db: prices(db, "kordon")))  # type: ignore[misc]
    assert costs[0] == costs[1] <= 5
