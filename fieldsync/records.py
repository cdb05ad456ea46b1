"""The records that travel: for each kind, which fields it has, which a rep may write, and which table keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fieldsync.fields import BOOL, DATE, ID, IDS, JSON, MOMENT, Type, choice, decimal, digest, integer, text
from models.account import Account, Contact
from models.base import Base
from models.dealer import Dealer
from models.market import CONFIDENCES, SOURCES, BrandUsage, CompetitorActivity, Potential
from models.market.supply import SupplyLink
from models.product import Brand, Product, ProductGroup
from models.sync.blob import LARGEST, MIMES, Attachment
from models.sync.conflict import Conflict
from models.sync.decision import Decision
from models.sync.notice import Notice
from models.user import User
from models.visit import KINDS as VISIT_KINDS
from models.visit import STATUSES, Comment, Visit, VisitParticipant, VisitRead

SCHEMA = 1
"""The version of these declarations. A client says which one it speaks; an old one may push for ever."""
LOWEST_SCHEMA = 1
"""The oldest version that may still pull."""

NEVER, ONCE, ALWAYS = "never", "once", "always"


@dataclass(frozen=True)
class Field:
    """One field of a record, named like its column. A rep writes it `never`, when creating (`once`) or `always`."""

    name: str
    type: Type
    write: str = ALWAYS
    required: bool = False
    default: Any = None
    refers: str | None = None
    """The kind of record whose id this is; the record must be visible to the rep."""


@dataclass(frozen=True)
class Part:
    """A list field kept in a child table: each of its values is a row with the parent's id."""

    field: Field
    cls: type[Base]
    parent: str
    value: str


@dataclass(frozen=True)
class Name:
    """A field that goes down only: the name of the user whose id is in `column`."""

    field: str
    column: str


