"""Hand-overs of the region (head office: of all): what is planned, what was done, and planning another."""

import datetime as dt
from uuid import UUID

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.account import Account, get_account
from models.base import now
from models.errors import N_
from models.hand_over import (
    HandOver,
    State,
    cancel,
    get_hand_over,
    hand_over_account,
    hand_over_territory,
    list_hand_overs,
    list_moves,
    list_reps,
)
from models.region import Territory
from models.team import list_held, list_territories
from models.user.people import get_user
from portal import formats
from portal.hand_overs.forms import AccountForm, TerritoryForm
from portal.web import db
from portal.web.forms import choices, translated
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("hand_overs", __name__, url_prefix="/hand-overs")

STATES = {State.PLANNED: N_("planned"), State.DONE: N_("done"), State.CANCELLED: N_("called off")}
TONES = {State.PLANNED: "soon", State.DONE: "good", State.CANCELLED: ""}
LISTING = Listing(
    sorts=("effective_at",),
    default_sort="-effective_at",
    filters=(Filter("state", N_("State"), tuple((state.value, label) for state, label in STATES.items())),),
    size=25,
)


@bp.get("")
@requires(Permission.HAND_OVER)
def index() -> Response:
    """What is planned and what was done, and the form for a territory."""
    return page_of(territory_form())


@bp.post("/territories")
@requires(Permission.HAND_OVER)
def create_territory() -> BaseResponse:
    """Hand a territory over, at once or from a day on."""
    form = territory_form()
    if not form.sent() or not form.run(lambda: give_territory(form)):
        return page_of(form, status=422)
    flash(said(form.effective_on.data), "good")
    return see_other("hand_overs.index")


@bp.get("/accounts/<uuid:id>")
@requires(Permission.HAND_OVER)
def new_account(id: UUID) -> Response:
    """The form for one account, with where it has been."""
    account = get_account(db, id)
    return account_page(account, account_form(account))


@bp.post("/accounts/<uuid:id>")
@requires(Permission.HAND_OVER)
def create_account(id: UUID) -> BaseResponse:
    """Hand an account over, at once or from a day on."""
    account = get_account(db, id)
    form = account_form(account)
    if not form.sent() or not form.run(lambda: move_account(account, form)):
        return account_page(account, form, status=422)
    flash(said(form.effective_on.data), "good")
    return see_other("hand_overs.index")


@bp.post("/<uuid:id>/cancellation")
@requires(Permission.HAND_OVER)
def cancel_one(id: UUID) -> BaseResponse:
    """Call off what has not taken effect."""
    cancel(db, get_hand_over(db, id))
    flash(_("Called off."), "good")
    return see_other("hand_overs.index")


def give_territory(form: TerritoryForm) -> HandOver:
    """Do what the form says."""
    territory = db.get_one(Territory, UUID(form.territory.data))
    user = get_user(db, UUID(form.rep.data))
    return hand_over_territory(db, territory, user, midnight(form.effective_on.data), form.reason.data or "")


def move_account(account: Account, form: AccountForm) -> HandOver:
    """Do what the form says."""
    territory = db.get_one(Territory, UUID(form.territory.data))
    return hand_over_account(db, account, territory, midnight(form.effective_on.data), form.reason.data or "")


def territory_form() -> TerritoryForm:
    """The form with the territories one steers, each with who holds it, and the reps."""
    form = TerritoryForm(data={"effective_on": today()})
    held = {territory.id: f"{territory.name} ({user.name if user else '–'})" for territory, user in list_held(db)}
    form.territory.choices = choices(held, none=_("Please choose"))
    form.rep.choices = choices({user.id: user.name for user in list_reps(db)}, none=_("Please choose"))
    return form


def account_form(account: Account) -> AccountForm:
    """The form with the territories where the account could go."""
    form = AccountForm(data={"effective_on": today()})
    others = {each.id: each.name for each in list_territories(db) if each.id != account.territory_id}
    form.territory.choices = choices(others, none=_("Please choose"))
    return form


def page_of(form: TerritoryForm, status: int = 200) -> Response:
    """The list with the form beside it."""
    state = LISTING.read()
    rows = list_hand_overs(db, state=state.chosen.get("state"), limit=state.limit, offset=state.offset)
    return render(
        "hand_overs/index.html",
        partial="hand_overs/_table.html",
        page=state.page(rows),
        states=translated(STATES),
        tones=TONES,
        form=form,
        status=status,
    )


def account_page(account: Account, form: AccountForm, status: int = 200) -> Response:
    """One account's form."""
    return render(
        "hand_overs/account.html", account=account, moves=list_moves(db, account.id), form=form, status=status
    )


def said(day: dt.date) -> str:
    """What is told after it."""
    if day <= today():
        return str(_("Handed over. The laptops learn of it with their next sync."))
    return str(_("Planned for %(day)s. Until then nothing changes.", day=formats.current().date(day)))


def today() -> dt.date:
    """The day it is where the reader is."""
    return now().astimezone(formats.current().timezone).date()


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins where the reader is; a day that has begun is now, for nothing is changed in the past."""
    return max(dt.datetime.combine(day, dt.time.min, formats.current().timezone), now())
