"""What the screens of imports call things."""

from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext

from models.errors import N_
from models.importing.dates import DateForm
from models.importing.fields import Field, FieldType, Kind
from models.importing.history import STATUSES
from models.importing.problems import Problem
from models.importing.reasons import DOUBTS
from portal import formats

KINDS: dict[Kind, str] = {
    Kind.DEALERS: N_("Dealers"),
    Kind.PRODUCTS: N_("Products"),
    Kind.PRICES: N_("Prices"),
    Kind.STOCK: N_("Stock"),
    Kind.ORDERS: N_("Orders"),
    Kind.LEADS: N_("Leads"),
    Kind.ACCOUNTS: N_("Accounts"),
    Kind.ROADS: N_("Roads"),
}

DATE_FORMS: dict[DateForm, str] = {
    DateForm.YEAR_FIRST: N_("Year first: 2026-09-18"),
    DateForm.DAY_FIRST: N_("Day first: 18.09.2026"),
    DateForm.MONTH_FIRST: N_("Month first: 09/18/2026"),
}

CREATED: dict[str, str] = {
    "territory": N_("regions and territories"),
    "product_group": N_("product groups"),
    "brand": N_("brands"),
    "price_list": N_("price lists"),
    "warehouse": N_("warehouses"),
}

TABLES: dict[str, str] = {
    "region": N_("Regions"),
    "territory": N_("Territories"),
    "dealer": N_("Dealers"),
    "branch": N_("Branches"),
    "external_key": N_("Keys of other systems"),
    "product_group": N_("Product groups"),
    "brand": N_("Brands"),
    "product": N_("Products"),
    "product_cost": N_("Costs"),
    "price_list": N_("Price lists"),
    "price_list_entry": N_("Prices"),
    "warehouse": N_("Warehouses"),
    "stock_level": N_("Stock levels"),
    "order": N_("Orders"),
    "order_line": N_("Order lines"),
    "lead": N_("Leads"),
    "lead_contact": N_("Contacts of leads"),
    "account": N_("Accounts"),
    "road_leg": N_("Roads"),
}

PHASES: dict[str, str] = {
    "": N_("Waiting for its turn"),
    "reading": N_("Reading the file"),
    "taking in": N_("Taking in its rows"),
    "checking": N_("Comparing with what is known"),
    "writing": N_("Writing"),
}

TONES: dict[str, str] = {"checked": "info", "loaded": "good", "refused": "late", "failed": "late", "waiting": "soon"}
"""The tone of a state's chip; others have none."""


def told(problem: Problem) -> str:
    """The reason of a problem in the reader's language."""
    return str(gettext(problem.reason, **problem.params))


def column(problem: Problem) -> str:
    """Its column: a heading of the file as it stands there, or the name of a field."""
    return str(gettext(problem.column)) if problem.column else "–"


def understood(field: Field, value: str | None) -> str:
    """A value of the staging table as the reader writes such values."""
    writes = formats.current()
    if value is None:
        return formats.UNKNOWN
    match field.type:
        case FieldType.NUMBER:
            return writes.quantity(Decimal(value))
        case FieldType.MOMENT:
            return writes.datetime(datetime.fromisoformat(value))
        case FieldType.DATE:
            return writes.date(date.fromisoformat(value))
        case _:
            return value


WORDS = {
    "kinds": KINDS,
    "date_forms": DATE_FORMS,
    "tables": TABLES,
    "phases": PHASES,
    "statuses": STATUSES,
    "doubts": DOUBTS,
    "tones": TONES,
    "told": told,
    "column": column,
    "understood": understood,
}
"""What every template of the feature may use."""
