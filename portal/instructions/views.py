"""Instructions of the region (head office: of all): what is open, late and done, and giving another."""

import datetime as dt
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, request
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.account import Account, get_account
from models.errors import N_, NotFound
from models.holdings import list_holdings
from models.instruction import (
    STATES,
    Instruction,
    InstructionFilter,
    get_instruction,
    instruct,
    list_instructions,
    owners,
)
from models.text import sort_key
from models.user.people import get_user
from models.visit import Visit
from models.visit.inbox import get_visit
from portal.instructions.forms import InstructionForm, RewriteForm
from portal.web import db
from portal.web.forms import choices, translated
from portal.web.language import gettext as _
from portal.web.lists import Filter, Listing
from portal.web.period import today
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("instructions", __name__, url_prefix="/instructions")

TONES = {"given": "info", "read": "info", "late": "late", "closed": "good", "withdrawn": ""}
SOON = dt.timedelta(days=7)
LISTING = Listing(
    sorts=("due_on",),
    default_sort="due_on",
    filters=(
        Filter(
            "state",
            N_("State"),
            (("open", N_("open")), ("late", N_("late")), ("closed", N_("closed")), ("withdrawn", N_("withdrawn"))),
        ),
        Filter("rep", N_("Rep")),
    ),
    size=25,
)


@bp.get("")
@requires(Permission.GIVE_INSTRUCTIONS)
def index() -> Response:
    """What was asked, open ones first."""
    state = LISTING.read(None, rep=sorted(reps().items(), key=lambda each: sort_key(each[1])))
    rep = state.chosen.get("rep")
    wanted = InstructionFilter(state=state.chosen.get("state"), rep_id=UUID(rep) if rep else None, today=today())
    rows = list_instructions(db, wanted, limit=state.limit, offset=state.offset)
    return render("instructions/index.html", partial="instructions/_table.html", page=state.page(rows), **words(rows))


@bp.get("/new")
@requires(Permission.GIVE_INSTRUCTIONS)
def new() -> Response:
    """The form: about an account, about what a visit told, or to a rep in general."""
    visit, account = _origin()
    form = InstructionForm(
        formdata=None,
        account=str(account.id) if account else "",
        visit=str(visit.id) if visit else "",
        text=next((each.text for each in visit.comments if str(each.id) == request.args.get("comment")), "")
        if visit
        else "",
        due_on=today() + SOON,
    )
    return form_page(form, account)


@bp.post("")
@requires(Permission.GIVE_INSTRUCTIONS)
def create() -> BaseResponse:
    """Give the instruction."""
    visit, account = _origin()
    form, made = InstructionForm(), list[Instruction]()
    with_reps(form)
    if not form.sent() or not form.run(lambda: made.append(give(form, account, visit))):
        return form_page(form, account, status=422)
    flash(_("The instruction is given. It reaches the rep's laptop with the next sync."), "good")
    return see_other("instructions.show", id=made[0].id)


@bp.get("/<uuid:id>")
@requires(Permission.SEE_VISITS)
def show(id: UUID) -> Response:
    """One instruction and what came of it."""
    found = get_instruction(db, id)
    return page(found, RewriteForm(formdata=None, text=found.text, due_on=found.due_on))


@bp.post("/<uuid:id>")
@requires(Permission.GIVE_INSTRUCTIONS)
def rewrite(id: UUID) -> BaseResponse:
    """Say it otherwise, or give more time."""
    found, form = get_instruction(db, id), RewriteForm()
    form.stood = found.due_on
    if not form.sent() or not form.run(lambda: found.rewrite(form.text.data, form.due_on.data)):
        return page(found, form, status=422)
    flash(_("Changed."), "good")
    return see_other("instructions.show", id=id)


@bp.post("/<uuid:id>/withdrawal")
@requires(Permission.GIVE_INSTRUCTIONS)
def withdraw(id: UUID) -> BaseResponse:
    """Take it back."""
    get_instruction(db, id).withdraw()
    flash(_("The instruction is withdrawn."), "good")
    return see_other("instructions.show", id=id)


@bp.post("/<uuid:id>/reopening")
@requires(Permission.GIVE_INSTRUCTIONS)
def reopen(id: UUID) -> BaseResponse:
    """Ask for it again."""
    get_instruction(db, id).reopen()
    flash(_("The instruction is open again."), "good")
    return see_other("instructions.show", id=id)


def give(form: InstructionForm, account: Account | None, visit: Visit | None) -> Instruction:
    """Do what the form says."""
    rep = get_user(db, UUID(form.rep.data)) if form.rep.data and account is None else None
    more = {"visit_id": visit.id} if visit else {}
    return instruct(db, form.text.data, form.due_on.data, account=account, rep=rep, **more)


def reps() -> dict[str, str]:
    """Whoever holds a territory that one steers, by id."""
    return {str(each.user_id): each.user for each in list_holdings(db) if each.user is not None}


def with_reps(form: InstructionForm) -> InstructionForm:
    """The form with the reps to choose from."""
    form.rep.choices = choices(reps(), none=_("Please choose"))
    form.rep.flags.optional_unsaid = True  # it is shown only where no account stands for the rep
    return form


def form_page(form: InstructionForm, account: Account | None, status: int = 200) -> Response:
    """The form's page."""
    return render("instructions/new.html", form=with_reps(form), account=account, status=status)


def page(found: Instruction, form: RewriteForm, status: int = 200) -> Response:
    """One instruction's page."""
    return render("instructions/show.html", instruction=found, form=form, status=status, **words([found]))


def words(rows: list[Instruction]) -> dict[str, Any]:
    """What the templates need to say how each stands and whose it is."""
    return {"states": translated(STATES), "tones": TONES, "today": today(), "owners": owners(db, rows)}


def _origin() -> tuple[Visit | None, Account | None]:
    """The visit and account that the address or the form names; those that may not be seen are not found."""
    visit_id, account_id = _named("visit"), _named("account")
    visit = get_visit(db, visit_id) if visit_id else None
    if visit is not None and visit.account is not None:
        return visit, visit.account
    return visit, get_account(db, account_id) if account_id else None


def _named(name: str) -> UUID | None:
    given = request.values.get(name)
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound from None
