"""Orders drafted with no network: the dealer's price stands, both figures stay, and he gets nothing unseen."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from models.base import new_id
from models.dealer import Branch, Dealer
from models.order_draft import OrderDraft, OrderDraftLine
from models.order_draft.drafting import take
from models.order_draft.queries import get_order_draft
from models.price import Discount, PriceList, PriceListEntry
from models.product import Product
from models.session import Database
from models.sync.audit import audit_feed
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

OPEN = uuid4()


@pytest.fixture
def product(cast: Cast, system_database: Database) -> UUID:
    """The product of the cast, at 100 TRY in the open list."""
    with system_database.transaction(SYSTEM) as db:
        product = db.scalars(select(Product)).one()
        db.add(PriceList(id=OPEN, code="TR", name="Turkey", currency="TRY"))
        db.flush()
        db.add(
            PriceListEntry(price_list_id=OPEN, product_id=product.id, price=Decimal(100), valid_from=date(2020, 1, 1))
        )
        return product.id


@pytest.fixture
def dealer(cast: Cast, system_database: Database) -> UUID:
    """A dealer of the rep's territory who pays a tenth less."""
    with system_database.transaction(SYSTEM) as db:
        dealer = Dealer(id=new_id(), code="D1", name="Kordon", territory_id=cast.ege, region_id=cast.region)
        db.add(dealer)
        db.flush()
        db.add(Discount(dealer_id=dealer.id, percent=Decimal(10), valid_from=date(2020, 1, 1)))
        return dealer.id


def draft(cast: Cast, dealer: UUID, product: UUID, price: str = "100", **more: Any) -> dict[str, Any]:
    """Ten units, as the laptop writes it."""
    line = {"product_id": str(product), "quantity": "10", "price": price}
    return {"account_id": str(cast.account), "dealer_id": str(dealer), "currency": "TRY", "lines": [line]} | more


def raise_price(system_database: Database, price: int) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(PriceListEntry).values(price=Decimal(price)))


def test_draft_is_priced_for_its_dealer_once_and_reaches_only_the_reps_territory(
    rep: Client, rep2: Client, cast: Cast, dealer: UUID, product: UUID, system_database: Database
) -> None:
    rep.pull()
    op = rep.op("order_draft", "create", draft(cast, dealer, product, note="Perşembe"))
    again = rep.op("order_draft", "create", draft(cast, dealer, product, "1"), op["id"])
    assert [each["verdict"] for each in rep.push(op, again)] == ["applied", "merged"]
    rep.pull()
    rep2.pull()
    record = rep.record("order_draft", op["id"])
    (line,) = record["lines"]
    assert (line["drafted_price"], line["price"], line["code"], line["amount"]) == ("100", "90", "P1", "900")
    assert (record["status"], record["amount"], record["customer_name"]) == ("drafted", "900", "Ege Tersane")
    assert (record["dealer_name"], record["note"]) == ("Kordon", "Perşembe")
    assert rep2.record("order_draft", op["id"]) is None
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_draft_is_written_anew_until_the_dealer_has_it(
    rep: Client, cast: Cast, dealer: UUID, product: UUID, system_database: Database
) -> None:
    op = rep.op("order_draft", "create", draft(cast, dealer, product))
    five = [{"product_id": str(product), "quantity": "5", "price": "90"}]
    anew = {"dealer_id": str(dealer), "currency": "TRY", "note": None, "lines": five}
    rewrite = rep.op("order_draft", "patch", anew, op["id"])
    gone = rep.op("order_draft", "patch", {"status": "discarded"}, op["id"])
    back = rep.op("order_draft", "patch", {"status": "drafted"}, op["id"])
    propose = rep.op("order_draft", "patch", {"status": "proposed", "amount": "450.00"}, op["id"])
    twice = rep.op("order_draft", "patch", {"status": "proposed", "amount": "450.00"}, op["id"])
    late = rep.op("order_draft", "patch", anew, op["id"])
    too_late = rep.op("order_draft", "patch", {"status": "discarded"}, op["id"])
    verdicts = [each["verdict"] for each in rep.push(op, rewrite, gone, back, propose, twice, late, too_late)]
    assert verdicts == ["applied"] * 6 + ["needs_fix"] * 2
    with system_database.open(SYSTEM) as db:
        kept = get_order_draft(db, UUID(op["id"]))
        assert (kept.status, str(kept.amount), len(kept.lines)) == ("proposed", "450.00", 1)
        assert (kept.rep_name, kept.drafted_amount, kept.differences) == ("Ayşe Yılmaz", Decimal("450.00"), [])


