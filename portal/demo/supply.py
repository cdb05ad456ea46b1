"""Supply links: our dealer in the territory for our brand, invented traders for the others."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from models.dealer import Dealer
from models.market.supply import SupplyLink
from portal.demo.chance import Chance, ident
from portal.demo.scene import Customer, Scene
from portal.demo.usage import OURS

KNOWN = 0.5
"""So many accounts have told from whom they buy."""
TRADERS = ("Kıvılcım Kaynak Ltd.", "Doğuş Hırdavat", "Usta Teknik Malzeme", "Çelikhan Endüstri")


def add_supply(scene: Scene) -> None:
    """From whom accounts buy the brands of their main product group."""
    chance = Chance("supply")
    dealers = {shop.dealer.territory_id: shop.dealer for shop in scene.shops}
    told = [customer for customer in scene.customers if customer.brands and chance.happens(KNOWN)]
    scene.add(link for customer in told for link in _links(scene, chance, customer, dealers))


def _links(scene: Scene, chance: Chance, customer: Customer, dealers: dict[UUID, Dealer]) -> Iterator[SupplyLink]:
    account, group = customer.account, next(iter(customer.brands))
    for brand in list(customer.brands[group])[:2]:
        dealer = dealers.get(account.territory_id) if brand == OURS else None
        yield SupplyLink(
            id=ident("supply", f"{account.id}/{brand}"),
            account_id=account.id,
            territory_id=account.territory_id,
            region_id=account.region_id,
            brand_id=scene.brands[brand].id,
            product_group_id=scene.groups[group].id,
            dealer_id=dealer.id if dealer else None,
            supplier=None if dealer else chance.choice(TRADERS),
            observed_on=scene.calendar.ago(5 + int(195 * chance.random())),
        )
