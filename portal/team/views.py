"""The team of a region (head office: of all), and one rep with the accounts that wait."""

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, Response

from fieldsync.records import LOWEST_SCHEMA, SCHEMA
from models.access import Permission
from models.base import now
from models.errors import N_
from models.sync.at_rest import get_policy
from models.sync.device import Device
from models.sync.health import Finding, Schemas, judge
from models.team import LATE_FROM, Pace, list_overdue, read_member, read_team
from portal.web import db
from portal.web.forms import translated
from portal.web.lists import Listing
from portal.web.permissions import requires
from portal.web.render import render

bp = Blueprint("team", __name__, url_prefix="/team")

PACES = {Pace.ON_PLAN: N_("on plan"), Pace.SLIPPING: N_("slipping"), Pace.BEHIND: N_("behind")}
TONES = {Pace.ON_PLAN: "good", Pace.SLIPPING: "soon", Pace.BEHIND: "late"}
LISTING = Listing(sorts=("intervals",), default_sort="-intervals", size=25)


@bp.get("")
@requires(Permission.SEE_TEAM)
def index() -> Response:
    """Everybody of the team, with the region's figures above."""
    team = read_team(db)
    return render(
        "team/index.html",
        team=team,
        summary=team.summary,
        several_regions=len({member.region.id for member in team.members}) > 1,
        paces=translated(PACES),
        tones=TONES,
        health=health_of([device for member in team.members for device in member.devices]),
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_TEAM)
def show(id: UUID) -> Response:
    """One rep: figures, territories, and which accounts have waited longer than agreed."""
    state = LISTING.read()
    member, coverage = read_member(db, id)
    waiting = list_overdue(db, list(coverage), limit=state.limit, offset=state.offset)
    return render(
        "team/show.html",
        member=member,
        coverage=coverage,
        page=state.page(waiting),
        late_from=LATE_FROM,
        health=health_of(member.devices),
        paces=translated(PACES),
        tones=TONES,
    )


def health_of(devices: Iterable[Device]) -> dict[UUID, list[Finding]]:
    """What is wrong with each laptop, by its id."""
    at, schemas, encrypted = now(), Schemas(SCHEMA, LOWEST_SCHEMA), get_policy(db).encrypted
    return {device.id: judge(device, at, schemas, encrypted=encrypted) for device in devices}
