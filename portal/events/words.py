"""Events in words: what kinds of records, their fields and their values are called on screen."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from models import lead, order, order_draft, quote, visit
from models.errors import N_
from models.event import Event
from portal import formats
from portal.events.fields import FIELDS, UNTOLD
from portal.web.language import gettext as _

KINDS = {
    "account": N_("Account"),
    "attachment": N_("Photo"),
    "branch": N_("Branch"),
    "brand": N_("Brand"),
    "brand_usage": N_("Brand usage"),
    "check_in": N_("Check-in"),
    "comment": N_("Comment"),
    "competence": N_("Competence of a dealer"),
    "competitor_activity": N_("Competitor activity"),
    "conflict": N_("Conflict"),
    "contact": N_("Contact"),
    "credential": N_("Password"),
    "dealer": N_("Dealer"),
    "dealer_credit": N_("Credit of a dealer"),
    "decision": N_("Decision on a record sent"),
    "device_order": N_("Order to a laptop"),
    "discount": N_("Discount"),
    "external_key": N_("Key in another system"),
    "field_policy": N_("Protection of laptops"),
    "hand_over": N_("Hand-over"),
    "instruction": N_("Instruction"),
    "invitation": N_("Invitation"),
    "lead": N_("Lead"),
    "lead_candidate": N_("Candidate for a lead"),
    "lead_contact": N_("Contact of a lead"),
    "lead_offer": N_("Offer of a lead"),
    "letterhead": N_("Letterhead"),
    "market_share_run": N_("Market share run"),
    "order": N_("Order"),
    "order_draft": N_("Draft of an order"),
    "order_draft_line": N_("Line of a draft"),
    "order_line": N_("Order line"),
    "order_status": N_("Status of an order"),
    "outbox_mail": N_("Outgoing mail"),
    "position_consent": N_("Consent to the position"),
    "potential": N_("Potential"),
    "price_list": N_("Price list"),
    "price_list_entry": N_("Price"),
    "product": N_("Product"),
    "product_cost": N_("Cost"),
    "product_group": N_("Product group"),
    "province": N_("Province"),
    "quote": N_("Quote"),
    "quote_document": N_("PDF of a quote"),
    "quote_line": N_("Quote line"),
    "region": N_("Region"),
    "shipment": N_("Shipment"),
    "shipment_line": N_("Shipped line"),
    "stock_level": N_("Stock"),
    "supply_link": N_("Supply link"),
    "survey": N_("Survey"),
    "survey_response": N_("Response to a survey"),
    "survey_version": N_("Version of a survey"),
    "territory": N_("Territory"),
    "territory_assignment": N_("Holder of a territory"),
    "user": N_("User"),
    "user_preference": N_("Language and theme"),
    "visit": N_("Visit"),
    "visit_participant": N_("Participant"),
    "warehouse": N_("Warehouse"),
    "working_day": N_("Working day"),
}
STATUSES = {**visit.STATUSES, **order_draft.STATUSES, **quote.STATUSES, **order.STATUSES, **lead.STATUSES}
ACTORS = {"system": N_("The portal itself"), "visitor": N_("Somebody not signed in"), "hq": N_("Head office")}
SHORT = 8
"""So many letters of an id tell records of a page apart."""


def kind_of(table: str) -> str:
    """What records of a table are called."""
    return _(KINDS[table]) if table in KINDS else table.replace("_", " ")


def label_of(field: str) -> str:
    """What a field is called."""
    return _(FIELDS[field]) if field in FIELDS else field.replace("_", " ")


def actor_of(role: str) -> str:
    """Who acted where no person did."""
    return _(ACTORS[role]) if role in ACTORS else role


def ids_in(events: Sequence[Event]) -> set[UUID]:
    """All ids that the events mention."""
    rows = [row for event in events for row in (event.before, event.after) if row]
    found = {id_ for row in rows for value in row.values() if (id_ := _id(value))}
    return found | {event.record_id for event in events}


def pairs(row: Mapping[str, Any] | None, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """The fields of a record and their values, as a list of facts takes them."""
    return [
        (label_of(field), shown(field, value, names)) for field, value in (row or {}).items() if field not in UNTOLD
    ]


def changes(event: Event, names: Mapping[UUID, str]) -> list[tuple[str, str, str]]:
    """What a change changed: the field, its value before, its value after."""
    before = event.before or {}
    return [
        (label_of(field), shown(field, before.get(field), names), shown(field, value, names))
        for field, value in (event.after or {}).items()
        if field not in UNTOLD
    ]


def shown(field: str, value: Any, names: Mapping[UUID, str]) -> str:
    """A value as the reader writes it: a record by its name or a short id, a moment in the reader's zone."""
    if value is None or value == "":
        return formats.UNKNOWN
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if id_ := _id(value):
        return names.get(id_) or f"{value[:SHORT]}…"
    if isinstance(value, str):
        return _(STATUSES[value]) if field == "status" and value in STATUSES else _moment(field, value) or value
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _id(value: object) -> UUID | None:
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def _moment(field: str, value: str) -> str | None:
    try:
        if field.endswith("_at"):
            return formats.current().datetime(dt.datetime.fromisoformat(value))
        if field.endswith("_on"):
            return formats.current().date(dt.date.fromisoformat(value))
    except ValueError:
        pass
    return None
