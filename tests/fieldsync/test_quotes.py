"""Quotes drafted with no network: the server's price stands, both figures stay, and nothing is issued unseen."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from models.base import now
from models.dealer import Dealer
from models.errors import Refused
from models.price import PriceList, PriceListEntry
from models.product import Product
from models.quote import Quote
from models.quote.drafting import issue
from models.quote.queries import get_quote
from models.quote.repricing import agree
from models.session import Database
from models.sync.audit import audit_feed
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

OPEN, OWN = uuid4(), uuid4()


@pytest.fixture
def product(cast: Cast, system_database: Database) -> UUID:
    """The product of the cast, at 100 TRY in the open list."""
    with system_database.transaction(SYSTEM) as db:
        product = db.scalars(select(Product)).one()
        db.add(PriceList(id=OPEN, code="TR", name="Turkey", currency="TRY"))
        db.flush()
        db.add(_entry(OPEN, product.id, "100"))
        return product.id


def _entry(price_list: UUID, product: UUID, price: str) -> PriceListEntry:
    return PriceListEntry(
        price_list_id=price_list, product_id=product, price=Decimal(price), valid_from=date(2020, 1, 1)
    )


def draft(cast: Cast, product: UUID, price: str = "100", **more: Any) -> dict[str, Any]:
    """Ten units less five percent, as the laptop writes it."""
    line = {"product_id": str(product), "quantity": "10", "price": price, "discount_percent": "5"}
    return {"account_id": str(cast.account), "currency": "TRY", "locale": "tr", "lines": [line]} | more


def prices(client: Client) -> list[str]:
    """The prices that a client holds."""
    held = (entry for rows in client.held.values() for entry in rows.items())
    return [record["price"] for (kind, _), (_, record) in held if kind == "price"]


def test_open_prices_come_down_and_those_of_one_dealer_do_not(
    rep: Client, cast: Cast, product: UUID, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        dealer = Dealer(code="D1", name="Kordon", territory_id=cast.ege, region_id=cast.region)
        db.add(dealer)
        db.flush()
        db.add(PriceList(id=OWN, code="D1", name="Kordon", currency="TRY", dealer_id=dealer.id))
        db.flush()
        db.add(_entry(OWN, product, "80"))
    rep.pull()
    assert prices(rep) == ["100"]
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(PriceListEntry).where(PriceListEntry.price_list_id == OPEN).values(price=Decimal(112)))
    rep.pull()
    assert prices(rep) == ["112"]
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_draft_is_priced_anew_keeps_both_figures_and_is_issued_at_the_total_that_was_seen(
    database: Database, rep: Client, rep2: Client, cast: Cast, product: UUID, system_database: Database
) -> None:
    rep.pull()
    op = rep.op("quote", "create", draft(cast, product, "90"))
    assert rep.push(op, rep.op("quote", "create", draft(cast, product), op["id"]))[0]["verdict"] == "applied"
    rep.pull()
    rep2.pull()
    record = rep.record("quote", op["id"])
    (line,) = record["lines"]
    assert (line["drafted_price"], line["price"], line["code"], line["amount"]) == ("90", "100", "P1", "950")
    assert (record["status"], record["net"], record["total"]) == ("drafted", "950", "1140")
    assert rep2.record("quote", op["id"]) is None
    with database.open(cast.principal("rep")) as db, pytest.raises(Refused, match="Prices have changed"):
        issue(db, get_quote(db, UUID(op["id"])), now().date())
    early = rep.op("quote", "patch", {"status": "issued", "total": "1026"}, op["id"])
    seen = rep.op("quote", "patch", {"status": "issued", "total": "1140.00"}, op["id"])
    again = rep.op("quote", "patch", {"status": "issued", "total": "1140.00"}, op["id"])
    late = rep.op("quote", "patch", {"status": "discarded"}, op["id"])
    results = rep.push(early, seen, again, late)
    assert [each["verdict"] for each in results] == ["needs_fix", "applied", "applied", "needs_fix"]
    assert results[0]["message"]["params"] == {"total": "1140.00", "currency": "TRY"}
    rep.pull()
    record = rep.record("quote", op["id"])
    assert (record["status"], record["number"][:1], bool(record["agreed_at"])) == ("issued", "T", True)
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_draft_without_a_price_today_is_kept_on_the_laptop_and_leaves_nothing_behind(
    database: Database, rep: Client, cast: Cast, product: UUID
) -> None:
    one = {"product_id": str(product), "quantity": "1", "price": "1"}
    results = rep.push(
        rep.op("quote", "create", draft(cast, product, currency="EUR")),
        rep.op("quote", "create", draft(cast, product, lines=[])),
        rep.op("quote", "create", draft(cast, product, lines=[{**one, "quantity": "many"}])),
        rep.op("quote", "create", draft(cast, product, lines=[{**one, "product_id": str(uuid4())}])),
        rep.op("quote", "create", draft(cast, product)),
    )
    assert [each["verdict"] for each in results] == ["needs_fix"] * 4 + ["applied"]
    assert results[0]["message"]["params"]["product"] == "P1"
    with database.open(cast.principal("rep")) as db:
        assert db.scalars(select(Quote.net)).all() == [Decimal(950)]


def test_draft_is_discarded_from_the_laptop_and_agreed_in_the_portal(
    database: Database, rep: Client, cast: Cast, product: UUID
) -> None:
    gone, kept = (rep.op("quote", "create", draft(cast, product, "90")) for _ in range(2))
    results = rep.push(gone, kept, rep.op("quote", "patch", {"status": "discarded"}, gone["id"]))
    assert [each["verdict"] for each in results] == ["applied"] * 3
    rep.pull()
    assert rep.record("quote", gone["id"]) is None
    with database.transaction(cast.principal("rep")) as db:
        quote = get_quote(db, UUID(kept["id"]))
        agree(quote)
        issue(db, quote, now().date())
        assert quote.number
