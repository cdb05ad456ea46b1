"""What only comes down: the catalogue, what others decided, and marks."""

from __future__ import annotations

from fieldsync.fields import BOOL, DATE, ID, JSON, MOMENT, decimal
from fieldsync.records.kind import NEVER, Field, Kind, Lines, Name
from models.dealer import Branch, Dealer
from models.price import PriceList, PriceListEntry
from models.product import Brand, Product, ProductGroup
from models.survey import SurveyVersion
from models.sync.conflict import Conflict
from models.sync.decision import Decision
from models.visit import VisitRead

DEALER = Kind(
    "dealer",
    Dealer,
    (Field("name", JSON, NEVER), Field("active", BOOL, NEVER), Field("territory_id", ID, NEVER)),
    lines=Lines(
        Field("branches", JSON, NEVER),
        Branch,
        "dealer_id",
        (Field("town", JSON), Field("latitude", JSON), Field("longitude", JSON)),
    ),
)
VISIT_READ = Kind(
    "visit_read",
    VisitRead,
    (Field("visit_id", ID, NEVER), Field("read_at", MOMENT, NEVER), Field("user_id", ID, NEVER)),
)
CONFLICT = Kind(
    "conflict",
    Conflict,
    (
        Field("row_kind", JSON, NEVER),
        Field("row_id", ID, NEVER),
        Field("field", JSON, NEVER),
        Field("base", JSON, NEVER),
        Field("theirs", JSON, NEVER),
        Field("mine", JSON, NEVER),
        Field("status", JSON, NEVER),
        Field("opened_at", MOMENT, NEVER),
        Field("decided_at", MOMENT, NEVER),
        Field("decided_by", ID, NEVER),
    ),
    names=(Name("decided_by_name", "decided_by"),),
)
DECISION = Kind(
    "decision",
    Decision,
    (
        Field("op_id", ID, NEVER),
        Field("outcome", JSON, NEVER),
        Field("verdict", JSON, NEVER),
        Field("reason", JSON, NEVER),
        Field("handed_to", ID, NEVER),
        Field("decided_by", ID, NEVER),
        Field("decided_at", MOMENT, NEVER),
    ),
    names=(Name("handed_to_name", "handed_to"), Name("decided_by_name", "decided_by")),
)
PRODUCT_GROUP = Kind(
    "product_group",
    ProductGroup,
    (
        Field("code", JSON, NEVER),
        Field("name", JSON, NEVER),
        Field("parent_id", ID, NEVER),
        Field("base_unit", JSON, NEVER),
    ),
)
BRAND = Kind("brand", Brand, (Field("code", JSON, NEVER), Field("name", JSON, NEVER), Field("ours", BOOL, NEVER)))
PRICE_LIST = Kind(
    "price_list",
    PriceList,
    (Field("code", JSON, NEVER), Field("name", JSON, NEVER), Field("currency", JSON, NEVER)),
)
PRICE = Kind(
    "price",
    PriceListEntry,
    (
        Field("price_list_id", ID, NEVER),
        Field("product_id", ID, NEVER),
        Field("price", decimal("0", "999999999999"), NEVER),
        Field("valid_from", DATE, NEVER),
        Field("valid_until", DATE, NEVER),
    ),
)
SURVEY = Kind(
    "survey",
    SurveyVersion,
    (
        Field("survey_id", ID, NEVER),
        Field("region_id", ID, NEVER),
        Field("number", JSON, NEVER),
        Field("title", JSON, NEVER),
        Field("questions", JSON, NEVER),
        Field("published_at", MOMENT, NEVER),
        Field("retired_at", MOMENT, NEVER),
    ),
)
PRODUCT = Kind(
    "product",
    Product,
    (
        Field("code", JSON, NEVER),
        Field("name", JSON, NEVER),
        Field("product_group_id", ID, NEVER),
        Field("brand_id", ID, NEVER),
        Field("unit", JSON, NEVER),
        Field("pack_size", decimal("0", "9999999999"), NEVER),
        Field("active", BOOL, NEVER),
    ),
)
