"""A year of orders: large dealers every few days, small ones every few weeks, more in spring and autumn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from models.bulk import Batch, Row
from models.order import Order, OrderLine
from models.pricing import CENT, discounted
from models.product import Product
from portal.demo.calendar import moment
from portal.demo.chance import Chance, ident, rounded
from portal.demo.prices import Prices
from portal.demo.scene import Scene, Shop
from portal.demo.shipping import Progress, follow

SEASON = (0.82, 0.88, 1.06, 1.12, 1.1, 1.02, 0.9, 0.78, 1.12, 1.16, 1.08, 0.96)
"""How a month stands to the average one: summer and the turn of the year are quiet."""
DAYS_BETWEEN = {"A": 5.0, "B": 12.0, "C": 26.0}
LINES = {"A": (3, 12), "B": (2, 8), "C": (1, 5)}
VALUE = {"A": 24_000, "B": 12_000, "C": 6_500}
"""What a line is worth, in liras."""
ASSORTMENT = {"A": 110, "B": 60, "C": 28}
LATELY = ("120.35.001", "120.34.001")
"""Dealers with sign-ins: they ordered in the last days, too, so that something is under way."""
IN_EURO = 0.07
"""How many orders of a dealer who carries machines are for machines, which are priced in euro."""


@dataclass(slots=True)
class Shelf:
    """What a dealer buys again and again, the first of it most often, by currency."""

    liras: list[Product]
    euros: list[Product]
    rhythm: float
    weights: list[float] = field(default_factory=list)


def add_orders(scene: Scene, prices: Prices) -> None:
    """The orders of all dealers, day by day, so that their numbers rise with time."""
    chance = Chance("orders")
    shelves = {shop.dealer.id: _shelf(scene, chance, shop) for shop in scene.shops}
    placed = [(day, shop) for shop in scene.shops for day in _days(scene, chance, shop, shelves[shop.dealer.id])]
    placed += [(day, s) for s in scene.shops if s.dealer.code in LATELY for day in scene.calendar.last_working_days(3)]
    placed.sort(key=lambda pair: (pair[0], pair[1].dealer.code))
    numbers: Counter[int] = Counter()
    batch = Batch()
    for day, shop in placed:
        numbers[day.year] += 1
        number = f"S{day:%y}-{numbers[day.year]:05d}"
        _order(scene, batch, prices, chance, shop, shelves[shop.dealer.id], day, number)
    batch.write(scene.db)


def _shelf(scene: Scene, chance: Chance, shop: Shop) -> Shelf:
    carried = {scene.groups[code].id for code in shop.groups}
    parents = {group.id: group.parent_id for group in scene.groups.values()}
    fits = [each for each in scene.products if each.active and _within(parents, each.product_group_id, carried)]
    chosen = chance.some(fits, ASSORTMENT[shop.rank])
    liras = [each for each in chosen if scene.listed[each.id].currency == "TRY"]
    euros = [each for each in chosen if scene.listed[each.id].currency == "EUR"]
    return Shelf(
        liras or fits[:5], euros, chance.spread(1, 0.25), [1 / (place + 4) for place in range(len(liras) or 5)]
    )


def _within(parents: dict[UUID, UUID | None], group_id: UUID | None, wanted: set[UUID]) -> bool:
    while group_id is not None:
        if group_id in wanted:
            return True
        group_id = parents[group_id]
    return False


def _days(scene: Scene, chance: Chance, shop: Shop, shelf: Shelf) -> Iterator[date]:
    """The days on which a dealer orders; business grew a little over the year."""
    back = 365 - chance.uniform(0, DAYS_BETWEEN[shop.rank])
    while back >= 1:
        day = scene.calendar.working_day(scene.calendar.ago(int(back)))
        if day < scene.calendar.day:
            yield day
        pace = SEASON[day.month - 1] * (1.08 - 0.16 * back / 365)
        back -= max(chance.spread(DAYS_BETWEEN[shop.rank] * shelf.rhythm / pace, 0.5), 1)


def _order(
    scene: Scene, batch: Batch, prices: Prices, chance: Chance, shop: Shop, shelf: Shelf, day: date, number: str
) -> None:
    currency = "EUR" if shelf.euros and chance.happens(IN_EURO) else "TRY"
    dealer = shop.dealer
    placed_at = moment(day, 8.3 + chance.random() * 9.4)
    order = batch.put(
        Order,
        id=ident("order", number),
        number=number,
        dealer_id=dealer.id,
        territory_id=dealer.territory_id,
        region_id=dealer.region_id,
        placed_at=placed_at,
        requested_on=scene.calendar.working_day(day + timedelta(days=chance.randint(2, 7))),
        currency=currency,
        source="ERP",
    )
    lines = [
        _line(batch, chance, order, position, product, prices.of(shop, product, day), VALUE[shop.rank])
        for position, product in enumerate(_wanted(chance, shop, shelf, currency), 1)
    ]
    order["line_count"], order["amount"] = len(lines), sum((line["amount"] for line in lines), Decimal(0))
    follow(Progress(scene.calendar, chance, batch, order, lines))
    if currency == "TRY" and order["status"] in {"shipped", "delivered"}:
        scene.shipped.setdefault(dealer.id, []).append((placed_at, order["amount"]))


def _line(
    batch: Batch,
    chance: Chance,
    order: Row,
    position: int,
    product: Product,
    priced: tuple[Decimal, Decimal],
    value: int,
) -> Row:
    price, percent = priced
    if order["currency"] == "EUR":
        quantity = Decimal(chance.choice((1, 1, 1, 2, 2, 3, 5)))
    else:
        packs = chance.spread(value, 0.8) / float(price * product.pack_size)
        quantity = max(rounded(packs), Decimal(1)) * product.pack_size
    return batch.put(
        OrderLine,
        id=ident("order_line", f"{order['number']}/{position}"),
        order_id=order["id"],
        dealer_id=order["dealer_id"],
        position=position,
        product_id=product.id,
        quantity=quantity,
        price=price,
        discount_percent=percent,
        amount=(discounted(price, percent) * quantity).quantize(CENT),
    )


def _wanted(chance: Chance, shop: Shop, shelf: Shelf, currency: str) -> list[Product]:
    """Different products, those at the front of the shelf more often."""
    if currency == "EUR":
        return chance.some(shelf.euros, chance.randint(1, 3))
    count = chance.randint(*LINES[shop.rank])
    drawn = chance.choices(shelf.liras, shelf.weights, k=2 * count)
    return list({product.id: product for product in drawn}.values())[:count]
