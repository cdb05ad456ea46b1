"""Every component of the layouts and macros, in both themes."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from models.errors import N_
from portal.web.filters import now
from portal.web.forms import CheckboxesField, Form, NumberField, choices
from portal.web.lists import Filter, Listing
from portal.web.permissions import public
from portal.web.render import render

bp = Blueprint("components", __name__, url_prefix="/components")

LISTING = Listing(
    sorts=("placed_at", "number", "total"),
    default_sort="-placed_at",
    filters=(
        Filter("status", N_("Status"), (("placed", N_("Placed")), ("shipped", N_("Shipped")))),
        Filter("since", N_("Since"), kind="date"),
    ),
    size=25,
)


class SampleForm(Form):
    """One field of each kind."""

    name = StringField("Name", [InputRequired()])
    quantity = NumberField("Quantity", [InputRequired()], description="Whole packs are 5 kg.")
    amount = NumberField("Expected amount")
    day = DateField("Next step on", [InputRequired()])
    reason = SelectField("Reason", choices=choices({"far": "Too far away"}, none="Please choose"))
    kind = RadioField("Kind", choices=choices({"visit": "Visit", "call": "Call"}), default="visit")
    groups = CheckboxesField("Product groups", choices=choices({"mig": "MIG wire", "stick": "Electrodes"}))
    note = TextAreaField("Summary")
    agreed = BooleanField("The contact agreed to be called")


@dataclass(frozen=True)
class Sample:
    """One row of the sample table."""

    number: str
    dealer: str
    status: str
    tone: str
    placed_at: dt.datetime
    lines: int
    total: Decimal


SAMPLES = (
    ("SO-26-10482", "Ege Kaynak Malzemeleri", "Placed", "info", 0.7, 12, "48250.00"),
    ("SO-26-10481", "Çelik & Oğulları Ticaret", "Confirmed", "good", 3, 4, "12990.50"),
    ("SO-26-10479", "Öz İş Makina", "Late", "late", 30, 31, "215480.75"),
    ("SO-26-10466", "Şahin Endüstri", "Partly shipped", "soon", 75, 8, "36120.00"),
    ("SO-26-10451", "Güneş Hırdavat", "Shipped", "", 190, 2, "-1840.00"),
)


@bp.get("")
@public
def show() -> Response:
    """The gallery."""
    rows = [
        Sample(number, dealer, status, tone, now() - dt.timedelta(hours=hours), lines, Decimal(total))
        for number, dealer, status, tone, hours, lines, total in SAMPLES
    ]
    form = SampleForm(prefix="a")
    wrong = SampleForm(prefix="b", meta={"csrf": False}, data={"name": "Ege Kaynak"})
    wrong.validate()
    state = LISTING.read()
    return render(
        "components/show.html",
        page=state.page(rows),
        total=sum(row.total for row in rows),
        form=form,
        wrong=wrong,
        now=now(),
        hour=dt.timedelta(hours=1),
    )
