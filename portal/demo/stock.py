"""Warehouses and what lies in them: fresh from the ERP in two of them, days old in the third."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from models.product import Product
from models.stock import StockLevel, Warehouse
from portal.demo.chance import Chance, ident, rounded
from portal.demo.scene import Scene

WAREHOUSES = {
    "GBZ": ("Gebze merkez depo", 1.0, 0.4),
    "IZM": ("İzmir Kemalpaşa depo", 0.45, 0.7),
    "ADN": ("Adana depo", 0.3, 78.0),
}
"""Name, how much lies there compared with the first, and hours since its last report."""


def add_stock(scene: Scene) -> None:
    """A level for most products in each warehouse; where nothing lies, something is on its way."""
    chance = Chance("stock")
    scene.add([Warehouse(id=ident("warehouse", code), code=code, name=row[0]) for code, row in WAREHOUSES.items()])
    scene.add(
        [
            _level(scene, chance, product, code)
            for product in scene.products
            for code, (_, share, _) in WAREHOUSES.items()
            if product.active and (code == "GBZ" or chance.happens(0.55 + share / 2))
        ]
    )


def _level(scene: Scene, chance: Chance, product: Product, code: str) -> StockLevel:
    _, share, hours = WAREHOUSES[code]
    pack = float(product.pack_size)
    value = float(scene.listed[product.id].price) * (50 if scene.listed[product.id].currency == "EUR" else 1)
    usual = chance.spread(max(600_000 / value, 4), 0.9) * share
    empty = chance.happens(0.07)
    low = empty or chance.happens(0.1)
    quantity = Decimal(0) if empty else rounded(usual * (0.08 if low else 1), pack)
    expected = rounded(usual * 0.8 + pack, pack) if low else None
    return StockLevel(
        id=ident("stock", f"{code}/{product.code}"),
        warehouse_id=ident("warehouse", code),
        product_id=product.id,
        quantity=quantity,
        expected_quantity=expected,
        expected_on=scene.calendar.working_day(scene.calendar.ago(-chance.randint(2, 24))) if low else None,
        as_of=scene.calendar.now - timedelta(hours=hours),
        source="ERP",
    )
