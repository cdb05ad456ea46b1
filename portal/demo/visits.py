"""A year of visits and calls: every account in its rhythm, some forgotten, and the plan of the days to come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from models.account import Account, Contact
from models.bulk import Batch
from models.dealer import Dealer
from models.user import User
from models.visit import Visit, VisitParticipant
from portal.demo.calendar import moment
from portal.demo.chance import Chance, ident
from portal.demo.scene import Customer, Scene, Shop
from portal.demo.talk import About, say

FORGOTTEN = 0.06
"""How many accounts nobody has visited for months although it was agreed."""
SKIPPED = 0.06
WITHOUT_INTERVAL = 160
DEALER_INTERVAL = {"A": 18, "B": 32, "C": 55}
CALLS = {"large": 0.18, "medium": 0.24, "small": 0.34}
MOST_A_DAY = 6
HOURS = (9.0, 10.4, 11.6, 13.5, 14.7, 16.0, 16.9, 17.4)
PLANNED_TODAY, PLANNED_AHEAD, DAYS_AHEAD = 5, 2, 9
EXPECTED = {2: time(14)}
"""Which stop of today has a time of its own."""


@dataclass(slots=True)
class Call:
    """Something to do at a place on a day, before it is known who does it at what hour."""

    day: date
    place: Customer | Shop

    @property
    def at(self) -> Account | Dealer:
        """Whom it is about."""
        return self.place.account if isinstance(self.place, Customer) else self.place.dealer


@dataclass(slots=True)
class Done:
    """A visit that took place."""

    visit: Visit
    place: Customer | Shop
    topic: str
    contacts: list[Contact]
    rival: str
    by: User


def add_visits(scene: Scene) -> list[Done]:
    """Everything that took place, oldest first, and the plan."""
    chance = Chance("visits")
    calls = [*_calls_at_accounts(scene, chance), *_calls_at_dealers(scene, chance)]
    done = [
        _visit(scene, chance, call, at)
        for day, at_work in _by_rep(scene, calls)
        for call, at in zip(at_work, _hours(day, len(at_work)), strict=True)
    ]
    done.sort(key=lambda each: (each.visit.happened_at, each.visit.id))
    plan = list(_plan(scene, chance, done))
    batch = Batch()
    for each in done:
        batch.put_all([each.visit])
        _put_participants(batch, each)
    batch.write(scene.db)
    scene.add(plan)
    return done


def _calls_at_accounts(scene: Scene, chance: Chance) -> Iterator[Call]:
    for customer in scene.customers:
        interval = customer.account.visit_interval_days
        until = chance.randint(80, 200) if interval and chance.happens(FORGOTTEN) else 0
        yield from _rhythm(scene, chance, customer, interval or WITHOUT_INTERVAL, until)


def _calls_at_dealers(scene: Scene, chance: Chance) -> Iterator[Call]:
    for shop in scene.shops:
        yield from _rhythm(scene, chance, shop, DEALER_INTERVAL[shop.rank], 0)


def _rhythm(scene: Scene, chance: Chance, place: Customer | Shop, interval: int, until: int) -> Iterator[Call]:
    """About every `interval` days from a year ago on, up to `until` days ago."""
    back = 365 - chance.uniform(0, interval)
    while back >= max(until, 1):
        day = scene.calendar.working_day(scene.calendar.ago(int(back)))
        if day < scene.calendar.day and not chance.happens(SKIPPED):
            yield Call(day, place)
        back -= max(chance.gauss(interval * 0.92, interval * 0.14), 5)


def _by_rep(scene: Scene, calls: Iterable[Call]) -> Iterator[tuple[date, list[Call]]]:
    """Each rep's days; what is too much for one goes to the next working day, and what is left at the end, away."""
    days: defaultdict[UUID, defaultdict[date, list[Call]]] = defaultdict(lambda: defaultdict(list))
    for call in calls:
        rep = scene.holder(call.at.territory_id, moment(call.day))
        days[rep.id][call.day].append(call)
    for own in days.values():
        carried: list[Call] = []
        for day in scene.calendar.working_days(370):
            carried += own[day]
            today, carried = carried[:MOST_A_DAY], carried[MOST_A_DAY:]
            for call in today:
                call.day = day
            yield day, today


def _hours(day: date, count: int) -> list[datetime]:
    return [moment(day, hours) for hours in HOURS[:count]]


