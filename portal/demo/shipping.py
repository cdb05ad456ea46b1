"""What became of an order: its timeline and its shipments, as far as they lie before the anchor day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.bulk import Batch, Row
from models.order import OrderStatus, Shipment, ShipmentLine
from portal.demo.calendar import ZONE, Calendar, moment
from portal.demo.chance import Chance, ident

CARRIERS = ("Anadolu Ambarı", "Kuzey Nakliyat", "Körfez Lojistik", "Kendi aracımız")
CANCELLED, SHORT = 0.025, 0.1
"""How many orders are cancelled, and how many are not delivered in one go."""
WHY_CANCELLED = ("Bayi isteğiyle iptal edildi.", "Mükerrer sipariş.", "Kredi limiti aşıldığı için iptal edildi.")


@dataclass(slots=True)
class Progress:
    """An order on its way."""

    calendar: Calendar
    chance: Chance
    batch: Batch
    order: Row
    lines: Sequence[Row]


def follow(progress: Progress) -> None:
    """Put in the steps that were taken by now, and the goods that left; set the order's status and its lines'."""
    chance, order, now = progress.chance, progress.order, progress.calendar.now
    steps: list[tuple[str, datetime, str | None]] = [("placed", order["placed_at"], None)]
    confirmed_at = _at_work(progress, order["placed_at"] + timedelta(hours=chance.uniform(1, 20)))
    shipped_at = _at_work(progress, confirmed_at + timedelta(hours=chance.spread(38, 0.6)))
    if chance.happens(CANCELLED):
        steps.append(("cancelled", confirmed_at, chance.choice(WHY_CANCELLED)))
    else:
        arrived_at = _at_work(progress, shipped_at + timedelta(hours=chance.uniform(18, 70)))
        steps += [("confirmed", confirmed_at, None), ("shipped", shipped_at, None), ("delivered", arrived_at, None)]
    taken = [step for step in steps if step[1] < now]
    order["status"] = taken[-1][0]
    for status, happened_at, note in taken:
        _note(progress, status, happened_at, note)
    if order["status"] in {"confirmed", "shipped", "delivered"}:
        for line in progress.lines:
            line["confirmed_quantity"] = line["quantity"]
    if order["status"] in {"shipped", "delivered"}:
        _ship(progress, shipped_at)


def _at_work(progress: Progress, at: datetime) -> datetime:
    """The same time of day on the next working day, moved into working hours."""
    local = at.astimezone(ZONE)
    day = progress.calendar.working_day(local.date())
    return max(moment(day, 8.5 + (local.hour * 60 + local.minute) % 510 / 60), at)


def _note(progress: Progress, status: str, happened_at: datetime, note: str | None) -> None:
    order = progress.order
    progress.batch.put(
        OrderStatus,
        id=ident("order_status", f"{order['number']}/{status}"),
        order_id=order["id"],
        dealer_id=order["dealer_id"],
        status=status,
        happened_at=happened_at,
        note=note,
    )


def _ship(progress: Progress, shipped_at: datetime) -> None:
    """One shipment, or two where something was short; what is late may still be missing."""
    chance, lines = progress.chance, progress.lines
    late = chance.choice(lines) if len(lines) > 1 and chance.happens(SHORT) else None
    _put_shipment(progress, 1, shipped_at, [line for line in lines if line is not late])
    if late is not None:
        second_at = _at_work(progress, shipped_at + timedelta(days=chance.randint(3, 9)))
        if second_at < progress.calendar.now:
            _put_shipment(progress, 2, second_at, [late])


def _put_shipment(progress: Progress, place: int, shipped_at: datetime, goods: list[Row]) -> None:
    order, chance = progress.order, progress.chance
    number = f"IRS{order['number'].removeprefix('S')}/{place}"
    shipment = progress.batch.put(
        Shipment,
        id=ident("shipment", number),
        order_id=order["id"],
        dealer_id=order["dealer_id"],
        number=number,
        shipped_at=shipped_at,
        carrier=chance.choice(CARRIERS),
        tracking=f"TR{chance.randrange(10**9, 10**10)}",
    )
    for line in goods:
        line["shipped_quantity"] = line["quantity"]
        progress.batch.put(
            ShipmentLine,
            id=ident("shipment_line", f"{number}/{line['position']}"),
            shipment_id=shipment["id"],
            order_line_id=line["id"],
            dealer_id=order["dealer_id"],
            quantity=line["quantity"],
        )
