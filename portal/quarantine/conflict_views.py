"""Conflicts: what the rep saw, what the server holds, what the rep wrote, and which side shall stand."""

from uuid import UUID

from flask import Response, flash, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fieldsync.decisions import settle_conflict
from fieldsync.described import name_of, names_of
from models.access import Permission
from models.errors import N_, Refused
from models.sync.conflict import Conflict, ConflictStatus, get_conflict
from portal.quarantine import words
from portal.quarantine.views import bp
from portal.web import db
from portal.web.permissions import requires
from portal.web.render import render, see_other

SIDES = {"mine": ConflictStatus.KEPT_MINE, "theirs": ConflictStatus.KEPT_THEIRS}
STATUSES = {
    ConflictStatus.OPEN: N_("open"),
    ConflictStatus.KEPT_MINE: N_("the rep's value was taken"),
    ConflictStatus.KEPT_THEIRS: N_("the server's value was kept"),
}


@bp.get("/conflicts/<uuid:id>")
@requires(Permission.DECIDE_OPERATIONS)
def show_conflict(id: UUID) -> Response:
    """One conflict, side by side."""
    conflict = get_conflict(db, id)
    about = names_of(db, [(conflict.id, conflict.row_kind, conflict.row_id)]).get(conflict.id)
    sides = {side: side_of(conflict, getattr(conflict, side)) for side in ("base", "theirs", "mine")}
    return render(
        "quarantine/conflict.html", conflict=conflict, about=about, sides=sides, statuses=STATUSES, words=words
    )


@bp.post("/conflicts/<uuid:id>/decision")
@requires(Permission.DECIDE_OPERATIONS)
def decide_conflict(id: UUID) -> BaseResponse:
    """Let one side stand."""
    conflict = get_conflict(db, id)
    status = SIDES.get(request.form.get("side", ""))
    if status is None:
        raise Refused(N_("Say which side shall stand."))
    settle_conflict(db, conflict.id, status)
    flash(_("Decided. The laptops learn of it with their next sync."), "good")
    return see_other("quarantine.index")


def side_of(conflict: Conflict, given: object) -> str | None:
    """One side's value as people read it."""
    names = name_of(db, conflict.row_kind, conflict.field, given)
    return words.value(conflict.row_kind, conflict.field, given, tuple(names))
