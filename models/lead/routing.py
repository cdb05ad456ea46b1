"""Which dealer gets a lead, and why: the nearest competent one, else one of the province, else one of the region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from models.base import now
from models.dealer import Branch, Competence, Dealer
from models.errors import N_, Refused
from models.lead import Lead, LeadCandidate, LeadOffer
from models.lead.clock import answer_due
from models.lead.distance import Box, Place, box_around, by_distance
from models.product_tree import load_groups
from models.session import Session

RADII_KM = (50.0, 150.0, 500.0, 2_000.0, 20_100.0)
"""Boxes to look in, one after another, until one holds enough competent dealers; the last one is the whole earth."""
ENOUGH, LADDER = 3, 10
"""How many candidates are looked for, and how many are kept at most."""
RULES = {
    "nearest": N_("nearest"),
    "province": N_("in the same province"),
    "region": N_("in the same region"),
    "chosen": N_("chosen by head office"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A dealer who could get the lead."""

    dealer_id: UUID
    name: str
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The candidates, best first, and the rule that ranked them."""

    rule: str
    candidates: Sequence[Candidate]
    group_name: str | None = None


def offer_lead(db: Session, lead: Lead, dealer: Dealer | None = None, at: datetime | None = None) -> LeadOffer:
    """Offer the lead to the best dealer, or to `dealer` whom somebody chose; the ladder is kept beside the offer.

    A dealer who let his time pass loses the lead here. Refused while one still has time, once one has accepted, and
    when nobody is left.
    """
    at = at or now()
    db.refresh(lead, ["status", "dealer_id", "answer_due_at"], with_for_update=True)
    _take_back(db, lead, at)
    ladder = rank_dealers(db, lead)
    best = ladder.candidates[0] if ladder.candidates else None
    if dealer is not None:
        best = next((each for each in ladder.candidates if each.dealer_id == dealer.id), None)
        best = best or Candidate(dealer.id, dealer.name, _distance(lead, dealer))
        ladder = Ladder("chosen", ladder.candidates, ladder.group_name)
    if best is None:
        raise Refused(N_("No dealer is left who is competent for this lead."))
    return _offer(db, lead, best, ladder, at)


def rank_dealers(db: Session, lead: Lead) -> Ladder:
    """The dealers who could get this lead; those who declined it or let it pass are left out."""
    groups = load_groups(db)
    name = groups.name(lead.product_group_id)
    fit: list[ColumnElement[bool]] = [Dealer.active.is_(True), Dealer.id.not_in(_tried(lead))]
    if lead.product_group_id is not None:
        fit.append(
            exists().where(
                Competence.dealer_id == Dealer.id,
                Competence.product_group_id.in_(groups.lineage(lead.product_group_id)),
            )
        )
    if lead.latitude is not None and lead.longitude is not None:
        candidates = _nearest(db, Place(lead.latitude, lead.longitude), fit)
        if candidates:
            return Ladder("nearest", candidates, name)
    in_province = exists().where(Branch.dealer_id == Dealer.id, Branch.province_id == lead.province_id)
    for rule, where in (("province", in_province), ("region", Dealer.region_id == lead.region_id)):
        candidates = _least_busy(db, [*fit, where])
        if candidates:
            return Ladder(rule, candidates, name)
    return Ladder("region", (), name)


def _nearest(db: Session, center: Place, fit: Sequence[ColumnElement[bool]]) -> list[Candidate]:
    """Candidates by distance. Whoever is inside a box's radius is nearer than everybody outside of the box."""
    query = select(Dealer.id, Dealer.name, Branch.latitude, Branch.longitude).join(Dealer.branches)
    query = query.where(*fit, Branch.latitude.is_not(None), Branch.longitude.is_not(None))
    near: list[Candidate] = []
    for radius in RADII_KM:
        rows = db.execute(query.where(_inside(box_around(center, radius)))).all()
        names = {row.id: row.name for row in rows}
        distances = by_distance(center, ((row.id, Place(row.latitude, row.longitude)) for row in rows))
        near = [Candidate(key, names[key], round(km, 1)) for key, km in distances.items() if km <= radius]
        if len(near) >= ENOUGH:
            break
    return near[:LADDER]


def _distance(lead: Lead, dealer: Dealer) -> float | None:
    """How far the dealer's nearest branch is, None where either is not on the map."""
    if lead.latitude is None or lead.longitude is None:
        return None
    places = [
        Place(b.latitude, b.longitude) for b in dealer.branches if b.latitude is not None and b.longitude is not None
    ]
    found = by_distance(Place(lead.latitude, lead.longitude), ((dealer.id, place) for place in places))
    return round(found[dealer.id], 1) if found else None


def _least_busy(db: Session, fit: Sequence[ColumnElement[bool]]) -> list[Candidate]:
    """Candidates without a distance: whoever has fewer leads to answer comes first, then by code."""
    waiting = select(func.count()).where(Lead.dealer_id == Dealer.id, Lead.status == "offered").scalar_subquery()
    query = select(Dealer.id, Dealer.name).where(*fit).order_by(waiting, Dealer.code).limit(LADDER)
    return [Candidate(*row) for row in db.execute(query)]


def _inside(box: Box) -> ColumnElement[bool]:
    longitudes = or_(*(Branch.longitude.between(west, east) for west, east in box.longitudes))
    return and_(Branch.latitude.between(box.south, box.north), longitudes)


def _tried(lead: Lead) -> Any:
    refused = LeadOffer.status.in_(("declined", "expired"))
    return select(LeadOffer.dealer_id).where(LeadOffer.lead_id == lead.id, refused)


def _take_back(db: Session, lead: Lead, at: datetime) -> None:
    """End an offer whose time has passed."""
    if lead.status == "accepted":
        raise Refused(N_("This lead was accepted already."))
    if lead.status == "offered":
        lead.expire(db, at)
        db.flush()


def _offer(db: Session, lead: Lead, best: Candidate, ladder: Ladder, at: datetime) -> LeadOffer:
    offer = LeadOffer(
        lead_id=lead.id,
        dealer_id=best.dealer_id,
        territory_id=lead.territory_id,
        region_id=lead.region_id,
        status="offered",
        offered_at=at,
        # Read by the dealer himself, so nothing here names another one.
        reason={
            "rule": ladder.rule,
            "distance_km": best.distance_km,
            "candidates": len(ladder.candidates),
            "group": ladder.group_name,
        },
    )
    lead.dealer_id, lead.status = best.dealer_id, "offered"
    lead.offered_at, lead.answer_due_at, lead.answered_at = at, answer_due(at), None
    db.add(offer)
    db.flush()
    db.add_all(
        LeadCandidate(
            lead_offer_id=offer.id,
            position=position,
            dealer_id=each.dealer_id,
            dealer_name=each.name,
            distance_km=each.distance_km,
        )
        for position, each in enumerate(ladder.candidates, 1)
    )
    return offer
