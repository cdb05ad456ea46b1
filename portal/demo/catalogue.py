"""What the maker sells: product groups, brands and 400 products with their conversion to the group's base unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from models.external_key import ExternalKey
from models.product import Brand, Product, ProductCost, ProductGroup
from portal.demo.chance import Chance, ident
from portal.demo.scene import Listed, Scene
from portal.demo.words import table

DISCONTINUED = {"RC20-200300", "MA5356K-080", "KD-12519", "PS307-250300"}
EURO = Decimal("51.40")
"""What a euro costs, for the costs of what is sold in euro."""


def add_catalogue(scene: Scene) -> None:
    """Groups, brands, products, their costs and the codes under which the ERP knows them."""
    for row in table("groups"):
        scene.groups[row["code"]] = ProductGroup(
            id=ident("group", row["code"]),
            code=row["code"],
            name=row["name"],
            parent_id=ident("group", row["parent"]) if row["parent"] else None,
            base_unit=row["unit"],
        )
    for row in table("brands"):
        brand = Brand(id=ident("brand", row["code"]), code=row["code"], name=row["name"], ours=row["ours"] == "yes")
        scene.brands[row["code"]] = brand
    scene.add([*scene.groups.values(), *scene.brands.values()])
    chance = Chance("costs")
    scene.products = [product for row in table("products") for product in _family(scene, row, chance)]
    scene.add(scene.products)
    _add_costs(scene)


def _family(scene: Scene, row: dict[str, str], chance: Chance) -> Iterator[Product]:
    """The products of one line: a size each."""
    sizes, prices = row["sizes"].split("/"), row["price"].split("/")
    weight = Decimal(row["kg"] or 1)
    for place, size in enumerate(sizes):
        code = f"{row['code']}-{_size_code(size)}"
        product = Product(
            id=ident("product", code),
            code=code,
            name=f"{row['name']} {size}",
            product_group_id=scene.groups[row["group"]].id,
            brand_id=scene.brands["arkuven"].id,
            standard=row["standard"] or None,
            unit=row["unit"],
            pack_size=Decimal(row["pack"]),
            base_quantity=weight,
            active=code not in DISCONTINUED,
            created_at=scene.calendar.now,
        )
        price = Decimal(prices[place if len(prices) > 1 else 0]) * weight
        scene.listed[product.id] = Listed(row["currency"], price, _cost(price, row["currency"], chance))
        yield product


def _cost(price: Decimal, currency: str, chance: Chance) -> Decimal:
    share = Decimal(round(chance.uniform(0.52, 0.64), 3))
    return (price * share * (EURO if currency == "EUR" else 1)).quantize(Decimal("0.01"))


def _size_code(size: str) -> str:
    """2,50×350 mm → 250350, 115 K40 → 115K40, 08-3 m mavi → 083M: without millimetres and without words."""
    words = size.replace("mm", "").split()
    return re.sub("[^0-9A-Z]", "", "".join(word for word in words if len(word) < 3 or not word.islower()).upper())


def _add_costs(scene: Scene) -> None:
    costs = [ProductCost(id=id_, cost=listed.cost, currency="TRY") for id_, listed in scene.listed.items()]
    keys = [
        ExternalKey(
            id=ident("key", f"product/{product.code}"),
            source="ERP",
            kind="product",
            key=f"152.{number:05d}",
            record_id=product.id,
        )
        for number, product in enumerate(scene.products, 1)
    ]
    scene.add([*costs, *keys])
