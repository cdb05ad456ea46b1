"""Leads, newest first; one of them, and a dealer's answer to it."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, flash, g
from flask_babel import pgettext
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission, Scope
from models.base import now
from models.dealer import dealers_of_region
from models.errors import N_
from models.lead import DECLINE_REASONS, STATUSES, WAITS_FOR_HEAD_OFFICE, Lead
from models.lead.queries import LeadFilter, get_lead, hours_to_answer, list_leads
from models.lead.routing import rank_dealers
from models.price import currency_of
from models.region import list_provinces
from portal.leads.forms import AcceptForm, DeclineForm, DisqualifyForm, OfferForm
from portal.leads.town_map import map_of
from portal.leads.words import TONES, on_ladder, timeline, why
from portal.web import db, export
from portal.web.export import Column
from portal.web.filters import chip
from portal.web.forms import Form, choices
from portal.web.language import gettext as _
from portal.web.lists import Filter, Listing, ListState
from portal.web.period import end_of, start_of, today
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("leads", __name__, url_prefix="/leads")

FALLBACK_CURRENCY = "TRY"
LISTING = Listing(
    sorts=("received_at",),
    default_sort="-received_at",
    filters=(
        Filter("status", N_("Status"), tuple(STATUSES.items())),
        Filter("since", N_("From"), kind="date"),
        Filter("until", N_("Until"), kind="date"),
    ),
)


@bp.get("")
@requires(Permission.SEE_LEADS)
def index() -> Response:
    """Leads, newest first."""
    state = LISTING.read()
    wanted = lead_filter(state)
    if export.wanted():
        return export.send(_("leads"), columns(), list_leads(db, wanted))
    rows = list_leads(db, replace(wanted, limit=state.limit, offset=state.offset))
    return render(
        "leads/index.html",
        partial="leads/_table.html",
        page=state.page(rows),
        whose=g.principal.scope is not Scope.DEALER,
        chips={status: chip(_(label), TONES.get(status, "")) for status, label in STATUSES.items()},
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_LEADS)
def show(id: UUID) -> Response:
    """One lead: a teaser until it is accepted."""
    return page(get_lead(db, id))


@bp.post("/<uuid:id>/acceptance")
@requires(Permission.ANSWER_LEADS)
def accept(id: UUID) -> BaseResponse:
    """Take the lead on; from here on its contact may be read."""
    lead, form = get_lead(db, id), AcceptForm(prefix="accept")
    if not form.sent() or not form.run(lambda: form.accept(db, lead, currency())):
        return page(lead, accept=form)
    flash(_("The lead is yours. Here is whom to call."), "good")
    return see_other("leads.show", id=id)


@bp.post("/<uuid:id>/decline")
@requires(Permission.ANSWER_LEADS)
def decline(id: UUID) -> BaseResponse:
    """Leave the lead to somebody else."""
    lead, form = get_lead(db, id), DeclineForm(prefix="decline")
    if not form.sent() or not form.run(lambda: lead.decline(db, form.reason.data, form.note.data)):
        return page(lead, decline=form)
    flash(_("The lead is declined. Head office offers it to somebody else."), "good")
    return see_other("leads.index")


def page(lead: Lead, **sent: Form) -> Response:
    """A lead with its forms, all of them fresh but the one that was sent, named by its verb."""
    answering = lead.status == "offered" and g.principal.may(Permission.ANSWER_LEADS)
    offering = lead.status != "accepted" and g.principal.may(Permission.MANAGE_LEADS)
    forms = fresh_forms() | sent
    if offering:
        name_dealers(forms["offer"], lead)
    return render(
        "leads/show.html",
        **forms,
        lead=lead,
        answering=answering,
        offering=offering,
        unplaced=offering and lead.status in WAITS_FOR_HEAD_OFFICE,
        currency=currency() if answering else None,
        statuses=STATUSES,
        tones=TONES,
        reasons=DECLINE_REASONS,
        steps=timeline(lead),
        why=why,
        map=map_of(lead, list_provinces(db)),
        held=lead.status == "offered" and lead.answer_due_at is not None and lead.answer_due_at > now(),
        hours=hours_to_answer(lead.offered_at, lead.answer_due_at),
        whose=g.principal.scope is not Scope.DEALER,
        status=max((form.status for form in sent.values()), default=200),
    )


def fresh_forms() -> dict[str, Form]:
    """What may be said about a lead, by its verb, with nothing said yet."""
    return {
        "accept": AcceptForm(formdata=None, prefix="accept", next_step_on=today()),
        "decline": DeclineForm(formdata=None, prefix="decline"),
        "disqualify": DisqualifyForm(formdata=None, prefix="disqualify"),
        "offer": OfferForm(formdata=None, prefix="offer"),
    }


def name_dealers(form: Form, lead: Lead) -> None:
    """Let the form of an offer name the ladder as it is now, then the other dealers of the region."""
    candidates = rank_dealers(db, lead).candidates
    others = {str(id): name for id, name in dealers_of_region(db, lead.region_id)}
    ranked = {str(each.dealer_id): on_ladder(place, each) for place, each in enumerate(candidates, 1)}
    form.dealer.flags.optional_unsaid = True
    form.dealer.choices = choices(ranked | (others | ranked), none=_("The best by the rules"))


def currency() -> str:
    """The currency in which the reader's dealer thinks of amounts."""
    return currency_of(db, g.principal.dealer_id, today()) or FALLBACK_CURRENCY


def lead_filter(state: ListState) -> LeadFilter:
    """The leads that the address asks for, all of them."""
    return LeadFilter(
        q=state.q,
        status=state.chosen.get("status"),
        since=start_of(state.chosen.get("since")),
        before=end_of(state.chosen.get("until")),
        limit=None,
    )


def columns() -> list[Column]:
    """What a file of leads holds."""
    whose = [Column(_("Dealer"), lambda row: row.dealer_name)] if g.principal.scope is not Scope.DEALER else []
    return [
        Column(_("Lead"), lambda row: row.number),
        Column(_("Status"), lambda row: _(STATUSES[row.status])),
        *whose,
        Column(pgettext("moment", "Received"), lambda row: row.received_at),
        Column(_("Province"), lambda row: row.province_name),
        Column(_("Town"), lambda row: row.town),
        Column(_("Product group"), lambda row: row.group_name),
        Column(_("What is wanted"), lambda row: row.wanted),
        Column(_("Quantity"), lambda row: row.quantity),
        Column(_("Unit"), lambda row: row.unit),
        Column(_("Answer due"), lambda row: row.answer_due_at),
        Column(_("Company"), lambda row: row.company),
        Column(_("Next step"), lambda row: row.next_step),
        Column(_("On"), lambda row: row.next_step_on),
    ]
