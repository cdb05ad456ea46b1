"""The accounts one may see, and one of them with its contacts."""

from uuid import UUID

from flask import Blueprint, Response
from flask_babel import get_locale

from models.access import Permission
from models.account import KINDS, get_account, list_accounts
from models.errors import N_
from models.instruction import InstructionFilter, list_instructions
from models.market.supply import list_activities, list_supply
from models.order_draft import STATUSES
from models.order_draft.queries import drafts_for
from portal.web import db
from portal.web.lists import Filter, Listing
from portal.web.period import today
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

LISTING = Listing(
    sorts=("name",), default_sort="name", filters=(Filter("kind", N_("Customers and prospects"), tuple(KINDS.items())),)
)

SHOWN = 10
"""As many instructions as the page of an account shows."""


@bp.get("")
@requires(Permission.SEE_VISITS)
def index() -> Response:
    """Accounts by name."""
    state = LISTING.read()
    rows = list_accounts(
        db,
        q=state.q,
        kind=state.chosen.get("kind"),
        locale=str(get_locale()),
        descending=state.descending,
        limit=state.limit,
        offset=state.offset,
    )
    return render("accounts/index.html", partial="accounts/_table.html", page=state.page(rows), kinds=KINDS)


@bp.get("/<uuid:id>")
@requires(Permission.SEE_VISITS)
def show(id: UUID) -> Response:
    """One account: who works there, what competitors did, from whom it buys, and where to read of the visits."""
    account = get_account(db, id)
    return render(
        "accounts/show.html",
        account=account,
        kinds=KINDS,
        activities=list_activities(db, account),
        supply=list_supply(db, account),
        order_drafts=drafts_for(db, account),
        draft_statuses=STATUSES,
        instructions=list_instructions(db, InstructionFilter(account_id=account.id), limit=SHOWN),
        today=today(),
    )
