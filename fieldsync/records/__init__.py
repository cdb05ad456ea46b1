"""The records that travel: `kind` says how one is declared, `up` what goes up, `down` what only comes down."""

from __future__ import annotations

from fieldsync.records import down, order_drafts, quotes, up
from fieldsync.records.kind import ALWAYS, NEVER, ONCE, Field, Kind

SCHEMA = 1
"""The version of these declarations. A client says which one it speaks; an old one may push for ever."""
LOWEST_SCHEMA = 1
"""The oldest version that may still pull."""

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        down.PRODUCT_GROUP, down.BRAND, down.PRODUCT, down.PRICE_LIST, down.PRICE, down.SURVEY, down.DEALER, up.ACCOUNT,
        up.CONTACT, up.VISIT, up.BRAND_USAGE, up.POTENTIAL, up.COMPETITOR_ACTIVITY, up.SUPPLY_LINK, up.ATTACHMENT,
        up.COMMENT, up.INSTRUCTION, up.LEAD, quotes.QUOTE, order_drafts.ORDER_DRAFT, up.SURVEY_RESPONSE, up.CHECK_IN,
        up.POSITION_CONSENT, down.VISIT_READ, down.CONFLICT, down.DECISION, up.NOTICE, up.WORKING_DAY,
    )
}  # fmt: skip
"""In the order in which new rows must be written: what is referred to comes first."""

__all__ = ["ALWAYS", "KINDS", "LOWEST_SCHEMA", "NEVER", "ONCE", "SCHEMA", "Field", "Kind"]
