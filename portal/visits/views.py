"""The inbox of visits and one visit with its comments; the same pages for reps, managers and head office."""

from uuid import UUID

from flask import Blueprint, Response, flash
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.check_in import check_in_of
from models.instruction import InstructionFilter, list_instructions
from models.market.logged import logged_on
from models.survey.questions import asked
from models.survey.results import in_words, responses_of_visit
from models.sync.blob import content_of, get_attachment, get_blob, list_attachments
from models.visit import KINDS, Visit, comment
from models.visit.inbox import get_visit, list_visits, mark_read, visit_before
from portal.visits.forms import CommentForm
from portal.visits.inbox import in_parts, read_page, read_state, wanted
from portal.visits.photos import in_place
from portal.web import db, export
from portal.web.export import Column
from portal.web.language import gettext as _
from portal.web.lifecycle import portal
from portal.web.lists import DEEPEST
from portal.web.period import today
from portal.web.permissions import requires
from portal.web.render import asks_for_part, render, see_other

bp = Blueprint("visits", __name__, url_prefix="/visits")


@bp.get("")
@requires(Permission.SEE_VISITS)
def index() -> Response:
    """What came in, unread and newest first."""
    state = read_state()
    if export.wanted():
        return export.send("visits", columns(), list_visits(db, wanted(state), limit=DEEPEST).rows)
    return render(
        "visits/index.html", partial="visits/_list.html", page=read_page(state), kinds=kinds(), parts=in_parts
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_VISITS)
def show(id: UUID) -> Response:
    """One visit beside the inbox. Reading it is noted after the inbox was read, so that it stays in its place."""
    visit = get_visit(db, id)
    response = render_visit(visit, CommentForm())
    mark_read(portal().database, db, visit)
    return response


@bp.get("/photos/<uuid:id>")
@requires(Permission.SEE_VISITS)
def photo(id: UUID) -> Response:
    """One photo of a visit."""
    attachment = get_attachment(db, id)
    blob = get_blob(db, attachment.sha256, attachment.user_id)
    response = Response(content_of(db, blob), mimetype=blob.mime)
    response.headers.update({"Cache-Control": "private, max-age=86400", "Content-Disposition": "inline"})
    return response


@bp.post("/<uuid:id>/comments")
@requires(Permission.COMMENT_VISITS)
def create_comment(id: UUID) -> BaseResponse:
    """Write under a visit."""
    visit, form = get_visit(db, id), CommentForm()
    if not form.sent() or not form.run(lambda: comment(db, visit, form.text.data)):
        return render_visit(visit, form, status=422)
    flash(_("Your comment is saved. It reaches the rep's laptop with the next sync."), "good")
    if asks_for_part():
        return render_visit(visit, CommentForm(formdata=None))
    return see_other("visits.show", id=id)


def render_visit(visit: Visit, form: CommentForm, status: int = 200) -> Response:
    """The visit's page, or its comments alone where only these change."""
    if asks_for_part():
        return render("visits/show.html", partial="visits/_comments.html", visit=visit, form=form, status=status)
    surveys = responses_of_visit(db, visit.id)
    return render(
        "visits/show.html",
        page=read_page(read_state()),
        visit=visit,
        before=visit_before(db, visit),
        logged=logged_on(db, visit),
        photos=in_place(list_attachments(db, visit.id), surveys),
        arrival=check_in_of(db, visit),
        surveys=surveys,
        instructions=list_instructions(db, InstructionFilter(visit_id=visit.id)),
        today=today(),
        asked=asked,
        in_words=in_words,
        form=form,
        kinds=kinds(),
        parts=in_parts,
        status=status,
    )


def kinds() -> dict[str, str]:
    """The reader's words for the kinds of visits."""
    return {kind: _(label) for kind, label in KINDS.items()}


def columns() -> tuple[Column, ...]:
    """The inbox as a file."""
    return (
        Column(_("Date"), lambda row: row.happened_at),
        Column(_("Account or dealer"), lambda row: row.place),
        Column(_("Rep"), lambda row: row.who),
        Column(_("Kind"), lambda row: _(KINDS[row.kind])),
        Column(_("Summary"), lambda row: row.summary),
        Column(_("Next steps"), lambda row: row.next_steps),
        Column(_("Next step on"), lambda row: row.next_step_on),
        Column(_("Comments"), lambda row: row.comments),
    )
