"""End customers and prospects: what they make, how large they are, where, and whom the reps know there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from models.account import Account, Contact
from models.opening import canonical
from portal.demo.chance import Chance, apportion, ident
from portal.demo.people import landline, mobile, person, slug, tax_number
from portal.demo.places import address, near, town_of
from portal.demo.scene import Customer, Scene
from portal.demo.words import words

SIZES = {"large": 0.09, "medium": 0.33, "small": 0.58}
FACTOR = {"large": 5.0, "medium": 1.0, "small": 0.16}
INTERVALS = {"large": (30, 30, 45, 60), "medium": (60, 75, 90), "small": (120, 150, 180, None)}
"""Days between two visits, as agreed with the manager; None: no plan."""
HOURS = {
    "large": ("Mo-Fr 08:00-17:30", "Mo-Fr 08:30-12:30,13:30-18:00; Sa 09:00-13:00; Su off", None),
    "medium": ("Mo-Fr 08:30-18:00; Sa-Su off", "Mo-Fr 08:00-12:00,13:00-17:30; Sa 08:30-13:00", None),
    "small": ("Mo-Sa 08:30-19:00; Su off", None, None),
}
"""When somebody is there; None: nobody has asked yet."""
UNPLACED = 0.02
CONTACTS = {"large": (3, 5), "medium": (2, 3), "small": (1, 2)}


def add_accounts(scene: Scene) -> None:
    """Accounts where the industry is, at least one a province, each in the territory of its province."""
    chance = Chance("accounts")
    counts = apportion(scene.scale.accounts, scene.weights, least=1)
    trades = {plate: _trades_of(plate) for plate in scene.provinces}
    names = _Names(chance)
    for plate, count in counts.items():
        scene.customers += [
            _customer(scene, chance, plate, place, chance.choices(*trades[plate])[0], names) for place in range(count)
        ]
    _tell_when_and_where(scene)
    scene.add([customer.account for customer in scene.customers])
    scene.add([contact for customer in scene.customers for contact in customer.contacts])


def _tell_when_and_where(scene: Scene) -> None:
    """Opening hours where somebody asked for them; of a few accounts nobody knows where they are."""
    chance = Chance("opening hours")
    for customer in scene.customers:
        customer.account.opening_hours = canonical(chance.choice(HOURS[customer.size]) or "")
        if chance.happens(UNPLACED):
            customer.account.latitude = customer.account.longitude = None


def _trades_of(plate: str) -> tuple[list[dict[str, Any]], list[float]]:
    """The trades of a province and how common they are: a trade that is at home in few is the more common there."""
    found = [each for each in words("firms")["trades"] if plate in each.get("provinces", plate)]
    return found, [each["weight"] * (2 if "provinces" in each else 1) for each in found]


class _Names:
    """Names of firms, none of them twice."""

    def __init__(self, chance: Chance) -> None:
        self._chance, self._taken = chance, set[str]()

    def of(self, trade: dict[str, Any], size: str) -> str:
        """A name that says what the firm makes and how large it is."""
        while (name := self._propose(trade, size)) in self._taken:
            pass
        self._taken.add(name)
        return name

    def _propose(self, trade: dict[str, Any], size: str) -> str:
        firms, chance = words("firms"), self._chance
        makes = chance.choice(trade["names"])
        if size == "small" and chance.happens(0.55):
            surname = chance.choice(words("people")["surnames"])
            return f"{surname} {chance.choice(firms['brothers'])} {makes}"
        first = chance.choice(firms["words"] + words("people")["surnames"])
        return f"{first} {makes} {chance.choice(firms['legal'][size])}"


def _customer(scene: Scene, chance: Chance, plate: str, place: int, trade: dict[str, Any], names: _Names) -> Customer:
    size = chance.pick(SIZES)
    town, province = town_of(scene, chance, plate), scene.provinces[plate]
    name = names.of(trade, size)
    domain = f"{slug(name).split('.')[0]}{plate}-{place}.example"
    account = Account(
        id=ident("account", f"{plate}/{place}"),
        name=name,
        territory_id=province.territory_id,
        region_id=province.region_id,
        kind="customer" if chance.happens(0.85 if size == "large" else 0.68) else "prospect",
        segment=trade["segment"],
        tax_number=tax_number(chance),
        phone=landline(chance),
        email=f"info@{domain}",
        address=address(chance),
        town=town.name,
        province_id=province.id,
        visit_interval_days=chance.choice(INTERVALS[size]),
        created_at=scene.calendar.now - timedelta(days=chance.randrange(380, 1800)),
        **near(chance, town),
    )
    contacts = list(_contacts(chance, account, domain, size))
    return Customer(account, plate, size, contacts, _uses(chance, trade, size))


def _contacts(chance: Chance, account: Account, domain: str, size: str) -> Iterator[Contact]:
    positions = words("people")["positions"][size]
    for place in range(min(chance.randint(*CONTACTS[size]), len(positions))):
        name = person(chance)
        yield Contact(
            id=ident("contact", f"{account.id}/{place}"),
            account_id=account.id,
            territory_id=account.territory_id,
            region_id=account.region_id,
            name=name,
            position=positions[place],
            phone=mobile(chance) if chance.happens(0.9) else None,
            email=f"{slug(name)}@{domain}" if chance.happens(0.6) else None,
            created_at=account.created_at,
        )


def _uses(chance: Chance, trade: dict[str, Any], size: str) -> dict[str, float]:
    """Kilograms a year by product group; small workshops do not do everything that their trade does."""
    chosen = {code: kilos for code, kilos in trade["uses"].items() if chance.happens(0.55 if size == "small" else 0.85)}
    chosen = chosen or dict(list(trade["uses"].items())[:1])
    return {code: chance.spread(kilos * FACTOR[size], 0.6) for code, kilos in chosen.items()}
