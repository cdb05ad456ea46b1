"""Dealers: as dense as the country's industry, with branches, competences, owners and staff."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from models.access import Permission, Role
from models.account import Contact
from models.base import Base
from models.dealer import Branch, Competence, Dealer
from models.external_key import ExternalKey
from models.user import User
from portal.demo.chance import Chance, apportion, ident
from portal.demo.people import SIGN_INS, add_users, landline, mobile, person, slug, tax_number
from portal.demo.places import address, near, town_of
from portal.demo.scene import Scene, Shop, Town
from portal.demo.words import words

SIGNS_IN = {"35": ("dealer", "Kordon Kaynak Malzemeleri"), "34": ("dealer2", "Boğaz Kaynak Ekipmanları")}
"""Plate codes of the provinces whose first dealer has a sign-in: whose, and the dealer's name."""
FOCUS = {
    "electrodes": 0.95,
    "solid-wires": 0.9,
    "cored-wires": 0.5,
    "tig-rods": 0.6,
    "saw": 0.25,
    "machines": 0.45,
    "torches": 0.7,
    "abrasives": 0.75,
}
"""Branches of the product tree, and what share of the smaller dealers carries them."""
RIGHTS = (Permission.SEE_PRICES, Permission.SEE_ORDERS, Permission.SEE_LEADS, Permission.SEE_QUOTES)


def add_dealers(scene: Scene) -> None:
    """The dealers, the largest first in each province, and everybody who works there."""
    chance = Chance("dealers")
    names = _names(chance)
    counts = apportion(scene.scale.dealers, scene.weights)
    for plate in scene.provinces:
        scene.shops += [_shop(scene, chance, next(names), plate, place) for place in range(counts[plate])]
    scene.add(shop.dealer for shop in scene.shops)
    _add_users(scene, chance)
    scene.add(row for shop in scene.shops for row in _belongings(scene, chance, shop))


def _names(chance: Chance) -> Iterator[str]:
    bases = [*words("firms")["words"], *words("people")["surnames"]]
    for base in chance.some(bases, len(bases)):
        yield f"{base} {chance.choice(words('firms')['dealers']['names'])}"


def _shop(scene: Scene, chance: Chance, name: str, plate: str, place: int) -> Shop:
    weight = scene.weights[plate]
    name = SIGNS_IN[plate][1] if plate in SIGNS_IN and place == 0 else name
    town = scene.towns[plate][0] if place == 0 else town_of(scene, chance, plate)
    rank = "A" if weight >= 60 and place < weight / 75 else "B" if place < 3 else "C"
    dealer = Dealer(
        id=ident("dealer", f"{plate}/{place}"),
        code=f"120.{plate}.{place + 1:03d}",
        name=name,
        kind=words("firms")["dealers"]["kinds"][rank],
        tax_number=tax_number(chance),
        email=f"info@{slug(name).replace('.', '-')}.example",
        phone=landline(chance),
        territory_id=scene.provinces[plate].territory_id,
        region_id=scene.provinces[plate].region_id,
        created_at=scene.calendar.now - timedelta(days=chance.randrange(400, 3000)),
    )
    focus = [group for group, share in FOCUS.items() if rank == "A" or chance.happens(share)]
    return Shop(dealer, rank, plate, town, near(chance, town), focus or ["electrodes"])


def _belongings(scene: Scene, chance: Chance, shop: Shop) -> list[Base]:
    return [*_branches(scene, chance, shop), *_competences(scene, shop), _erp_key(shop), *shop.contacts]


def _branches(scene: Scene, chance: Chance, shop: Shop) -> list[Branch]:
    count = {"A": 3, "B": 1 + chance.happens(0.4), "C": 1}[shop.rank]
    names = words("firms")["dealers"]["branches"]
    towns = [shop.town, *(town_of(scene, chance, shop.plate) for _ in range(count - 1))]
    places = [shop.place, *(near(chance, town) for town in towns[1:])]
    return [_branch(scene, chance, shop, *each) for each in zip(names, towns, places, strict=False)]


def _branch(scene: Scene, chance: Chance, shop: Shop, name: str, town: Town, place: dict[str, float]) -> Branch:
    return Branch(
        id=ident("branch", f"{shop.dealer.code}/{name}"),
        dealer_id=shop.dealer.id,
        name=name,
        address=address(chance),
        town=town.name,
        province_id=town.province_id,
        province_name=scene.provinces[shop.plate].name,
        country="TR",
        **place,
    )


def _competences(scene: Scene, shop: Shop) -> list[Competence]:
    return [
        Competence(
            id=ident("competence", f"{shop.dealer.code}/{code}"),
            dealer_id=shop.dealer.id,
            product_group_id=scene.groups[code].id,
        )
        for code in shop.groups
    ]


def _erp_key(shop: Shop) -> ExternalKey:
    key = shop.dealer.code
    return ExternalKey(id=ident("key", f"dealer/{key}"), source="ERP", kind="dealer", key=key, record_id=shop.dealer.id)


def _contacts(chance: Chance, shop: Shop) -> list[Contact]:
    """Whom the reps know there."""
    dealer = shop.dealer
    positions = words("people")["positions"]["dealer"][: {"A": 4, "B": 2, "C": 1}[shop.rank]]
    return [
        Contact(
            id=ident("contact", f"{dealer.code}/{place}"),
            dealer_id=dealer.id,
            territory_id=dealer.territory_id,
            region_id=dealer.region_id,
            name=person(chance),
            position=position,
            phone=mobile(chance),
            created_at=dealer.created_at,
        )
        for place, position in enumerate(positions)
    ]


def _add_users(scene: Scene, chance: Chance) -> None:
    """An owner at every dealer, staff at the larger ones; the owner is the first whom the reps know."""
    add_users(scene, [user for shop in scene.shops for user in _users(scene, chance, shop)])


def _users(scene: Scene, chance: Chance, shop: Shop) -> list[User]:
    shop.contacts = _contacts(chance, shop)
    signs_in = next((key for key, name in SIGNS_IN.values() if name == shop.dealer.name), None)
    if signs_in:
        shop.contacts[0].name = SIGN_INS[signs_in][0]
    owner = _user(scene, shop, signs_in or f"{shop.dealer.code}/owner", shop.contacts[0].name, Role.DEALER_OWNER)
    if signs_in:
        scene.users[signs_in] = owner
    staff = [
        _user(scene, shop, f"{shop.dealer.code}/{each.id}", each.name, Role.DEALER_STAFF) for each in shop.contacts[1:]
    ]
    if signs_in == "dealer":
        shop.contacts[1].name = SIGN_INS["staff"][0]
        staff[0] = scene.users["staff"] = _user(scene, shop, "staff", SIGN_INS["staff"][0], Role.DEALER_STAFF)
    for user in staff:
        user.grant({right for right in RIGHTS if chance.happens(0.7)} | {Permission.SEE_PRICES, Permission.SEE_ORDERS})
    return [owner, *staff]


def _user(scene: Scene, shop: Shop, key: str, name: str, role: Role) -> User:
    """Nobody else's address ends like that of our own people, so a dealer's may carry his code."""
    number = shop.dealer.code.removeprefix("120.")
    account = key if key in SIGN_INS else f"{slug(name)}.{number}"
    return User(
        id=ident("user", key),
        email=f"{account}@example.com",
        name=name,
        role=role,
        dealer_id=shop.dealer.id,
        created_at=scene.calendar.now - timedelta(days=400),
    )
