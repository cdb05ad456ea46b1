"""Operations that wait for a decision; the same pages for managers, head office and the rep who was asked."""

from uuid import UUID

from flask import Blueprint, Response, flash, g, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from fieldsync.decisions import accept, accept_each, discard, hand_over, holder_of
from fieldsync.described import abouts, describe, names_of
from fieldsync.exported import LARGEST_FILE
from fieldsync.importing import import_file
from models.access import Permission, Role
from models.errors import N_
from models.sync.conflict import list_conflicts
from models.sync.decision import get_operation, list_decisions, list_open, list_writers, may_accept
from models.sync.inbox import Operation
from portal.quarantine import words
from portal.quarantine.forms import DiscardForm, WorkForm
from portal.web import db
from portal.web.lists import Filter, Listing, ListState
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("quarantine", __name__, url_prefix="/quarantine")

LISTING = Listing(
    sorts=("received_at",),
    default_sort="received_at",
    filters=(
        Filter("verdict", N_("Why"), tuple((verdict.value, label) for verdict, label in words.VERDICTS.items())),
        Filter("rep", N_("Rep")),
    ),
    size=25,
)
MOST_CONFLICTS = 50


@bp.url_value_preprocessor
def admit_large_files(endpoint: str | None, _values: object) -> None:
    """A file of work holds photos: it may be larger than other forms, for those who may bring it, before it is read."""
    wanted = endpoint == "quarantine.take_file" and current_user.is_authenticated
    if wanted and current_user.principal.may(Permission.IMPORT_DATA):
        request.max_content_length = LARGEST_FILE


@bp.get("")
@requires(Permission.DECIDE_OPERATIONS)
def index() -> Response:
    """What waits, oldest first, and the conflicts."""
    state = _state()
    rep = state.chosen.get("rep")
    rows = list_open(
        db,
        verdict=state.chosen.get("verdict"),
        user_id=UUID(rep) if rep else None,
        limit=state.limit,
        offset=state.offset,
    )
    page, conflicts = state.page(rows), list_conflicts(db, limit=MOST_CONFLICTS)
    return render(
        "quarantine/index.html",
        partial="quarantine/_table.html",
        page=page,
        abouts=abouts(db, page.rows),
        conflicts=conflicts,
        disputed=names_of(db, [(each.id, each.row_kind, each.row_id) for each in conflicts]),
        words=words,
    )


@bp.get("/files/new")
@requires(Permission.IMPORT_DATA)
def new_file() -> Response:
    """Ask for a file of work that a laptop cannot send any more."""
    return render("quarantine/new_file.html", form=WorkForm())


@bp.post("/files")
@requires(Permission.IMPORT_DATA)
def take_file() -> BaseResponse:
    """Take its operations in; each waits for a decision, and none twice."""
    form = WorkForm()
    if not form.sent() or not form.run(lambda: read_in(form)):
        return render("quarantine/new_file.html", form=form, status=422)
    return see_other("quarantine.index")


def read_in(form: WorkForm) -> None:
    """Take in the file of a form and say what was in it."""
    text = form.file.data.read().decode(errors="replace")
    done = import_file(db, text, form.passphrase.data)
    counts = {"name": done.name, "taken": done.taken, "known": done.known}
    flash(_("Work of %(name)s: %(taken)s taken in and waiting below, %(known)s were here already.", **counts), "good")
    if done.photos:
        flash(ngettext("%(num)s photo came with it.", "%(num)s photos came with it.", done.photos), "good")
    if done.unreadable:
        flash(ngettext("%(num)s could not be read.", "%(num)s could not be read.", done.unreadable), "late")
    if done.drafts:
        said = ngettext("%(num)s draft stays in the file.", "%(num)s drafts stay in the file.", done.drafts)
        flash(said + " " + _("Only the rep can go on with drafts."), "soon")


@bp.get("/<uuid:id>")
@requires(Permission.DECIDE_OPERATIONS)
def show(id: UUID) -> Response:
    """One operation: who, what, when, why, and what may be done."""
    return page_of(get_operation(db, id), DiscardForm())


@bp.post("/acceptances")
@requires(Permission.DECIDE_OPERATIONS)
def accept_several() -> BaseResponse:
    """Accept those that were ticked, each by itself: one that cannot be applied holds up no other."""
    done, refused = accept_each(db, request.form.getlist("id", type=UUID))
    if done:
        flash(ngettext("%(num)s accepted.", "%(num)s accepted.", done), "good")
    if refused:
        flash(ngettext("%(num)s could not be applied.", "%(num)s could not be applied.", refused), "late")
    if not done and not refused:
        flash(_("Tick what shall be accepted."), "soon")
    return see_other("quarantine.index")


@bp.post("/<uuid:id>/acceptance")
@requires(Permission.DECIDE_OPERATIONS)
def accept_one(id: UUID) -> BaseResponse:
    """Apply it as its writer's work."""
    operation, form = get_operation(db, id), DiscardForm(formdata=None)
    if not form.run(lambda: accept(db, operation.op_id)):
        return page_of(get_operation(db, id), form, status=422)
    flash(_("Accepted: it stands as the work of %(name)s.", name=operation.user.name), "good")
    return see_other("quarantine.index")


@bp.post("/<uuid:id>/hand-over")
@requires(Permission.HAND_OVER)
def pass_on(id: UUID) -> BaseResponse:
    """Ask the rep who holds the territory now."""
    operation, form = get_operation(db, id), DiscardForm(formdata=None)
    about = words.title_of(operation, abouts(db, [operation]).get(operation.op_id))
    if not form.run(lambda: hand_over(db, operation.op_id, about)):
        return page_of(get_operation(db, id), form, status=422)
    flash(_("Handed over. It stays here until that rep has decided."), "good")
    return see_other("quarantine.show", id=id)


@bp.post("/<uuid:id>/discard")
@requires(Permission.DECIDE_OPERATIONS)
def give_up(id: UUID) -> BaseResponse:
    """End it without applying it."""
    operation, form = get_operation(db, id), DiscardForm()
    if not form.sent() or not form.run(lambda: discard(db, operation.op_id, form.reason.data)):
        return page_of(get_operation(db, id), form, status=422)
    flash(_("Discarded. What was written is kept, with your reason."), "good")
    return see_other("quarantine.index")


def page_of(operation: Operation, form: DiscardForm, status: int = 200) -> Response:
    """The page of one operation."""
    holder = holder_of(db, operation) if operation.waits else None
    asks = holder is not None and holder.user_id not in (None, operation.user_id, operation.handed_to)
    return render(
        "quarantine/show.html",
        operation=operation,
        title=words.title_of(operation, abouts(db, [operation]).get(operation.op_id)),
        rows=words.rows(operation.kind, describe(db, operation)),
        holder=holder,
        may_accept=may_accept(db, operation),
        may_ask=asks and g.principal.may(Permission.HAND_OVER),
        timeline=words.timeline(operation, list_decisions(db, operation.op_id)),
        form=form,
        words=words,
        status=status,
    )


def _state() -> ListState:
    writers = [] if g.principal.role is Role.REP else [(str(user.id), user.name) for user in list_writers(db)]
    return LISTING.read(None, rep=writers)
