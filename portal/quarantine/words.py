"""Kinds, fields, verdicts and values of operations in the reader's words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from fieldsync.described import Entry, body_of
from fieldsync.fields import DATE, MOMENT
from fieldsync.operations import ELSEWHERE
from fieldsync.push import QUARANTINED
from fieldsync.records import KINDS as RECORDS
from models.account import KINDS as ACCOUNT_KINDS
from models.errors import N_
from models.order_draft import STATUSES as ORDER_DRAFT_STATUSES
from models.sync.decision import Decision, Outcome
from models.sync.inbox import Operation, Verdict
from models.visit import KINDS as VISIT_KINDS
from models.visit import STATUSES as VISIT_STATUSES
from portal import formats

KINDS = {
    "account": N_("Account"),
    "contact": N_("Contact"),
    "visit": N_("Visit"),
    "brand_usage": N_("Brand usage"),
    "potential": N_("Potential"),
    "comment": N_("Comment"),
    "attachment": N_("Photo"),
    "competitor_activity": N_("Competitor activity"),
    "supply_link": N_("Supplier"),
    "instruction": N_("Instruction"),
    "lead": N_("Lead"),
    "check_in": N_("Check-in"),
    "position_consent": N_("Consent to the position"),
    "survey_response": N_("Survey"),
    "quote": N_("Quote"),
    "order_draft": N_("Draft of an order"),
    "working_day": N_("Working day"),
    "conflict": N_("Conflict"),
}
FIELDS = {
    "caption": N_("Caption"),
    "taken_at": N_("Taken at"),
    "removed_at": N_("Removed"),
    "name": N_("Name"),
    "kind": N_("Kind"),
    "segment": N_("Segment"),
    "tax_number": N_("Tax number"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "address": N_("Address"),
    "town": N_("Town"),
    "visit_interval_days": N_("Visit interval, days"),
    "opening_hours": N_("Opening hours"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "place_in_day": N_("Stop of the day"),
    "locked_time": N_("Expected at"),
    "start_time": N_("Day begins"),
    "end_time": N_("Day ends"),
    "visit_minutes": N_("Minutes a visit"),
    "start_latitude": N_("Start, latitude"),
    "start_longitude": N_("Start, longitude"),
    "end_latitude": N_("End, latitude"),
    "end_longitude": N_("End, longitude"),
    "position": N_("Position"),
    "account_id": N_("Account"),
    "visit_id": N_("Visit"),
    "territory_id": N_("Territory"),
    "product_group_id": N_("Product group"),
    "brand_id": N_("Brand"),
    "quantity": N_("Quantity a year"),
    "observed_on": N_("Observed on"),
    "source": N_("Source"),
    "confidence": N_("Confidence"),
    "status": N_("Status"),
    "planned_on": N_("Planned on"),
    "happened_at": N_("Took place"),
    "summary": N_("Summary"),
    "next_steps": N_("Next steps"),
    "next_step_on": N_("Next step on"),
    "participants": N_("Participants"),
    "text": N_("Text"),
    "answer": N_("Answer"),
    "answers": N_("Answers"),
    "lines": N_("Lines"),
    "currency": N_("Currency"),
    "dealer_id": N_("Dealer"),
    "note": N_("Note"),
    "amount": N_("Amount"),
    "wanted": N_("What is wanted"),
    "company": N_("Company"),
    "person": N_("Contact person"),
    "unit": N_("Unit"),
    "read_at": N_("Read"),
    "closed_at": N_("Closed"),
    "*": N_("The whole record"),
}
VALUES = {
    **ACCOUNT_KINDS,
    **VISIT_KINDS,
    **ORDER_DRAFT_STATUSES,
    **VISIT_STATUSES,
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "dealer": N_("dealer"),
    "estimate": N_("estimate"),
}
"""What the choices of fields are called."""
CHOSEN = frozenset({"kind", "status", "source", "confidence"})

VERDICTS = {
    Verdict.OUT_OF_SCOPE: N_("another territory"),
    Verdict.NEEDS_FIX: N_("not right yet"),
    Verdict.HELD: N_("held back"),
}
TONES = {Verdict.OUT_OF_SCOPE: "soon", Verdict.NEEDS_FIX: "late", Verdict.HELD: "info"}
FOR_OTHERS = {
    ELSEWHERE: N_("The account lay in another territory when this arrived."),
    QUARANTINED: N_("The laptop was blocked when this arrived."),
}
"""What the rep is told about himself, as others read it."""
OUTCOMES = {
    Outcome.ACCEPTED: N_("Accepted"),
    Outcome.HANDED_OVER: N_("Handed over to %(name)s"),
    Outcome.DISCARDED: N_("Discarded"),
}


def kind_of(operation: Operation) -> str:
    """What sort of record it is."""
    return str(_(KINDS[operation.kind])) if operation.kind in KINDS else operation.kind


def title_of(operation: Operation, about: str | None) -> str:
    """An operation in a few words."""
    changed = body_of(operation).get("action") == "patch"
    kind = kind_of(operation)
    kind = _("%(kind)s, change", kind=kind) if changed else kind
    return f"{kind}: {about}" if about else kind


def why(operation: Operation) -> str:
    """Why it was not applied, with the field where one is to blame."""
    said = (operation.result or {}).get("message") or {}
    told = said.get("text") or ""
    told = FOR_OTHERS.get(told, told)
    text = _(told, **said.get("params", {})) if told else _("Nothing was said.")
    return f"{field(said['field'])}: {text}" if said.get("field") else str(text)


def field(name: str) -> str:
    """What a field is called."""
    return str(_(FIELDS[name])) if name in FIELDS else name


def value(kind: str, name: str, given: Any, names: list[str] | tuple[str, ...] = ()) -> str | None:
    """A value as people read it; None for none."""
    if names:
        return ", ".join(names)
    if given is None or given in ("", []):
        return None
    if isinstance(given, dict):
        return "\n".join(f"{field(each)}: {value(kind, each, given[each]) or '–'}" for each in given)
    declared = RECORDS[kind].field(name) if kind in RECORDS else None
    kept = declared.type if declared else None
    try:
        if kept is DATE:
            return formats.current().date(date.fromisoformat(given))
        if kept is MOMENT:
            return formats.current().datetime(datetime.fromisoformat(given))
    except (TypeError, ValueError):
        return str(given)
    if name in CHOSEN and given in VALUES:
        return str(_(VALUES[given]))
    if isinstance(given, list):
        return str(ngettext("%(num)s record", "%(num)s records", len(given)))
    return _unnamed(given)


def rows(kind: str, entries: list[Entry]) -> list[tuple[str, str | None, str | None]]:
    """(field, what it was, what was written) of each entry."""
    return [
        (
            field(each.field),
            value(kind, each.field, each.before),
            value(kind, each.field, each.value, tuple(each.names)),
        )
        for each in entries
    ]


def timeline(operation: Operation, decisions: list[Decision]) -> list[dict[str, Any]]:
    """What happened to it, newest first."""
    told = [
        {
            "text": _(OUTCOMES[Outcome(each.outcome)], name=each.asked.name if each.asked else ""),
            "at": each.decided_at,
            "who": each.decider.name,
            "change": each.reason,
            "tone": "late" if each.outcome == Outcome.DISCARDED else "good",
        }
        for each in decisions
    ]
    told.insert(0, {"text": _("Arrived"), "at": operation.received_at, "who": operation.user.name})
    return told[::-1]


def _unnamed(given: Any) -> str:
    """An id says nothing to a reader."""
    try:
        UUID(str(given))
    except ValueError:
        return str(given)
    return str(_("a record you cannot see"))
