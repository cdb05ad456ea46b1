"""Accepting, declining, taking in, and offering a lead."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from models.lead import DECLINE_REASONS, DISQUALIFY_REASONS, Lead
from models.lead.intake import Inquiry
from models.session import Session
from portal.web.forms import EmailField, Form, NumberField

LARGEST = Decimal(10) ** 12


class AcceptForm(Form):
    """What a dealer says when he takes a lead on."""

    next_step = StringField(
        _l("Next step"),
        [InputRequired(), Length(max=200)],
        description=_l("What you will do first, such as call or send a sample."),
    )
    next_step_on = DateField(_l("On"), [InputRequired()])
    expected_amount = NumberField(
        _l("Expected amount"),
        [InputRequired(), NumberRange(Decimal("0.01"), LARGEST)],
        places=2,
        description=_l("A rough guess is fine; nobody holds you to it."),
    )

    def accept(self, db: Session, lead: Lead, currency: str) -> None:
        """Take the lead on with these entries."""
        amount = self.expected_amount.data or Decimal(0)
        lead.accept(db, self.next_step.data, self.next_step_on.data, amount, currency)


class DeclineForm(Form):
    """Why a dealer leaves a lead to somebody else."""

    reason = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose a reason."))],
        choices=[SelectChoice(code, _l(label)) for code, label in DECLINE_REASONS.items()],
    )
    note = TextAreaField(_l("Note"), [Optional(), Length(max=500)])


class DisqualifyForm(Form):
    """Why nothing can come of a lead."""

    reason = RadioField(
        _l("Reason"),
        [InputRequired(_l("Choose a reason."))],
        choices=[SelectChoice(code, _l(label)) for code, label in DISQUALIFY_REASONS.items()],
    )
    note = TextAreaField(_l("Note"), [Optional(), Length(max=500)])


class OfferForm(Form):
    """To whom head office offers a lead: the best dealer, or one that it chooses."""

    dealer = SelectField(_l("Dealer"), [Optional()], validate_choice=False)

    @property
    def dealer_id(self) -> UUID | None:
        """The chosen dealer, None for the best one."""
        return _uuid(self.dealer.data)


class InquiryForm(Form):
    """What somebody asked for, and who it was."""

    company = StringField(_l("Company"), [InputRequired(), Length(max=200)])
    person = StringField(_l("Contact person"), [Optional(), Length(max=200)])
    phone = StringField(_l("Telephone"), [Optional(), Length(max=50)], render_kw={"type": "tel"})
    email = EmailField(_l("E-mail"), [Optional(), Length(max=200)])
    address = StringField(_l("Address"), [Optional(), Length(max=300)])
    town = StringField(_l("Town"), [Optional(), Length(max=100)])
    province = SelectField(_l("Province"), [InputRequired()])
    latitude = NumberField(_l("Latitude"), [Optional(), NumberRange(-90, 90)], places=6)
    longitude = NumberField(_l("Longitude"), [Optional(), NumberRange(-180, 180)], places=6)
    group = SelectField(_l("Product group"), [Optional()])
    wanted = TextAreaField(_l("What is wanted"), [InputRequired(), Length(max=1000)])
    quantity = NumberField(_l("Quantity"), [Optional(), NumberRange(Decimal("0.001"), LARGEST)])
    unit = StringField(_l("Unit"), [Optional(), Length(max=20)])
    offer = BooleanField(_l("Offer it to the best dealer at once"), default=True)
    confirmed = HiddenField(default="")

    def inquiry(self) -> Inquiry:
        """The entries as the model takes them."""
        names = ("company", "person", "phone", "email", "address", "town", "wanted", "quantity", "unit")
        values: dict[str, Any] = {name: self[name].data or None for name in names}
        latitude, longitude = self.latitude.data, self.longitude.data
        if latitude is not None and longitude is not None:
            values |= {"latitude": float(latitude), "longitude": float(longitude)}
        return Inquiry(
            source="head office",
            province_id=_uuid(self.province.data),
            product_group_id=_uuid(self.group.data),
            **values,
        )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
