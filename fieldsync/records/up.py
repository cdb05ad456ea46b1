"""What a rep writes: the records that go up, and come down again."""

from __future__ import annotations

import json
from typing import Any

from fieldsync.fields import (
    DATE,
    HOURS,
    ID,
    IDS,
    JSON,
    MOMENT,
    PAST,
    TIME,
    Type,
    choice,
    decimal,
    degrees,
    digest,
    integer,
    storable,
    text,
)
from fieldsync.records.kind import ALWAYS, NEVER, ONCE, Beside, Field, Kind, Name, Part
from models.account import Account, Contact
from models.base import Base
from models.check_in import CheckIn, PositionConsent
from models.dealer import Dealer
from models.errors import N_, Refused
from models.instruction import Instruction
from models.lead import Lead, LeadContact
from models.market import CONFIDENCES, SOURCES, BrandUsage, CompetitorActivity, Potential
from models.market.supply import SupplyLink
from models.route.working_day import END, START, VISIT_MINUTES, WorkingDay
from models.survey import SurveyResponse
from models.sync.blob import LARGEST, MIMES, Attachment
from models.sync.notice import Notice
from models.visit import KINDS as VISIT_KINDS
from models.visit import STATUSES, Comment, Visit, VisitParticipant


def _refers(name: str, kind: str, *, write: str = ONCE, required: bool = True) -> Field:
    return Field(name, ID, write, required, refers=kind)


_QUANTITY = Field("quantity", decimal("0", "9999999999"), required=True)
NOT_ANSWERS = N_("These are no answers to a survey.")
_BY = (Field("user_id", ID, NEVER), Field("created_at", MOMENT, NEVER))
_VISIT = _refers("visit_id", "visit", required=False)
_ACCOUNT = _refers("account_id", "account", required=False)
_AUTHOR = (Name("user_name", "user_id"),)


def _parse_answers(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not storable(json.dumps(value, ensure_ascii=False)):
        raise Refused(NOT_ANSWERS)
    return value


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
        Field("latitude", degrees(90)),
        Field("longitude", degrees(180)),
        Field("visit_interval_days", integer(1, 730)),
        Field("opening_hours", HOURS),
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
    Field("place_in_day", integer(1, 99)),
    Field("locked_time", TIME),
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
        Field("removed_at", PAST),
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
SURVEY_RESPONSE = Kind(
    "survey_response",
    SurveyResponse,
    (
        Field("account_id", ID, ONCE, required=True, refers="account"),
        Field("survey_version_id", ID, ONCE, required=True, refers="survey"),
        _refers("visit_id", "visit", required=False),
        Field("answered_at", PAST, ONCE, required=True),
        Field("answers", Type(_parse_answers), required=True),
        *_BY,
    ),
    writable=True,
    when="answered_at",
    by_verb=True,
    names=_AUTHOR,
)
POSITION_CONSENT = Kind(
    "position_consent",
    PositionConsent,
    (Field("given_at", PAST, ONCE, required=True), Field("withdrawn_at", PAST), Field("user_id", ID, NEVER)),
    writable=True,
    by_verb=True,
)
CHECK_IN = Kind(
    "check_in",
    CheckIn,
    (
        _refers("visit_id", "visit"),
        Field("checked_in_at", PAST, ONCE, required=True),
        Field("latitude", degrees(90), ONCE),
        Field("longitude", degrees(180), ONCE),
        Field("accuracy_m", integer(0, 100_000), ONCE),
        Field("user_id", ID, NEVER),
    ),
    writable=True,
    changeable=False,
    by_verb=True,
)
LEAD = Kind(
    "lead",
    Lead,
    (
        _refers("account_id", "account", required=False),
        Field("territory_id", ID, ONCE, required=True),
        Field("wanted", text(1_000), ONCE, required=True),
        Field("town", text(100), ONCE),
        _refers("product_group_id", "product_group", required=False),
        Field("quantity", decimal("0.001", "999999999999"), ONCE),
        Field("unit", text(20), ONCE),
        Field("number", JSON, NEVER),
        Field("status", JSON, NEVER),
        Field("received_at", MOMENT, NEVER),
        Field("user_id", ID, NEVER),
        Field("dealer_id", ID, NEVER),
        Field("offered_at", MOMENT, NEVER),
        Field("answer_due_at", MOMENT, NEVER),
        Field("answered_at", MOMENT, NEVER),
        Field("next_step", JSON, NEVER),
        Field("next_step_on", DATE, NEVER),
    ),
    writable=True,
    changeable=False,
    by_verb=True,
    beside=Beside(
        LeadContact,
        (
            Field("company", text(200), ONCE, required=True),
            Field("person", text(200), ONCE),
            Field("phone", text(50), ONCE),
            Field("email", text(200), ONCE),
        ),
    ),
    names=(Name("dealer_name", "dealer_id", Dealer),),
)
INSTRUCTION = Kind(
    "instruction",
    Instruction,
    (
        Field("account_id", ID, NEVER),
        Field("user_id", ID, NEVER),
        Field("visit_id", ID, NEVER),
        Field("author_id", ID, NEVER),
        Field("text", JSON, NEVER),
        Field("due_on", DATE, NEVER),
        Field("created_at", MOMENT, NEVER),
        Field("withdrawn_at", MOMENT, NEVER),
        Field("read_at", PAST),
        Field("answer", text(5_000)),
        Field("closed_at", PAST),
    ),
    writable=True,
    creatable=False,
    fact=True,
    names=(Name("author_name", "author_id"),),
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
WORKING_DAY = Kind(
    "working_day",
    WorkingDay,
    (
        Field("start_time", TIME, required=True, default=START),
        Field("end_time", TIME, required=True, default=END),
        Field("visit_minutes", integer(5, 480), required=True, default=VISIT_MINUTES),
        Field("start_latitude", degrees(90)),
        Field("start_longitude", degrees(180)),
        Field("end_latitude", degrees(90)),
        Field("end_longitude", degrees(180)),
        Field("created_at", MOMENT, NEVER),
    ),
    writable=True,
    fact=True,
    personal=True,
)
