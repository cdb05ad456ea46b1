"""Which brands customers use, how that shifts over the year, and what of it the reps were told."""

from __future__ import annotations

from datetime import date

from models.bulk import Batch
from models.market import BrandUsage, CompetitorActivity, Potential
from portal.demo.calendar import ZONE
from portal.demo.chance import Chance, ident, two_figures
from portal.demo.scene import Customer, Scene
from portal.demo.visits import Done
from portal.demo.words import words

OURS = "arkuven"
STRENGTH = {OURS: 0.27, "nordivolt": 0.23, "ferrunda": 0.19, "zelkarc": 0.13, "bravoltek": 0.11, "tigvela": 0.07}
IN_REGION = {"Ege": 1.45, "Marmara": 1.15, "İç Anadolu": 1.0, "Akdeniz": 0.95, "Karadeniz": 0.85}
ELSEWHERE = 0.55
IN_GROUP = {"rutile": 1.4, "basic": 1.3, "steel-wires": 1.05, "tig-rods": 0.9, "saw-wires": 0.8, "rutile-cored": 0.7}
IN_OTHERS = 0.75
"""How much stronger or weaker we are there than in the country, and with products not named here."""
RIVALS_AT_HOME = {
    "nordivolt": "rutile-cored",
    "zelkarc": "stainless-wires",
    "tigvela": "tig-rods",
    "bravoltek": "rutile",
}
GROWTH = {"Ege": 0.22, "Marmara": -0.12, "İç Anadolu": 0.1, "Akdeniz": 0.04}
"""By how much our share at a customer changed over the year."""
TOLD = {"Ege": 0.8, "Marmara": 0.72, "İç Anadolu": 0.66, "Akdeniz": 0.6, "Karadeniz": 0.5}
TOLD_ELSEWHERE = 0.2
TELLS_AGAIN, TELLS_ALL, TELLS_SOME = 0.55, 0.75, 0.65
ACTIVITY = 0.045
CONFIDENCE = {"low": 0.2, "medium": 0.55, "high": 0.25}


def choose_brands(scene: Scene) -> None:
    """Decide what each customer truly uses: one brand mostly, often a second one, seldom a third."""
    chance = Chance("brands")
    regions = {region.id: name for name, region in scene.regions.items()}
    for customer in scene.customers:
        region = regions[customer.account.region_id]
        for group in customer.uses:
            customer.brands[group] = _brands(chance, _strengths(region, group, customer))


def _strengths(region: str, group: str, customer: Customer) -> dict[str, float]:
    strength = dict(STRENGTH)
    strength[OURS] *= IN_REGION.get(region, ELSEWHERE) * IN_GROUP.get(group, IN_OTHERS)
    strength[OURS] *= 0.25 if customer.account.kind == "prospect" else 1.3
    for rival, at_home in RIVALS_AT_HOME.items():
        strength[rival] *= 1.9 if group == at_home else 1
    return strength


def _brands(chance: Chance, strength: dict[str, float]) -> dict[str, float]:
    """Brand → share, the main one first."""
    left = dict(strength)
    count = chance.choices((1, 2, 3), (0.38, 0.47, 0.15))[0]
    chosen = []
    for _ in range(count):
        chosen.append(chance.pick(left))
        del left[chosen[-1]]
    parts = [1.0, *(chance.uniform(0.12, 0.55) for _ in chosen[1:])]
    return {brand: part / sum(parts) for brand, part in zip(chosen, parts, strict=True)}


def add_usage(scene: Scene, done: list[Done]) -> None:
    """What was told at visits: everything the first time, some of it anew later; and what competitors did."""
    chance = Chance("usage")
    regions = {region.id: name for name, region in scene.regions.items()}
    silent = {
        customer.account.id
        for customer in scene.customers
        if not chance.happens(TOLD.get(regions[customer.account.region_id], TOLD_ELSEWHERE))
    }
    known: set[object] = set()
    batch = Batch()
    for each in done:
        customer = each.place
        if not isinstance(customer, Customer):
            continue
        if customer.account.id not in silent:
            _tell(scene, batch, chance, each, customer, GROWTH.get(regions[customer.account.region_id], 0), known)
        if chance.happens(ACTIVITY):
            batch.put_all([_activity(scene, chance, each, customer)])
    batch.write(scene.db)


def _tell(
    scene: Scene, batch: Batch, chance: Chance, done: Done, customer: Customer, growth: float, known: set[object]
) -> None:
    first = customer.account.id not in known
    if first and done.visit.kind == "call":
        return
    if not first and not chance.happens(TELLS_AGAIN):
        return
    known.add(customer.account.id)
    groups = [group for group in customer.uses if chance.happens(TELLS_ALL if first else TELLS_SOME)]
    for group in groups or list(customer.uses)[:1]:
        total = customer.uses[group] * chance.uniform(0.9, 1.12)
        _put_observations(scene, batch, chance, done, customer, group, total, growth)


def _put_observations(
    scene: Scene, batch: Batch, chance: Chance, done: Done, customer: Customer, group: str, total: float, growth: float
) -> None:
    visit = done.visit
    assert visit.happened_at is not None
    day = visit.happened_at.astimezone(ZONE).date()
    seen = {
        "account_id": customer.account.id,
        "territory_id": visit.territory_id,
        "region_id": visit.region_id,
        "product_group_id": scene.groups[group].id,
        "observed_on": day,
        "visit_id": visit.id,
        "user_id": visit.user_id,
        "created_at": visit.created_at,
    }
    shares = _shifted(customer.brands[group], growth * _part_of_year(scene, day))
    for brand, share in shares.items():
        batch.put(
            BrandUsage,
            id=ident("usage", f"{visit.id}/{group}/{brand}"),
            brand_id=scene.brands[brand].id,
            quantity=two_figures(max(total * share * chance.uniform(0.92, 1.08), 1)),
            source=visit.kind,
            confidence=chance.pick(CONFIDENCE),
            **seen,
        )
    if chance.happens(0.6):
        potential = two_figures(max(total * chance.uniform(1.0, 1.25), 1))
        batch.put(Potential, id=ident("potential", f"{visit.id}/{group}"), quantity=potential, **seen)


def _part_of_year(scene: Scene, day: date) -> float:
    """-0.5 a year ago, 0.5 now."""
    return 0.5 - (scene.calendar.day - day).days / 365


def _shifted(brands: dict[str, float], change: float) -> dict[str, float]:
    """The shares once ours has grown or shrunk by so much of itself."""
    shifted = {brand: share * (1 + change if brand == OURS else 1) for brand, share in brands.items()}
    whole = sum(shifted.values())
    return {brand: share / whole for brand, share in shifted.items()}


def _activity(scene: Scene, chance: Chance, done: Done, customer: Customer) -> CompetitorActivity:
    visit, phrases = done.visit, words("talk")["activities"]
    assert visit.happened_at is not None
    rivals = {code for brands in customer.brands.values() for code in brands} - {OURS}
    brand = chance.choice(sorted(rivals) or ["nordivolt"])
    return CompetitorActivity(
        id=ident("activity", visit.id),
        account_id=customer.account.id,
        territory_id=visit.territory_id,
        region_id=visit.region_id,
        brand_id=scene.brands[brand].id,
        happened_on=scene.calendar.working_day(visit.happened_at.astimezone(ZONE).date()),
        text=chance.choice(phrases["texts"]),
        told_by=chance.choice([*phrases["tellers"], done.contacts[0].name]),
        visit_id=visit.id,
        user_id=visit.user_id,
        created_at=visit.created_at,
    )
