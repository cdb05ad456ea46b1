"""Who changed what, newest first."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response

from models.access import Permission
from models.errors import N_
from models.event import list_events
from models.tables import audited_tables
from portal.web import db
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("events", __name__, url_prefix="/events")

LISTING = Listing(
    sorts=("happened_at",),
    default_sort="-happened_at",
    filters=(
        Filter("kind", N_("Kind of record"), tuple((table, table) for table in audited_tables())),
        Filter("since", N_("Since"), kind="date"),
    ),
)


@bp.get("")
@requires(Permission.SEE_EVENTS)
def index() -> Response:
    """Events of everything, or of the one record whose id is searched for."""
    state = LISTING.read()
    since = state.chosen.get("since")
    rows = list_events(
        db,
        kind=state.chosen.get("kind"),
        record_id=_id(state.q),
        since=date.fromisoformat(since) if since else None,
        limit=state.limit,
        offset=state.offset,
    )
    return render("events/index.html", partial="events/_table.html", page=state.page(rows))


def _id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