def test_price_that_changed_late_stops_the_proposal_and_is_shown(
    rep: Client, cast: Cast, dealer: UUID, product: UUID, system_database: Database
) -> None:
    op = rep.op("order_draft", "create", draft(cast, dealer, product))
    rep.push(op)
    raise_price(system_database, 120)
    early = rep.op("order_draft", "patch", {"status": "proposed", "amount": "900"}, op["id"])
    (result,) = rep.push(early)
    assert (result["verdict"], result["message"]["params"]) == ("needs_fix", {"amount": "1080.00", "currency": "TRY"})
    rep.pull()
    record = rep.record("order_draft", op["id"])
    assert (record["status"], record["amount"], record["lines"][0]["drafted_price"]) == ("drafted", "1080", "100")
    (result,) = rep.push(rep.op("order_draft", "patch", {"status": "proposed", "amount": "1080.00"}, op["id"]))
    assert result["verdict"] == "applied"
    raise_price(system_database, 130)
    with system_database.transaction(SYSTEM) as db:
        take(db, get_order_draft(db, UUID(op["id"])), " S-17 ")
    rep.pull()
    record = rep.record("order_draft", op["id"])
    assert (record["status"], record["order_number"], record["amount"]) == ("ordered", "S-17", "1080")
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_what_cannot_be_drafted_is_kept_on_the_laptop_and_leaves_nothing_behind(
    database: Database, rep: Client, rep2: Client, cast: Cast, dealer: UUID, product: UUID
) -> None:
    results = rep.push(
        rep.op("order_draft", "create", draft(cast, dealer, product, lines=[])),
        rep.op("order_draft", "create", draft(cast, dealer, uuid4())),
        rep.op("order_draft", "create", draft(cast, uuid4(), product)),
        rep.op("order_draft", "create", draft(cast, dealer, product, account_id=None)),
        rep.op("order_draft", "patch", {"status": "proposed", "amount": "1"}),
        rep.op("order_draft", "patch", {"dealer_id": None}),
    )
    assert [each["verdict"] for each in results] == ["needs_fix"] * 3 + ["applied"] + ["needs_fix"] * 2
    (foreign,) = rep2.push(rep2.op("order_draft", "create", draft(cast, dealer, product)))
    assert foreign["verdict"] == "out_of_scope"
    with database.open(cast.principal("rep")) as db:
        assert db.scalars(select(OrderDraft.amount)).all() == [Decimal(900)]
        assert len(db.scalars(select(OrderDraftLine)).all()) == 1


def test_dealer_who_buys_in_another_currency_is_priced_in_it(
    rep: Client, cast: Cast, dealer: UUID, product: UUID, system_database: Database
) -> None:
    own = new_id()
    with system_database.transaction(SYSTEM) as db:
        db.add(PriceList(id=own, code="D1", name="Kordon", currency="EUR", dealer_id=dealer))
        db.flush()
        db.add(PriceListEntry(price_list_id=own, product_id=product, price=Decimal(3), valid_from=date(2020, 1, 1)))
    op = rep.op("order_draft", "create", draft(cast, dealer, product))
    rep.push(op)
    rep.pull()
    record = rep.record("order_draft", op["id"])
    assert (record["amount"], record["currency"], record["drafted_currency"]) == ("27", "EUR", "TRY")


def test_dealers_branches_come_down_with_him_and_when_they_move(
    rep: Client, cast: Cast, dealer: UUID, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.add(Branch(dealer_id=dealer, name="Merkez", town="İzmir", latitude=38.42, longitude=27.14))
    rep.pull()
    branch = {"town": "İzmir", "latitude": 38.42, "longitude": 27.14}
    assert rep.record("dealer", str(dealer))["branches"] == [branch]
    with system_database.transaction(SYSTEM) as db:
        db.execute(text("update branch set town = 'Manisa'"))
    rep.pull()
    assert rep.record("dealer", str(dealer))["branches"] == [branch | {"town": "Manisa"}]
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []
