"""Lines of goods as they travel: up as wishes with the price that the laptop showed, down with both figures."""

from __future__ import annotations

from typing import Any

from fieldsync.fields import ID, JSON, Type, decimal, parse_id
from fieldsync.records.kind import Field
from models.errors import N_, Refused
from models.repricing import MOST_LINES, Wish

NOT_LINES = N_("This must be a list of products with quantities and prices.")

QUANTITY = decimal("0.001", "9999999999")
PRICE = decimal("0", "999999999999")
PERCENT = decimal("0", "100")
MONEY = decimal("0", "99999999999999.99")


def _parse_lines(value: Any) -> list[Wish]:
    if not isinstance(value, list) or not 0 < len(value) <= MOST_LINES:
        raise Refused(NOT_LINES)
    return [_parse_line(each) for each in value]


def _parse_line(value: Any) -> Wish:
    if not isinstance(value, dict):
        raise Refused(NOT_LINES)
    return Wish(
        parse_id(value.get("product_id")),
        QUANTITY.parse(value.get("quantity")),
        PRICE.parse(value.get("price")),
        PERCENT.parse(value.get("discount_percent", 0)),
    )


WISHES = Type(_parse_lines)
LINE_FIELDS = (
    Field("product_id", ID),
    Field("code", JSON),
    Field("description", JSON),
    Field("quantity", QUANTITY),
    Field("unit", JSON),
    Field("price", PRICE),
    Field("drafted_price", PRICE),
    Field("amount", MONEY),
)
