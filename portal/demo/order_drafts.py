"""Orders that reps drafted for the dealers who sign in: one still written, some to answer, some answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from models.account import Account
from models.dealer import Dealer
from models.order.queries import OrderFilter, list_orders
from models.order_draft import OrderDraft
from models.order_draft.drafting import Wanted, decline, draft_order, propose, take
from models.repricing import Wish
from portal.demo.calendar import moment
from portal.demo.chance import Chance, ident
from portal.demo.scene import Customer, Scene, Shop
from portal.demo.visits import Done

FOR = (
    ("120.35.001", "rep/IZM", ("declined", "ordered", "proposed", "proposed", "drafted")),
    ("120.34.001", "rep/IST", ("ordered", "proposed")),
)
"""The dealer, the rep, and how far each draft has come, the oldest first."""
NOTES = (
    "Müşterinin stoğu iki haftalık kalmış; perşembe sevkiyatına yetişirse iyi olur.",
    "Görüştüğümüz gibi, eksikleri tamamlıyor.",
    "Deneme olumlu geçti, ilk parti bu.",
    None,
)
REASON = "Depomuzda bu kalemlerden bir aylık stok var, gelecek ay bakalım."


def add_order_drafts(scene: Scene, done: list[Done]) -> None:
    """A handful for each of the dealers, from the days before."""
    chance = Chance("order drafts")
    for code, rep, states in FOR:
        shop = next(shop for shop in scene.shops if shop.dealer.code == code)
        own = [each for each in done if each.by is scene.users[rep] and isinstance(each.place, Customer)]
        latest = list({each.visit.account_id: each for each in own}.values())[-len(states) :]
        days = scene.calendar.last_working_days(len(states))[::-1]
        for each, status, day in zip(latest, states, days, strict=True):
            _answer(scene, _draft(scene, chance, each, shop, day), shop, status)


def _draft(scene: Scene, chance: Chance, done: Done, shop: Shop, day: date) -> OrderDraft:
    assert isinstance(done.place, Customer)
    account = scene.db.get_one(Account, done.place.account.id)
    dealer = scene.db.get_one(Dealer, shop.dealer.id)
    wanted = Wanted(dealer, _wishes(scene, chance, done.place), "TRY", chance.choice(NOTES))
    draft_id = ident("order draft", f"{shop.dealer.code} {account.id}")
    draft = draft_order(scene.db, draft_id, wanted, day, user_id=done.by.id, account=account)
    draft.created_at = moment(day, chance.uniform(9, 17))
    return draft


def _wishes(scene: Scene, chance: Chance, customer: Customer) -> list[Wish]:
    """A few packs of what the customer uses, at the list prices that the laptop knows."""
    used = {scene.groups[group].id for group in customer.uses}
    liras = [each for each in scene.products if each.active and scene.listed[each.id].currency == "TRY"]
    fitting = [each for each in liras if each.product_group_id in used] or liras
    chosen = chance.some(fitting, chance.randint(2, 5))
    packs = [Decimal(chance.randint(2, 20)) for _ in chosen]
    return [
        Wish(each.id, count * each.pack_size, scene.listed[each.id].price)
        for each, count in zip(chosen, packs, strict=True)
    ]


def _answer(scene: Scene, draft: OrderDraft, shop: Shop, status: str) -> None:
    """Bring the draft as far as it has come, an hour or a day after it was written."""
    if status == "drafted":
        return
    propose(scene.db, draft, draft.amount, draft.priced_on)
    draft.proposed_at = draft.created_at + (scene.calendar.now - draft.created_at) / 8
    if status == "ordered":
        newest = list_orders(scene.db, OrderFilter(q=shop.dealer.name, limit=1))
        take(scene.db, draft, newest[0].number if newest else None)
    elif status == "declined":
        decline(scene.db, draft, REASON)
    if draft.answered_at is not None:
        draft.answered_at = draft.created_at + (scene.calendar.now - draft.created_at) / 2
    scene.db.flush()
