"""Price lists with their history, lists of single dealers, discounts; and the prices that follow from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from models.base import Base
from models.price import Discount, PriceList, PriceListEntry
from models.pricing import DiscountRule, ListedPrice, dealer_price
from models.product import Product
from models.product_tree import GroupTree, load_groups
from portal.demo.chance import Chance, ident, rounded
from portal.demo.scene import Scene, Shop

REVISIONS = {"TRY": ((13, 0.79), (8, 0.88), (3, 1.0)), "EUR": ((13, 0.96), (4, 1.0))}
"""Since how many months a list holds, and how its prices stand to the present ones."""
NAMES = {"TRY": "Bayi fiyat listesi", "EUR": "Makine fiyat listesi (avro)"}
OWN_LISTS = ("120.35.001", "120.34.002", "120.41.001", "120.16.001")
"""Dealers with a list of their own for what they buy most."""
GENERAL = {"A": (22, 26), "B": (17, 21), "C": (11, 15)}
"""The discount on everything, in percent, from and to, by the dealer's rank."""


class Prices:
    """What a dealer paid for a product on a day: the portal's own arithmetic on the lists written here."""

    def __init__(self, tree: GroupTree) -> None:
        self._tree = tree
        self.open: dict[UUID, list[ListedPrice]] = {}
        self.own: dict[tuple[UUID, UUID], list[ListedPrice]] = {}
        self.discounts: dict[UUID, list[DiscountRule]] = {}
        self._known: dict[tuple[UUID, UUID, date], tuple[Decimal, Decimal]] = {}

    def of(self, shop: Shop, product: Product, day: date) -> tuple[Decimal, Decimal]:
        """(price before the discount, the discount in percent)."""
        lists = [*self.own.get((shop.dealer.id, product.id), ()), *self.open[product.id]]
        # Prices change on the first of a month only, so a month is asked once.
        key = (shop.dealer.id, product.id, day.replace(day=1))
        if key not in self._known:
            discounts, lineage = self.discounts[shop.dealer.id], self._tree.lineage(product.product_group_id)
            found = dealer_price(lists, discounts, lineage, max(day, min(price.valid_from for price in lists)))
            assert found is not None
            percent = found.discount.percent if found.discount else Decimal(0)
            self._known[key] = (found.listed.price, percent)
        return self._known[key]


def add_prices(scene: Scene) -> Prices:
    """The lists, what stands on them since when, and every dealer's discounts."""
    prices = Prices(load_groups(scene.db))
    chance = Chance("prices")
    lists = {currency: _list(currency, NAMES[currency], currency) for currency in REVISIONS}
    scene.add(lists.values())
    scene.add(entry for product in scene.products for entry in _entries(scene, lists, prices, product))
    for shop in scene.shops:
        _add_discounts(scene, prices, chance, shop)
        if shop.dealer.code in OWN_LISTS:
            _add_own_list(scene, prices, chance, shop)
    return prices


def _list(code: str, name: str, currency: str, dealer_id: UUID | None = None) -> PriceList:
    return PriceList(
        id=ident("price_list", code), code=code, name=name, currency=currency, dealer_id=dealer_id, source="ERP"
    )


def _entries(scene: Scene, lists: dict[str, PriceList], prices: Prices, product: Product) -> Iterator[PriceListEntry]:
    """One entry a revision; the last one holds until further notice."""
    listed = scene.listed[product.id]
    revisions = REVISIONS[listed.currency]
    starts = [scene.calendar.first_of_month(months) for months, _ in revisions]
    ends = [start - timedelta(days=1) for start in starts[1:]]
    chosen = lists[listed.currency]
    for (_, factor), since, until in zip(revisions, starts, [*ends, None], strict=True):
        price = listed.price if factor == 1 else rounded(float(listed.price) * factor, _step(listed.price))
        prices.open.setdefault(product.id, []).append(
            ListedPrice(chosen.code, chosen.name, False, chosen.currency, price, since, until)
        )
        yield _entry(chosen, product, price, since, until)


def _step(price: Decimal) -> float:
    """Lists name round prices: small ones to five kuruş, large ones to five lira."""
    return 0.05 if price < 100 else 0.5 if price < 1000 else 5


def _entry(chosen: PriceList, product: Product, price: Decimal, since: date, until: date | None) -> PriceListEntry:
    return PriceListEntry(
        id=ident("price", f"{chosen.code}/{product.code}/{since}"),
        price_list_id=chosen.id,
        product_id=product.id,
        price=price,
        valid_from=since,
        valid_until=until,
    )


def _add_discounts(scene: Scene, prices: Prices, chance: Chance, shop: Shop) -> None:
    general = chance.randint(*GENERAL[shop.rank])
    scopes: list[tuple[str | None, int]] = [(None, general)]
    scopes += [(code, general + chance.randint(2, 5)) for code in chance.some(shop.groups, _special(chance, shop))]
    if "machines" in shop.groups:
        scopes.append(("machines", general - 6))
    since = scene.calendar.first_of_month(13)
    rows: list[Base] = []
    for code, percent in dict(reversed(scopes)).items():
        group = scene.groups[code] if code else None
        group_id, name = (group.id, group.name) if group else (None, None)
        rule = DiscountRule(group_id, name, Decimal(percent), since, None)
        prices.discounts.setdefault(shop.dealer.id, []).append(rule)
        rows.append(
            Discount(
                id=ident("discount", f"{shop.dealer.code}/{code}"),
                dealer_id=shop.dealer.id,
                product_group_id=rule.group_id,
                percent=rule.percent,
                valid_from=since,
            )
        )
    scene.add(rows)


def _special(chance: Chance, shop: Shop) -> int:
    return {"A": 2, "B": 1, "C": 0}[shop.rank] + chance.happens(0.3)


def _add_own_list(scene: Scene, prices: Prices, chance: Chance, shop: Shop) -> None:
    """Agreed prices, somewhat under the open list, for a quarter of a year at a time."""
    number = shop.dealer.code.removeprefix("120.")
    chosen = _list(f"TRY-{number}", f"Anlaşmalı fiyatlar {shop.dealer.name}", "TRY", shop.dealer.id)
    scene.add([chosen])
    since = scene.calendar.first_of_month(2)
    rows: list[Base] = []
    for product in _bought_most(scene, chance):
        price = rounded(float(scene.listed[product.id].price) * chance.uniform(0.93, 0.97), 0.5)
        listed = ListedPrice(chosen.code, chosen.name, True, "TRY", price, since, None)
        prices.own[shop.dealer.id, product.id] = [listed]
        rows.append(_entry(chosen, product, price, since, None))
    scene.add(rows)


def _bought_most(scene: Scene, chance: Chance) -> Sequence[Product]:
    popular = [each for each in scene.products if each.code.startswith(("RC11", "RR12-", "BK48-", "MT2-", "OT71-"))]
    return chance.some(popular, 14)
