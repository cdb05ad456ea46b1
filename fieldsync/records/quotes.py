"""Quotes: drafted on the laptop at the prices it knows, priced anew by the server, which keeps both."""

from __future__ import annotations

from typing import Any

from fieldsync.fields import DATE, ID, JSON, MOMENT, Type, choice, decimal, parse_id, text
from fieldsync.records.kind import ALWAYS, NEVER, ONCE, Field, Kind, Lines, Name
from models.dealer import Dealer
from models.errors import N_, Refused
from models.quote import Quote, QuoteLine
from models.quote.drafting import MOST_LINES
from models.quote.repricing import Wish

NOT_LINES = N_("This must be a list of products with quantities and prices.")

_QUANTITY = decimal("0.001", "9999999999")
_PRICE = decimal("0", "999999999999")
_PERCENT = decimal("0", "100")
_MONEY = decimal("0", "99999999999999.99")


def _parse_lines(value: Any) -> list[Wish]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_LINES:
        raise Refused(NOT_LINES)
    return [_parse_line(each) for each in value]


def _parse_line(value: Any) -> Wish:
    if not isinstance(value, dict):
        raise Refused(NOT_LINES)
    return Wish(
        parse_id(value.get("product_id")),
        _QUANTITY.parse(value.get("quantity")),
        _PRICE.parse(value.get("price")),
        _PERCENT.parse(value.get("discount_percent", 0)),
    )


QUOTE = Kind(
    "quote",
    Quote,
    (
        Field("account_id", ID, ONCE, required=True, refers="account"),
        Field("currency", choice("TRY", "EUR", "USD", "GBP"), ONCE, required=True),
        Field("locale", choice("en", "tr", "it"), ONCE, required=True),
        Field("customer_contact", text(200), ONCE),
        Field("status", choice("issued", "discarded"), ALWAYS, required=True, default="drafted"),
        Field("total", _MONEY, ALWAYS),
        Field("number", JSON, NEVER),
        Field("revision", JSON, NEVER),
        Field("dealer_id", ID, NEVER),
        Field("user_id", ID, NEVER),
        Field("quoted_on", DATE, NEVER),
        Field("valid_until", DATE, NEVER),
        Field("net", _MONEY, NEVER),
        Field("vat", _MONEY, NEVER),
        Field("agreed_at", MOMENT, NEVER),
        Field("created_at", MOMENT, NEVER),
    ),
    writable=True,
    by_verb=True,
    lines=Lines(
        Field("lines", Type(_parse_lines), ONCE, required=True),
        QuoteLine,
        "quote_id",
        (
            Field("product_id", ID),
            Field("code", JSON),
            Field("description", JSON),
            Field("quantity", _QUANTITY),
            Field("unit", JSON),
            Field("price", _PRICE),
            Field("drafted_price", _PRICE),
            Field("discount_percent", _PERCENT),
            Field("amount", _MONEY),
        ),
    ),
    names=(Name("user_name", "user_id"), Name("dealer_name", "dealer_id", Dealer)),
)