@dataclass(frozen=True)
class Kind:
    """A kind of record. `place` is the field whose record tells the territory; `fact`s never conflict."""

    name: str
    cls: type[Base]
    fields: tuple[Field, ...]
    writable: bool = False
    place: tuple[str, ...] = ()
    fact: bool = False
    owned: bool = False
    """The writer's user id is kept, and nobody else may change the record."""
    when: str | None = None
    """The field that tells when a fact was observed: what a rep did while he held an account is taken in later, too."""
    creatable: bool = True
    changeable: bool = True
    part: Part | None = None
    names: tuple[Name, ...] = ()

    def field(self, name: str) -> Field | None:
        """The field of that name, wherever it is kept."""
        if self.part is not None and self.part.field.name == name:
            return self.part.field
        return next((field for field in self.fields if field.name == name), None)

    @property
    def columns(self) -> list[str]:
        """The columns that a record is made of."""
        return [field.name for field in self.fields]

    def dump_value(self, name: str, value: Any) -> Any:
        """One field's value as it travels."""
        field = self.field(name)
        return value if value is None or field is None else field.type.dump(value)

    def dump_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Some fields' values as they travel."""
        return {name: self.dump_value(name, value) for name, value in values.items()}

    def dump(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The record as it travels, from the values of its columns."""
        record: dict[str, Any] = {"id": str(row["id"])}
        for field in self.fields:
            value = row[field.name]
            record[field.name] = None if value is None else field.type.dump(value)
        return record


def _refers(name: str, kind: str, *, write: str = ONCE, required: bool = True) -> Field:
    return Field(name, ID, write, required, refers=kind)


_QUANTITY = Field("quantity", decimal("0", "9999999999"), required=True)
_BY = (Field("user_id", ID, NEVER), Field("created_at", MOMENT, NEVER))
_VISIT = _refers("visit_id", "visit", required=False)
_ACCOUNT = _refers("account_id", "account", required=False)
_AUTHOR = (Name("user_name", "user_id"),)


def _told(
    name: str, cls: type[Base], *fields: Field, when: str, part: Part | None = None, names: tuple[Name, ...] = ()
) -> Kind:
    """What a rep tells, under what the first field refers to: it never conflicts, and nobody else may change it."""
    place = (fields[0].name, str(fields[0].refers))
    told = (*fields, *_BY)
    return Kind(name, cls, told, writable=True, place=place, fact=True, when=when, owned=True, part=part, names=names)


ACCOUNT = Kind(
    "account",
    Account,
    (
        Field("name", text(200), required=True),
        Field("territory_id", ID, ONCE, required=True),
        Field("kind", choice("customer", "prospect"), required=True, default="prospect"),
        Field("segment", text(60)),
        Field("tax_number", text(20)),
        Field("phone", text(40)),
        Field("email", text(200)),
        Field("address", text(500)),
        Field("town", text(100)),
        Field("latitude", JSON, NEVER),
        Field("longitude", JSON, NEVER),
        Field("visit_interval_days", integer(1, 730)),
        Field("created_at", MOMENT, NEVER),
    ),
    writable=True,
)
CONTACT = Kind(
    "contact",
    Contact,
    (
        Field("name", text(200), required=True),
        _ACCOUNT,
        Field("dealer_id", ID, NEVER),
        Field("position", text(100)),
        Field("phone", text(40)),
        Field("email", text(200)),
    ),
    writable=True,
    place=("account_id", "account"),
)
VISIT = _told(
    "visit",
    Visit,
    _ACCOUNT,
    Field("dealer_id", ID, NEVER),
    Field("kind", choice(*VISIT_KINDS), required=True, default="visit"),
    Field("status", choice(*STATUSES), required=True, default="completed"),
    Field("planned_on", DATE),
    Field("happened_at", MOMENT),
    Field("summary", text(20_000)),
    Field("next_steps", text(5_000)),
    Field("next_step_on", DATE),
    when="happened_at",
    part=Part(Field("participants", IDS, refers="contact"), VisitParticipant, "visit_id", "contact_id"),
    names=_AUTHOR,
)
BRAND_USAGE = _told(
    "brand_usage",
    BrandUsage,
    _ACCOUNT,
    _refers("product_group_id", "product_group"),
    _refers("brand_id", "brand"),
    _QUANTITY,
    Field("observed_on", DATE, required=True),
    Field("source", choice(*SOURCES), required=True, default="visit"),
    Field("confidence", choice(*CONFIDENCES), required=True, default="medium"),
    _VISIT,
    when="observed_on",
)
POTENTIAL = _told(
    "potential",
    Potential,
    _ACCOUNT,
    _refers("product_group_id", "product_group"),
    _QUANTITY,
    Field("observed_on", DATE, required=True),
    _VISIT,
    when="observed_on",
)
ATTACHMENT = Kind(
    "attachment",
    Attachment,
    (
        _refers("visit_id", "visit"),
        Field("sha256", digest(), ONCE, required=True),
        Field("mime", choice(*MIMES), ONCE, required=True),
        Field("size", integer(1, LARGEST), ONCE, required=True),
        Field("caption", text(500)),
        Field("taken_at", MOMENT),
        *_BY,
    ),
    writable=True,
    place=("visit_id", "visit"),
    fact=True,
    owned=True,
    names=_AUTHOR,
)
COMMENT = Kind(
    "comment",
    Comment,
    (_refers("visit_id", "visit"), Field("text", text(5_000), ONCE, required=True), *_BY),
    writable=True,
    place=("visit_id", "visit"),
    fact=True,
    owned=True,
    changeable=False,
    names=_AUTHOR,
)
DEALER = Kind(
    "dealer", Dealer, (Field("name", JSON, NEVER), Field("active", BOOL, NEVER), Field("territory_id", ID, NEVER))
)
COMPETITOR_ACTIVITY = _told(
    "competitor_activity",
    CompetitorActivity,
    _ACCOUNT,
    _refers("brand_id", "brand", write=ALWAYS),
    Field("happened_on", DATE, required=True),
    Field("text", text(5_000), required=True),
    Field("told_by", text(200)),
    _VISIT,
    when="happened_on",
    names=_AUTHOR,
)
SUPPLY_LINK = Kind(
    "supply_link",
    SupplyLink,
    (
        _ACCOUNT,
        _refers("brand_id", "brand", write=ALWAYS),
        _refers("product_group_id", "product_group", write=ALWAYS, required=False),
        _refers("dealer_id", "dealer", write=ALWAYS, required=False),
        Field("supplier", text(200)),
        Field("observed_on", DATE, required=True),
        Field("ended_on", DATE),
    ),
    writable=True,
    place=("account_id", "account"),
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
NOTICE = Kind(
    "notice",
    Notice,
    (
        Field("what", JSON, NEVER),
        Field("record_id", ID, NEVER),
        Field("about", JSON, NEVER),
        Field("person", JSON, NEVER),
        Field("created_at", MOMENT, NEVER),
        Field("read_at", MOMENT),
        Field("user_id", ID, NEVER),
    ),
    writable=True,
    creatable=False,
    fact=True,
    owned=True,
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

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        PRODUCT_GROUP, BRAND, PRODUCT, DEALER, ACCOUNT, CONTACT, VISIT, BRAND_USAGE, POTENTIAL, COMPETITOR_ACTIVITY,
        SUPPLY_LINK, ATTACHMENT, COMMENT, VISIT_READ, CONFLICT, DECISION, NOTICE,
    )
}  # fmt: skip
"""In the order in which new rows must be written: what is referred to comes first."""

USER = User
"""Whose names go down beside user ids."""
