"""A lead's history and the router's reasons, in the reader's words."""

from collections.abc import Mapping
from typing import Any

from models.lead import DECLINE_REASONS, DISQUALIFY_REASONS, Lead, LeadOffer
from models.lead.routing import Candidate
from portal import formats
from portal.web.language import gettext as _

TONES = {"received": "soon", "offered": "info", "accepted": "good", "declined": "late", "expired": "late"}


def why(offer: LeadOffer) -> str:
    """Why this dealer was offered the lead, in one sentence. It names no other dealer: he reads it himself."""
    reason = offer.reason
    group = reason.get("group") or _("any product group")
    said = {
        "count": formats.current().number(reason.get("candidates") or 1),
        "group": group,
        "distance": formats.current().number(reason.get("distance_km"), 1),
    }
    match reason.get("rule"):
        case "nearest":
            return str(_("The nearest dealer who is competent in %(group)s: %(distance)s km away.", **said))
        case "province":
            return str(_("In the same province, competent in %(group)s, and the least busy of %(count)s.", **said))
        case "region":
            return str(_("In the same region, competent in %(group)s, and the least busy of %(count)s.", **said))
        case "chosen":
            return str(_("Chosen by head office."))
    return str(_("Offered before routing was recorded."))


def on_ladder(place: int, candidate: Candidate) -> str:
    """A candidate as an entry of a list: "1. Kordon Kaynak, 4.2 km"."""
    km = formats.current().number(candidate.distance_km, 1)
    return f"{place}. {candidate.name}" + (f", {km} km" if candidate.distance_km is not None else "")


def timeline(lead: Lead) -> list[dict[str, Any]]:
    """What happened to a lead, newest first, as `ui.timeline` takes it."""
    by = lead.user.name if lead.user else None
    entries: list[dict[str, Any]] = [{"text": _("Received"), "change": lead.source, "at": lead.received_at, "who": by}]
    for offer in lead.offers:
        who = offer.dealer.name if offer.dealer else None
        entries.append({"text": _("Offered"), "who": who, "at": offer.offered_at, "tone": "info"})
        if offer.status != "offered":
            entries.append(_answer(offer, who))
    if lead.disqualified_at is not None:
        disqualified = _reason(DISQUALIFY_REASONS, lead.disqualify_reason, lead.disqualify_note)
        entries.append({"text": _("Disqualified"), "change": disqualified, "at": lead.disqualified_at})
        entries.sort(key=lambda entry: entry["at"] or lead.received_at)
    return entries[::-1]


def _answer(offer: LeadOffer, who: str | None) -> dict[str, Any]:
    said = {"accepted": _("Accepted"), "declined": _("Declined"), "expired": _("Not answered in time, pulled back")}
    change = _reason(DECLINE_REASONS, offer.decline_reason, offer.decline_note)
    tone = "good" if offer.status == "accepted" else "late"
    return {"text": said[offer.status], "change": change, "who": who, "at": offer.answered_at, "tone": tone}


def _reason(reasons: Mapping[str, str], code: str | None, note: str | None) -> str | None:
    """A coded reason in words, with what was noted of it."""
    said = _(reasons[code]) if code is not None and code in reasons else None
    return ": ".join(filter(None, (said, note))) or None
