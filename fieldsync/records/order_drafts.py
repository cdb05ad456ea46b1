"""Drafts of orders: written on the laptop at the prices it knows, priced by the server for the dealer they go to."""

from __future__ import annotations

from fieldsync.fields import DATE, ID, JSON, MOMENT, choice, text
from fieldsync.records.kind import ALWAYS, NEVER, ONCE, Field, Kind, Lines, Name
from fieldsync.records.lines import LINE_FIELDS, MONEY, WISHES
from models.dealer import Dealer
from models.order_draft import OrderDraft, OrderDraftLine

ORDER_DRAFT = Kind(
    "order_draft",
    OrderDraft,
    (
        Field("dealer_id", ID, ALWAYS, required=True, refers="dealer"),
        Field("account_id", ID, ONCE, refers="account"),
        Field("currency", choice("TRY", "EUR", "USD", "GBP"), ALWAYS, required=True),
        Field("note", text(1_000), ALWAYS),
        Field("status", choice("drafted", "proposed", "discarded"), ALWAYS, required=True, default="drafted"),
        Field("amount", MONEY, ALWAYS),
        Field("customer_name", JSON, NEVER),
        Field("user_id", ID, NEVER),
        Field("priced_on", DATE, NEVER),
        Field("drafted_currency", JSON, NEVER),
        Field("proposed_at", MOMENT, NEVER),
        Field("answered_at", MOMENT, NEVER),
        Field("order_number", JSON, NEVER),
        Field("reason", JSON, NEVER),
        Field("created_at", MOMENT, NEVER),
    ),
    writable=True,
    by_verb=True,
    lines=Lines(Field("lines", WISHES, required=True), OrderDraftLine, "order_draft_id", LINE_FIELDS),
    names=(Name("user_name", "user_id"), Name("dealer_name", "dealer_id", Dealer)),
)