def _visit(scene: Scene, chance: Chance, call: Call, at: datetime) -> Done:
    place, target = call.place, call.at
    rep = scene.holder(target.territory_id, at)
    about = _about(scene, chance, place)
    said = say(chance, scene.calendar, about, call.day)
    happened_at = at + timedelta(minutes=chance.randrange(0, 25))
    visit = Visit(
        id=ident("visit", f"{target.id}/{call.day}"),
        territory_id=target.territory_id,
        region_id=target.region_id,
        account_id=target.id if isinstance(place, Customer) else None,
        dealer_id=target.id if isinstance(place, Shop) else None,
        user_id=rep.id,
        kind=about.kind,
        status="completed",
        planned_on=call.day if chance.happens(0.7) else None,
        happened_at=happened_at,
        summary=said.summary,
        next_steps=said.next_steps,
        next_step_on=said.next_step_on,
        created_at=_sent_at(scene, chance, happened_at),
    )
    contacts = [about.contact]
    if about.kind == "visit" and len(place.contacts) > 1 and chance.happens(0.4):
        contacts += chance.some([each for each in place.contacts if each is not about.contact], chance.randint(1, 2))
    return Done(visit, place, said.topic, contacts, about.rival, rep)


def _about(scene: Scene, chance: Chance, place: Customer | Shop) -> About:
    rival = scene.brands[chance.choice([code for code in scene.brands if code != "arkuven"])].name
    if isinstance(place, Shop):
        kind = "call" if chance.happens(0.3) else "visit"
        return About(kind, chance.choice(place.contacts), "steel-wires", 0, rival, dealer=True)
    kind = "call" if chance.happens(CALLS[place.size]) else "visit"
    group = chance.pick(place.uses)
    brands = place.brands.get(group)
    if brands:
        rivals = [code for code in brands if code != "arkuven"]
        rival = scene.brands[rivals[0]].name if rivals else rival
    prospect = place.account.kind == "prospect"
    return About(kind, chance.choice(place.contacts), group, place.uses[group], rival, prospect)


def _sent_at(scene: Scene, chance: Chance, happened_at: datetime) -> datetime:
    """Written in the car, sent with the next network: the same evening at the latest, nearly always."""
    hours = chance.uniform(0.3, 6) if chance.happens(0.93) else chance.uniform(20, 60)
    return min(happened_at + timedelta(hours=hours), scene.calendar.now)


def _put_participants(batch: Batch, done: Done) -> None:
    visit = done.visit
    for contact in done.contacts:
        batch.put(
            VisitParticipant,
            id=ident("participant", f"{visit.id}/{contact.id}"),
            visit_id=visit.id,
            contact_id=contact.id,
            territory_id=visit.territory_id,
            region_id=visit.region_id,
        )


def _plan(scene: Scene, chance: Chance, done: list[Done]) -> Iterator[Visit]:
    """Each territory's next days: what is due first, and the anchor day fullest."""
    last = {each.visit.account_id: each.visit.happened_at for each in done}
    by_territory: defaultdict[UUID, list[Customer]] = defaultdict(list)
    for customer in scene.customers:
        if customer.account.visit_interval_days:
            by_territory[customer.account.territory_id].append(customer)
    ahead = [scene.calendar.ago(-days) for days in range(1, 2 * DAYS_AHEAD)]
    ahead = [day for day in ahead if scene.calendar.working_day(day) == day][:DAYS_AHEAD]
    wanted = [scene.calendar.day] * PLANNED_TODAY + [day for day in ahead for _ in range(PLANNED_AHEAD)]
    for customers in by_territory.values():
        customers.sort(key=lambda each: (abs(_days_left(scene, each, last)), each.account.id))
        for place, (day, customer) in enumerate(zip(wanted, customers, strict=False)):
            visit = _planned(scene, chance, customer, day)
            if place < PLANNED_TODAY and visit.kind == "visit":
                visit.place_in_day, visit.locked_time = place + 1, EXPECTED.get(place)
            yield visit


def _days_left(scene: Scene, customer: Customer, last: dict[UUID | None, datetime | None]) -> int:
    """Days until the account is due, the forgotten ones far off: nobody thinks of them."""
    seen = last.get(customer.account.id) or moment(scene.calendar.ago(400))
    return (customer.account.visit_interval_days or 0) - (scene.calendar.now - seen).days


def _planned(scene: Scene, chance: Chance, customer: Customer, day: date) -> Visit:
    account = customer.account
    return Visit(
        id=ident("visit", f"{account.id}/planned"),
        territory_id=account.territory_id,
        region_id=account.region_id,
        account_id=account.id,
        user_id=scene.holder(account.territory_id, scene.calendar.now).id,
        kind="visit" if chance.happens(0.85) else "call",
        status="planned",
        planned_on=day,
        created_at=scene.calendar.now - timedelta(days=3),
    )
