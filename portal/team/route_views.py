"""The route of a rep's day, as his manager reads it."""

from datetime import date, timedelta
from typing import cast
from uuid import UUID

from flask import Response, current_app, request

from models.access import Permission
from models.opening import clock
from models.route.order import read_order
from models.route.travel import Travel
from models.team import read_member
from portal.team.views import bp
from portal.web import db
from portal.web.period import today
from portal.web.permissions import requires
from portal.web.render import render

A_DAY = timedelta(days=1)


@bp.get("/<uuid:id>/route")
@requires(Permission.SEE_TEAM)
def route(id: UUID) -> Response:
    """The stops of one day in the rep's order; today's unless the address names a day."""
    member, _ = read_member(db, id)
    on = _day(request.args.get("on"))
    order = read_order(db, id, on, cast(Travel, current_app.config["TRAVEL"]))
    return render(
        "team/route.html", member=member, on=on, before=on - A_DAY, after=on + A_DAY, order=order, clock=clock
    )


def _day(text: str | None) -> date:
    """A day of the address; what is none means today, and so does one at an end of the calendar."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return today()
    return day if abs(day - today()) < 3660 * A_DAY else today()
