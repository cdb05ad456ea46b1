"""What each dealer owes and may still buy, following from what was shipped to him."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from models.dealer import DealerCredit
from portal.demo.chance import Chance, rounded
from portal.demo.scene import Scene, Shop

TERM = 60
"""Days after which a shipment is to be paid."""
HABIT = {"punctual": 0.62, "slow": 0.28, "late": 0.1}
WITH_VAT = Decimal("1.2")
ROOM = {"punctual": (1.3, 1.8), "slow": (1.15, 1.5), "late": (0.95, 1.2)}
"""How a limit stands to what a dealer usually owes."""
OVERDUE = ("120.35.001",)
"""Dealers who owe something for certain."""


def add_credit(scene: Scene) -> None:
    """Limits, balances and what is late, as of last night; of a few dealers the ERP has been silent for days."""
    chance = Chance("credit")
    scene.add([_credit(scene, chance, shop) for shop in scene.shops])


def _credit(scene: Scene, chance: Chance, shop: Shop) -> DealerCredit:
    owes = shop.dealer.code in OVERDUE
    habit = "late" if owes else chance.pick(HABIT)
    delay = {"punctual": -8, "slow": 6, "late": 25}[habit]
    shipped = scene.shipped.get(shop.dealer.id, [])
    balance = _since(scene, shipped, TERM + delay) * WITH_VAT
    overdue = balance - _since(scene, shipped, TERM) * WITH_VAT if delay > 0 else Decimal(0)
    if owes and not overdue:  # a quarter of a year ago nothing was shipped to him
        overdue = rounded(float(balance) * 0.08, 500)
    usual = max(float(_since(scene, shipped, 360) * WITH_VAT / 6), float(balance))
    limit = max(rounded(usual * chance.uniform(*ROOM[habit if not owes else "slow"]), 50_000), Decimal(100_000))
    silent = chance.happens(0.06) and not owes
    return DealerCredit(
        id=shop.dealer.id,
        currency="TRY",
        credit_limit=limit,
        balance=balance,
        overdue=overdue,
        as_of=scene.calendar.now - timedelta(hours=98.2 if silent else 0.6),
        source="ERP",
    )


def _since(scene: Scene, shipped: list[tuple[datetime, Decimal]], days: int) -> Decimal:
    """What was shipped in the last so many days."""
    oldest = scene.calendar.now - timedelta(days=days)
    return sum((amount for at, amount in shipped if at >= oldest), Decimal(0))
