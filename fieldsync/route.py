"""Proposing a route for a day: asked for with a network, taken over and changed without one."""

from __future__ import annotations

from datetime import datetime

from fieldsync.devices import find_caller, quarantined
from fieldsync.exchange import Body, Failure
from fieldsync.fields import DATE, MOMENT, TIME
from models.errors import Refused
from models.opening import clock
from models.route.proposal import Candidate, Proposal, propose
from models.route.travel import Travel
from models.session import Session


def answer_route(db: Session, body: Body, travel: Travel) -> Body:
    """The best order of a day as the server knows it; a laptop that is not active is told no accounts."""
    client, device, common = find_caller(db, body)
    common |= {"travel": {"detour": travel.detour, "km_an_hour": travel.km_an_hour}}
    if quarantined(device):
        return {**common, **_nothing()}
    try:
        on, until = DATE.parse(body.get("on")), MOMENT.parse(body.get("until"))
        begins = TIME.parse(body["begins"]) if body.get("begins") else None
    except Refused:
        raise Failure(400, "bad_request") from None
    if abs((datetime(on.year, on.month, on.day, tzinfo=until.tzinfo) - until).days) > 2:
        raise Failure(400, "bad_request", field="until")
    return {**common, **_dump(propose(db, client.user_id, on, travel, until=until, begins=begins))}


def _nothing() -> Body:
    return {"stops": [], "left_out": [], "leaves": None, "ends": None, "nodes": [], "minutes": [], "km": []}


def _dump(proposal: Proposal) -> Body:
    """Times are those of the clock on the wall; `minutes` and `km` lie among start, end and stops in their order."""
    times = proposal.times
    stops = [
        {
            **_of(candidate),
            "arrives": clock(each.arrives),
            "begins": clock(each.begins),
            "leaves": clock(each.leaves),
            "minutes": each.leg.minutes,
            "km": each.leg.km,
        }
        for candidate, each in zip(proposal.stops, times.arrivals, strict=True)
    ]
    return {
        "stops": stops,
        "left_out": [{**_of(candidate), "why": why} for candidate, why in proposal.left_out],
        "leaves": clock(times.leaves) if stops else None,
        "ends": clock(times.ends) if stops else None,
        "nodes": [None if node.account_id is None else str(node.account_id) for node in proposal.nodes],
        "minutes": [[leg.minutes for leg in row] for row in proposal.legs],
        "km": [[leg.km for leg in row] for row in proposal.legs],
    }


def _of(candidate: Candidate) -> Body:
    visit = candidate.visit
    return {"account_id": str(candidate.account.id), "visit_id": None if visit is None else str(visit.id)}
