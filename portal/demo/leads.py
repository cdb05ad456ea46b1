"""A year of leads: offered to the nearest competent dealer, accepted, declined or left alone; some count down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from models.errors import Refused
from models.lead import DECLINE_REASONS, Lead
from models.lead.intake import Inquiry, receive_lead
from models.lead.routing import offer_lead
from portal.demo.calendar import ZONE, moment
from portal.demo.chance import Chance, rounded, two_figures
from portal.demo.people import landline, mobile, person, slug
from portal.demo.places import address, near, town_of
from portal.demo.scene import Scene, Shop
from portal.demo.words import words

A_HUNDRED_ACCOUNTS = 8
"""How many leads come in over the year for each hundred accounts."""
ANSWERS = {"accepted": 0.66, "declined": 0.2, "expired": 0.14}
ROUNDS = 3
"""How many dealers are asked at most."""
COUNTING_DOWN = {"120.35.001": 3, "120.34.001": 2}
"""Dealers with leads to answer today, and how many; others get one each, as it comes."""
OTHERS_COUNTING = 7
UNROUTED = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody's inquiry, when it came, and what becomes of it."""

    inquiry: Inquiry
    at: datetime
    worth: Decimal


def add_leads(scene: Scene) -> None:
    """First what is history, then what waits for an answer, at last what nobody has routed yet."""
    chance = Chance("leads")
    count = scene.scale.accounts * A_HUNDRED_ACCOUNTS // 100
    days = list(scene.calendar.working_days(360))[:-2]
    for day in sorted(chance.choices(days, k=count)):
        asked = _ask(scene, chance, moment(day, chance.uniform(8.5, 17.5)))
        _live(scene, chance, asked)
    _count_down(scene, chance)
    for _ in range(UNROUTED):
        asked = _ask(scene, chance, _last_evening(scene, chance, late=True))
        receive_lead(scene.db, asked.inquiry, asked.at)


def _ask(scene: Scene, chance: Chance, at: datetime, shop: Shop | None = None) -> Asked:
    """An inquiry from anywhere in the country, or from the neighbourhood of a dealer."""
    plate = shop.plate if shop else chance.pick(scene.weights)
    town = shop.town if shop else town_of(scene, chance, plate)
    fitting = [each for each in words("wishes")["wishes"] if shop is None or _carried(scene, shop, each)]
    wish = chance.choice(fitting)
    place = shop.place if shop else near(chance, town)
    quantity = two_figures(chance.uniform(*wish["quantity"]))
    company, who = _company(chance), person(chance)
    inquiry = Inquiry(
        source=chance.choice(words("wishes")["leads"]["sources"]),
        company=company,
        wanted=chance.choice(wish["texts"]),
        person=who,
        phone=mobile(chance) if chance.happens(0.8) else landline(chance),
        email=f"{slug(who)}@{slug(company).partition('.')[0]}.example" if chance.happens(0.75) else None,
        address=address(chance),
        town=town.name,
        province_id=scene.provinces[plate].id,
        latitude=place["latitude"],
        longitude=place["longitude"],
        product_group_id=scene.groups[wish["group"]].id,
        quantity=quantity,
        unit=wish["unit"],
    )
    return Asked(inquiry, at, quantity * wish["value"])


def _carried(scene: Scene, shop: Shop, wish: dict[str, Any]) -> bool:
    group = scene.groups[wish["group"]]
    return group.code in shop.groups or any(scene.groups[code].id == group.parent_id for code in shop.groups)


def _company(chance: Chance) -> str:
    firms, trade = words("firms"), chance.choice(words("firms")["trades"])
    return f"{chance.choice(firms['words'])} {chance.choice(trade['names'])} {chance.choice(firms['legal']['small'])}"


def _live(scene: Scene, chance: Chance, asked: Asked) -> None:
    """Offered within hours; declined or left alone, it goes to the next dealer on the ladder."""
    lead = receive_lead(scene.db, asked.inquiry, asked.at)
    at = asked.at + timedelta(hours=chance.uniform(0.3, 4))
    for _ in range(ROUNDS):
        if not _offered(scene, lead, at):
            break
        answer, answered_at = chance.pick(ANSWERS), at + timedelta(hours=chance.spread(7, 0.8))
        if answer != "expired" and answered_at < min(_due(lead), scene.calendar.now):
            _answer(scene, chance, lead, answer, answered_at, asked.worth)
        if lead.status == "accepted":
            return
        at = (answered_at if lead.status == "declined" else _due(lead)) + timedelta(minutes=chance.randint(5, 60))
        if at > scene.calendar.now:
            return
    if lead.status == "offered":
        lead.expire(scene.db, at=_due(lead))


def _offered(scene: Scene, lead: Lead, at: datetime) -> bool:
    """Whether there is somebody left to offer it to."""
    try:
        with scene.db.begin_nested():
            offer_lead(scene.db, lead, at=at)
    except Refused:
        return False
    return True


def _due(lead: Lead) -> datetime:
    assert lead.answer_due_at is not None
    return lead.answer_due_at


def _answer(scene: Scene, chance: Chance, lead: Lead, answer: str, at: datetime, worth: Decimal) -> None:
    phrases = words("wishes")["leads"]
    if answer == "accepted":
        due = scene.calendar.working_day(at.astimezone(ZONE).date() + timedelta(days=chance.randint(1, 9)))
        expected = max(rounded(float(worth) * chance.uniform(0.7, 1.1), 1000), Decimal(2000))
        lead.accept(scene.db, chance.choice(phrases["next_steps"]), due, expected, "TRY", at=at)
    else:
        reason = chance.choice(list(DECLINE_REASONS))
        note = chance.choice(phrases["decline_notes"]) if reason == "other" or chance.happens(0.3) else None
        lead.decline(scene.db, reason, note, at=at)
    scene.db.flush()


def _count_down(scene: Scene, chance: Chance) -> None:
    """Offered last evening: the dealers with sign-ins have several to answer."""
    others = [shop for shop in scene.shops if shop.rank != "C" and shop.dealer.code not in COUNTING_DOWN]
    asked = [(shop, n) for shop in scene.shops for n in range(COUNTING_DOWN.get(shop.dealer.code, 0))]
    for shop, place in [*asked, *((shop, 1) for shop in chance.some(others, OTHERS_COUNTING))]:
        one = _ask(scene, chance, _last_evening(scene, chance, late=place < 2), shop)
        lead = receive_lead(scene.db, one.inquiry, one.at)
        offer_lead(scene.db, lead, at=one.at + timedelta(minutes=chance.randint(10, 50)))


def _last_evening(scene: Scene, chance: Chance, *, late: bool) -> datetime:
    """On the last working day; the answer is then due at that hour of the next one."""
    hours = chance.uniform(22.2, 23.0) if late else chance.uniform(16, 18)
    return moment(scene.calendar.last_working_days(1)[0], hours)
