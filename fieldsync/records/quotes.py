"""Quotes: drafted on the laptop at the prices it knows, priced anew by the server, which keeps both."""

from __future__ import annotations

from fieldsync.fields import DATE, ID, JSON, MOMENT, choice, text
from fieldsync.records.kind import ALWAYS, NEVER, ONCE, Field, Kind, Lines, Name
from fieldsync.records.lines import LINE_FIELDS, MONEY, PERCENT, WISHES
from models.dealer import Dealer
from models.quote import Quote, QuoteLine

QUOTE = Kind(
    "quote",
    Quote,
    (
        Field("account_id", ID, ONCE, required=True, refers="account"),
        Field("currency", choice("TRY", "EUR", "USD", "GBP"), ONCE, required=True),
        Field("locale", choice("en", "tr", "it"), ONCE, required=True),
        Field("customer_contact", text(200), ONCE),
        Field("status", choice("issued", "discarded"), ALWAYS, required=True, default="drafted"),
        Field("total", MONEY, ALWAYS),
        Field("number", JSON, NEVER),
        Field("revision", JSON, NEVER),
        Field("dealer_id", ID, NEVER),
        Field("user_id", ID, NEVER),
        Field("quoted_on", DATE, NEVER),
        Field("valid_until", DATE, NEVER),
        Field("net", MONEY, NEVER),
        Field("vat", MONEY, NEVER),
        Field("agreed_at", MOMENT, NEVER),
        Field("created_at", MOMENT, NEVER),
    ),
    writable=True,
    by_verb=True,
    lines=Lines(
        Field("lines", WISHES, ONCE, required=True),
        QuoteLine,
        "quote_id",
        (*LINE_FIELDS, Field("discount_percent", PERCENT)),
    ),
    names=(Name("user_name", "user_id"), Name("dealer_name", "dealer_id", Dealer)),
)
