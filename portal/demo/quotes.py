"""Quotes that followed from visits: drafted, issued with a number and a PDF to be made, accepted, declined, expired."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from models.account import Account
from models.letterhead import Letterhead
from models.product import Product
from models.quote import Quote
from models.quote.drafting import Entry, draft_quote, expire_quotes, issue, write_lines
from portal.demo.calendar import ZONE, moment
from portal.demo.chance import Chance, rounded
from portal.demo.scene import Customer, Scene, Shop
from portal.demo.visits import Done

TOPICS = {"price": 0.55, "project": 0.5, "trial_good": 0.6, "machine": 0.35, "won": 0.4}
"""How often a visit about this led to a quote."""
A_HUNDRED_ACCOUNTS = 10
OUTCOMES = {"accepted": 0.46, "declined": 0.2, "issued": 0.34}
VALID_DAYS = (15, 30, 30, 45)
LOCALES = {"tr": 0.95, "en": 0.03, "it": 0.02}
TERMS = {
    "tr": "Fiyatlarımıza nakliye dahildir. Ödeme: fatura tarihinden itibaren 60 gün.\n"
    "Teslim: stoktan 3 iş günü içinde yetkili bayimiz aracılığıyla.",
    "en": "Prices include carriage. Payment: 60 days from the date of the invoice.\n"
    "Delivery: from stock within 3 working days through our dealer.",
    "it": "Prezzi franco destino. Pagamento: 60 giorni data fattura.\n"
    "Consegna: da magazzino entro 3 giorni lavorativi tramite il nostro rivenditore.",
}
MACHINES = ("mig-machines", "mma-machines", "tig-machines")


def add_letterhead(scene: Scene) -> None:
    """The invented maker, as its quotes show it."""
    letterhead = Letterhead(
        name="Arkuven Kaynak Sanayi A.Ş.",
        address="Gebze Organize Sanayi Bölgesi\n4. Cadde No: 18\n41400 Gebze / Kocaeli",
        contact="+90 850 000 10 10\nsatis@arkuven.example\nwww.arkuven.example",
        registration="Uluçınar V.D. 0001234567 · Gebze Ticaret Sicili 00000",
        bank="Örnek Bank TR00 0000 0000 0000 0000 0000 00",
        terms=TERMS,
    )
    scene.db.add(letterhead)
    scene.db.flush()


def add_quotes(scene: Scene, done: list[Done]) -> None:
    """Quotes by the day on which they were made, then what lies on the table of those who sign in."""
    chance = Chance("quotes")
    led = [each for each in done if isinstance(each.place, Customer) and chance.happens(TOPICS.get(each.topic, 0))]
    chosen = chance.some(led, scene.scale.accounts * A_HUNDRED_ACCOUNTS // 100)
    on = {id(each): _quoted_on(scene, chance, each) for each in chosen}
    for each in sorted(chosen, key=lambda each: (on[id(each)], each.visit.id)):
        quote = _draft(scene, chance, each, on[id(each)], chance.choice(VALID_DAYS))
        age = (scene.calendar.day - on[id(each)]).days
        if age > 4 or chance.happens(0.6):
            _issue(scene, quote, chance.pick(OUTCOMES) if age > 5 else "issued")
    _add_current(scene, chance, done)
    expire_quotes(scene.db, scene.calendar.day)


def _quoted_on(scene: Scene, chance: Chance, done: Done) -> date:
    assert done.visit.happened_at is not None
    day = done.visit.happened_at.astimezone(ZONE).date() + timedelta(days=chance.randint(0, 4))
    return min(scene.calendar.working_day(day), scene.calendar.last_working_days(1)[0])


def _draft(scene: Scene, chance: Chance, done: Done, day: date, valid_days: int, shop: Shop | None = None) -> Quote:
    """A draft by the rep who was there, delivered by a dealer of the same province or territory."""
    assert isinstance(done.place, Customer)
    locale = chance.pick(LOCALES)
    machines = done.topic == "machine"
    quote = draft_quote(
        scene.db,
        scene.db.get_one(Account, done.place.account.id),
        quoted_on=day,
        valid_until=day + timedelta(days=valid_days),
        currency="EUR" if machines else "TRY",
        locale=locale,
        dealer_id=(shop or _dealer_of(scene, chance, done.place)).dealer.id,
        user_id=done.by.id,
        contact=done.contacts[0].name,
        terms=TERMS[locale],
    )
    quote.created_at = moment(day, chance.uniform(9, 18))
    write_lines(quote, list(_machines(scene, chance) if machines else _consumables(scene, chance, done.place)))
    scene.db.flush()
    return quote


def _dealer_of(scene: Scene, chance: Chance, customer: Customer) -> Shop:
    account = customer.account
    same_province = [shop for shop in scene.shops if shop.plate == customer.plate]
    same_territory = [shop for shop in scene.shops if shop.dealer.territory_id == account.territory_id]
    same_region = [shop for shop in scene.shops if shop.dealer.region_id == account.region_id]
    return chance.choice(same_province or same_territory or same_region or scene.shops)


def _consumables(scene: Scene, chance: Chance, customer: Customer) -> Iterator[Entry]:
    """What the customer uses, a few months' worth of it, at a discount for the volume."""
    wanted = {scene.groups[group].id: kilos for group, kilos in customer.uses.items()}
    fitting = [each for each in scene.products if each.active and each.product_group_id in wanted]
    percent = Decimal(chance.choice((5, 8, 10, 12, 15, 18)))
    for product in chance.some(fitting, chance.randint(2, 6)):
        units = wanted[product.product_group_id] * chance.uniform(0.08, 0.3) / float(product.base_quantity)
        quantity = max(rounded(units / float(product.pack_size)), Decimal(1)) * product.pack_size
        yield _entry(scene, product, quantity, percent)


def _machines(scene: Scene, chance: Chance) -> Iterator[Entry]:
    groups = {scene.groups[code].id for code in MACHINES}
    fitting = [each for each in scene.products if each.product_group_id in groups]
    for product in chance.some(fitting, chance.randint(1, 2)):
        yield _entry(scene, product, Decimal(chance.randint(1, 4)), Decimal(chance.choice((0, 3, 5, 8))))


def _entry(scene: Scene, product: Product, quantity: Decimal, percent: Decimal) -> Entry:
    return Entry(
        description=product.name,
        quantity=quantity,
        unit=product.unit,
        price=scene.listed[product.id].price,
        vat_percent=Decimal(20),
        discount_percent=percent,
        code=product.code,
        product_id=product.id,
    )


def _issue(scene: Scene, quote: Quote, outcome: str) -> None:
    issue(scene.db, quote, quote.quoted_on)
    quote.status = outcome


def _add_current(scene: Scene, chance: Chance, done: list[Done]) -> None:
    """For rep and dealer: quotes that end within days, one of this morning, and two drafts; likewise for the others."""
    for code, rep in (("120.35.001", "rep/IZM"), ("120.34.001", "rep/IST"), (None, "rep/DEN")):
        shop = next((shop for shop in scene.shops if shop.dealer.code == code), None)
        own = [each for each in done if each.by is scene.users[rep] and isinstance(each.place, Customer)]
        recent = chance.some(own[-60:], 6)
        for each, age, valid in zip(recent, (28, 29, 13, 0, 0, 1), (30, 30, 15, 30, 15, 30), strict=True):
            quote = _draft(scene, chance, each, scene.calendar.ago(age), valid, shop)
            if each not in recent[-2:]:
                _issue(scene, quote, "issued")
