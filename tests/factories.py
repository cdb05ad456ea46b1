"""More rows of a kind than the cast has, for tests of lists: each function adds some to a session of the system."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.base import new_id
from models.dealer import Branch, Competence, Dealer
from models.lead import Lead, LeadContact, LeadOffer
from models.order import Order, OrderLine, OrderStatus
from models.price import PriceListEntry
from models.product import Product
from models.session import Session
from models.stock import StockLevel
from tests.world import NOON, TODAY, days, ident

PLACES = {"kordon": ("izmir", "ege"), "bogaz": ("istanbul", "marmara")}


def place_of(dealer: str) -> dict[str, UUID]:
    """Territory and region of one of the cast's two dealers."""
    territory, region = PLACES[dealer]
    return {"territory_id": ident(f"territory.{territory}"), "region_id": ident(f"region.{region}")}


def add_orders(db: Session, count: int, dealer: str = "kordon", **values: Any) -> list[Order]:
    """Orders of one line each, an hour apart, the first at noon; named `<dealer>-0001` and on."""
    made = []
    for number in range(1, count + 1):
        own = {"id": new_id(), "number": f"{dealer}-{number:04d}", "status": "placed"}
        own |= {"placed_at": NOON - timedelta(hours=number), "currency": "TRY", "amount": Decimal(100 * number)}
        order = Order(**own | place_of(dealer) | {"dealer_id": ident(f"dealer.{dealer}"), "source": "erp"} | values)
        order.line_count = 1
        line = OrderLine(position=1, product_id=ident("product.e7018"), quantity=Decimal(number), price=Decimal(100))
        line.amount = order.amount
        step = OrderStatus(status="placed", happened_at=order.placed_at)
        for part in (line, step):
            part.order_id, part.dealer_id = order.id, order.dealer_id
        db.add(order)
        db.flush()
        db.add_all([line, step])
        made.append(order)
    db.flush()
    return made


def add_product(
    db: Session,
    code: str,
    name: str,
    *,
    group: str = "basic",
    stock: str | None = None,
    price: str | None = None,
    **values: Any,
) -> Product:
    """A product; `stock` in the cast's warehouse as of noon, `price` in the open list."""
    product = Product(id=new_id(), code=code, name=name, product_group_id=ident(f"group.{group}"), unit="box", **values)
    db.add(product)
    db.flush()
    if stock is not None:
        add_stock(db, product, stock)
    if price is not None:
        entry = PriceListEntry(price_list_id=ident("price_list.open"), product_id=product.id, price=Decimal(price))
        entry.valid_from = TODAY - days(30)
        db.add(entry)
    db.flush()
    return product


def add_stock(db: Session, product: Product, quantity: str, warehouse: str = "gebze", **values: Any) -> StockLevel:
    """What lies in a warehouse, as of noon unless told otherwise."""
    level = StockLevel(product_id=product.id, warehouse_id=ident(f"warehouse.{warehouse}"), quantity=Decimal(quantity))
    level.as_of, level.source = NOON, "erp"
    for name, value in values.items():
        setattr(level, name, value)
    db.add(level)
    db.flush()
    return level


def add_dealer(
    db: Session, name: str, latitude: float | None, longitude: float | None, *groups: str, near: str = "kordon"
) -> Dealer:
    """An active dealer with one branch, competent in `groups`, in the territory of the cast's dealer `near`."""
    dealer = Dealer(id=new_id(), code=name.upper(), name=name, active=True, **place_of(near))
    db.add(dealer)
    db.flush()
    province = "TR-35" if near == "kordon" else "TR-34"
    branch = Branch(dealer_id=dealer.id, name=name, latitude=latitude, longitude=longitude)
    branch.province_id = ident(f"province.{province}")
    db.add(branch)
    db.add_all(Competence(dealer_id=dealer.id, product_group_id=ident(f"group.{group}")) for group in groups)
    db.flush()
    return dealer


def add_leads(db: Session, count: int, dealer: str = "kordon", at: datetime = NOON, **values: Any) -> list[Lead]:
    """Leads offered to a dealer, an hour apart, the first at `at`."""
    made = []
    for number in range(1, count + 1):
        offered_at = at - timedelta(hours=number)
        own = {"id": new_id(), "number": f"L-{dealer}-{number:04d}", "status": "offered", "source": "web"}
        own |= {"town": "Bornova", "wanted": f"Elektrod, {number} kutu", "dealer_id": ident(f"dealer.{dealer}")}
        own |= {"received_at": offered_at, "offered_at": offered_at, "answer_due_at": offered_at + days(1)}
        lead = Lead(**own | place_of(dealer) | values)
        db.add(lead)
        db.flush()
        made.append(lead)
        db.add(LeadContact(id=lead.id, company=f"Gizli {number} A.Ş.", **place_of(dealer)))
        if lead.dealer_id is None:
            continue
        offer = LeadOffer(lead_id=lead.id, dealer_id=lead.dealer_id, status="offered", offered_at=offered_at)
        offer.territory_id, offer.region_id = lead.territory_id, lead.region_id
        offer.reason = {"rule": "nearest", "distance_km": 4.2, "candidates": 1, "group": None}
        db.add(offer)
    db.flush()
    return made
