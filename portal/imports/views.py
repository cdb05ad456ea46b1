"""Head office brings files: file → mapping → preview → result, and the history of them all."""

from operator import itemgetter
from pathlib import PurePath
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.errors import N_, NotFound
from models.importing.export import export_rows
from models.importing.fields import FIELDS, Kind
from models.importing.history import ImportRun, get_import, list_imports
from models.importing.upload import LARGEST, forget_import, hold_import, load, look_at, receive
from portal.imports.forms import FileForm, kind_of
from portal.imports.mapping import mapping_page, revise_layout, revise_mapping
from portal.imports.words import KINDS, WORDS
from portal.web import db
from portal.web.export import Column, send
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import asks_for_part, render, see_other

bp = Blueprint("imports", __name__, url_prefix="/imports")

LISTING = Listing(
    sorts=("requested_at",),
    default_sort="-requested_at",
    filters=(Filter("kind", N_("What"), tuple((str(kind), label) for kind, label in KINDS.items())),),
)
FORM_AROUND = 64 * 1024


@bp.url_value_preprocessor
def admit_large_files(endpoint: str | None, _values: object) -> None:
    """Files may be larger than other forms, for those who may bring them; this comes before the form is read."""
    wanted = endpoint == "imports.create" and current_user.is_authenticated
    if wanted and current_user.principal.may(Permission.IMPORT_DATA):
        request.max_content_length = LARGEST + FORM_AROUND


bp.context_processor(lambda: WORDS)


@bp.get("")
@requires(Permission.IMPORT_DATA)
def index() -> Response:
    """The history of imports."""
    state = LISTING.read()
    rows = list_imports(db, kind=state.chosen.get("kind"), limit=state.limit, offset=state.offset)
    return render("imports/index.html", partial="imports/_table.html", page=state.page(rows))


@bp.get("/new")
@requires(Permission.IMPORT_DATA)
def new() -> Response:
    """The form for a file."""
    return render("imports/new.html", form=FileForm(formdata=None))


@bp.post("")
@requires(Permission.IMPORT_DATA)
def create() -> BaseResponse:
    """Take a file in and propose how to understand it."""
    form, made = FileForm(), list[ImportRun]()
    if form.sent():
        file, timezone = form.file.data, current_app.config["PORTAL"].timezone
        name = PurePath(file.filename).name[:200]
        form.run(lambda: made.append(receive(db, kind_of(form), name, file.stream, timezone)))
    if not made:
        return render("imports/new.html", form=form, status=422)
    return see_other("imports.edit", id=made[0].id)


@bp.get("/<uuid:id>/mapping")
@requires(Permission.IMPORT_DATA)
def edit(id: UUID) -> Response:
    """What the columns of the file mean."""
    return mapping_page(get_import(db, id))


@bp.post("/<uuid:id>/layout")
@requires(Permission.IMPORT_DATA)
def lay_out(id: UUID) -> BaseResponse:
    """Read the beginning of the file in another way."""
    run = hold_import(db, id)
    wrong = revise_layout(run)
    return wrong or see_other("imports.edit", id=id)


@bp.post("/<uuid:id>/mapping")
@requires(Permission.IMPORT_DATA)
def save(id: UUID) -> BaseResponse:
    """Keep what the columns mean, and look what the file would change."""
    run = hold_import(db, id)
    wrong = revise_mapping(run)
    if wrong is None:
        look_at(db, run)
    return wrong or see_other("imports.show", id=id)


@bp.get("/<uuid:id>")
@requires(Permission.IMPORT_DATA)
def show(id: UUID) -> BaseResponse:
    """How far the work is, then what the file would change, in the end what it did."""
    run = get_import(db, id)
    if run.state == "received":
        return see_other("imports.edit", id=id)
    if run.state == "waiting":
        return render("imports/progress.html", partial="imports/_progress.html", run=run)
    if asks_for_part():
        return Response(headers={"HX-Refresh": "true"})  # the work is done: the whole page is another one now
    fields = {field.name: field for field in FIELDS[Kind(run.kind)]}
    return render("imports/show.html", run=run, report=run.last_report(), fields=fields)


@bp.post("/<uuid:id>/loading")
@requires(Permission.IMPORT_DATA)
def load_now(id: UUID) -> BaseResponse:
    """Load the file, in spite of the doubts that were ticked."""
    run = hold_import(db, id)
    load(db, run, tuple(request.form.getlist("accept")))
    if run.state == "loaded":
        flash(_("%(file)s is loaded.", file=run.file_name), "good")
    return see_other("imports.show", id=id)


@bp.post("/<uuid:id>/removal")
@requires(Permission.IMPORT_DATA)
def remove(id: UUID) -> BaseResponse:
    """Forget a file that was not loaded."""
    run = hold_import(db, id)
    forget_import(db, run)
    flash(_("%(file)s is removed.", file=run.file_name), "good")
    return see_other("imports.index")


@bp.get("/export/<kind>")
@requires(Permission.IMPORT_DATA)
def download(kind: str) -> Response:
    """Everything of a kind as a file that can be imported again."""
    if kind not in set(Kind):
        raise NotFound
    fields, rows = export_rows(db, Kind(kind))
    return send(kind, [Column(field.label, itemgetter(index)) for index, field in enumerate(fields)], rows)
