"""Head office's side of leads: taking one in, and offering it."""

from uuid import UUID

from flask import Response, flash
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.dealer import Dealer, get_dealer
from models.errors import Refused
from models.lead import Lead
from models.lead.disqualification import disqualify as disqualify_lead
from models.lead.intake import Similar, receive_lead, similar_leads
from models.lead.queries import get_lead
from models.lead.routing import offer_lead
from models.product_tree import load_groups
from models.region import list_provinces
from portal.leads.forms import DisqualifyForm, InquiryForm, OfferForm
from portal.leads.views import bp, page
from portal.mail.messages import lead_offered
from portal.web import db
from portal.web.forms import choices
from portal.web.language import gettext as _
from portal.web.lifecycle import portal
from portal.web.permissions import requires
from portal.web.render import render, see_other


@bp.get("/new")
@requires(Permission.MANAGE_LEADS)
def new() -> Response:
    """The form for a lead that came by telephone or mail."""
    return intake(with_choices(InquiryForm(formdata=None)))


@bp.post("")
@requires(Permission.MANAGE_LEADS)
def create() -> BaseResponse:
    """Take a lead in, unless it looks like one that is there; then ask once."""
    form = with_choices(InquiryForm())
    if not form.sent():
        return intake(form)
    inquiry = form.inquiry()
    similar = [] if form.confirmed.data else similar_leads(db, inquiry)
    if similar:
        form.confirmed.data = "yes"
        return intake(form, similar, status=422)
    made: list[Lead] = []
    if not form.run(lambda: made.append(receive_lead(db, inquiry))):
        return intake(form)
    flash(_("Lead %(number)s is taken in.", number=made[0].number), "good")
    if form.offer.data:
        offer_at_once(made[0])
    return see_other("leads.show", id=made[0].id)


@bp.post("/<uuid:id>/offer")
@requires(Permission.MANAGE_LEADS)
def offer(id: UUID) -> BaseResponse:
    """Offer the lead to the best dealer who is left, or to the one chosen."""
    lead, form = get_lead(db, id), OfferForm(prefix="offer")
    chosen = get_dealer(db, form.dealer_id) if form.dealer_id else None
    if not form.sent() or not form.run(lambda: offer_and_tell(lead, chosen)):
        return page(lead, offer=form)
    flash(_("The lead is offered."), "good")
    return see_other("leads.show", id=id)


@bp.post("/<uuid:id>/disqualification")
@requires(Permission.MANAGE_LEADS)
def disqualify(id: UUID) -> BaseResponse:
    """Disqualify a lead of which nothing can come."""
    lead, form = get_lead(db, id), DisqualifyForm(prefix="disqualify")
    if not form.sent() or not form.run(lambda: disqualify_lead(db, lead, form.reason.data, form.note.data)):
        return page(lead, disqualify=form)
    flash(_("The lead is disqualified."), "good")
    return see_other("leads.show", id=id)


def offer_at_once(lead: Lead) -> None:
    """Offer a fresh lead; when nobody is competent it stays received, and the page says so."""
    try:
        offer_and_tell(lead)
    except Refused as refusal:
        flash(_(refusal.message, **refusal.params), "soon")


def offer_and_tell(lead: Lead, dealer: Dealer | None = None) -> None:
    """Offer a lead, and tell the dealer by mail."""
    lead_offered(db, portal().settings, offer_lead(db, lead, dealer))


def with_choices(form: InquiryForm) -> InquiryForm:
    """The form with the provinces and product groups to choose from."""
    provinces = {str(province.id): province.name for province in list_provinces(db)}
    form.province.choices = choices(provinces, none=_("Choose a province"))
    groups = {str(node.id): "\N{EM SPACE}" * node.depth + node.name for node in load_groups(db).walk()}
    form.group.choices = choices(groups, none=_("Not known yet"))
    return form


def intake(form: InquiryForm, similar: list[Similar] | None = None, status: int | None = None) -> Response:
    """The intake form, with the leads that the new one may repeat."""
    return render("leads/new.html", form=form, similar=similar or [], status=status or form.status)
