"""Who changed what, newest first."""

from uuid import UUID

from flask import Blueprint, Response

from models.access import Permission
from models.errors import N_
from models.event import list_events
from models.record_names import names_of
from models.tables import audited_tables
from models.text import sort_key
from portal.events.words import actor_of, changes, ids_in, kind_of, pairs
from portal.web import db
from portal.web.lists import Filter, Listing
from portal.web.period import start_of
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("events", __name__, url_prefix="/events")
WORDS = {"actor_of": actor_of, "changes": changes, "kind_of": kind_of, "pairs": pairs}
bp.context_processor(lambda: WORDS)

LISTING = Listing(
    sorts=("happened_at",),
    default_sort="-happened_at",
    filters=(
        Filter("kind", N_("Kind of record")),
        Filter("since", N_("Since"), kind="date"),
    ),
)


@bp.get("")
@requires(Permission.SEE_EVENTS)
def index() -> Response:
    """Events of everything, or of the one record whose id is searched for."""
    state = LISTING.read(kind=kinds())
    sought = _id(state.q)
    rows = (
        list_events(
            db,
            kind=state.chosen.get("kind"),
            record_id=sought,
            since=start_of(state.chosen.get("since")),
            limit=state.limit,
            offset=state.offset,
        )
        if sought or not state.q  # what is no id is the id of nothing
        else []
    )
    page = state.page(rows)
    return render(
        "events/index.html",
        partial="events/_table.html",
        page=page,
        names=names_of(db, ids_in([event for event, _who in page])),
    )


def kinds() -> list[tuple[str, str]]:
    """The kinds of records, sorted by what they are called."""
    return sorted(((table, kind_of(table)) for table in audited_tables()), key=lambda pair: sort_key(pair[1]))


def _id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
