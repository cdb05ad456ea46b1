"""The form of the letterhead."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from models.letterhead import Letterhead
from portal.web.forms import Form, NumberField, choices

LONGEST = 5000
LINES = {"rows": 3}


class LetterheadForm(Form):
    """Name, address and registration, and what every new quote starts with."""

    name = StringField(_l("Name of the company"), [InputRequired(), Length(max=200)])
    address = TextAreaField(_l("Address"), [Length(max=500)], render_kw=LINES)
    contact = TextAreaField(
        _l("How to reach us"),
        [Length(max=500)],
        render_kw=LINES,
        description=_l("Telephone, e-mail and web address, a line each."),
    )
    registration = TextAreaField(
        _l("Registration"),
        [Length(max=500)],
        render_kw={"rows": 2},
        description=_l("Tax office and number, trade register; stands at the foot of each page."),
    )
    bank = TextAreaField(_l("Bank details"), [Length(max=1000)], render_kw=LINES)
    currency = SelectField(
        _l("Currency"), [InputRequired()], choices=choices({c: c for c in ("TRY", "EUR", "USD", "GBP")})
    )
    vat_percent = NumberField(_l("Usual VAT"), [InputRequired(), NumberRange(0, 100)], places=3)
    valid_days = IntegerField(_l("Quotes are valid for"), [InputRequired(), NumberRange(1, 365)])
    terms_tr = TextAreaField(_l("Terms in Turkish"), [Length(max=LONGEST)], render_kw=LINES)
    terms_en = TextAreaField(_l("Terms in English"), [Length(max=LONGEST)], render_kw=LINES)
    terms_it = TextAreaField(_l("Terms in Italian"), [Length(max=LONGEST)], render_kw=LINES)

    def __init__(self, letterhead: Letterhead, **options: Any) -> None:
        terms = {f"terms_{language}": text for language, text in letterhead.terms.items()}
        super().__init__(obj=letterhead, data=terms, **options)

    def put_into(self, letterhead: Letterhead) -> None:
        """Write what was entered."""
        for name in ("name", "address", "contact", "registration", "bank", "currency", "vat_percent", "valid_days"):
            setattr(letterhead, name, self[name].data)
        texts = {language: self[f"terms_{language}"].data for language in ("tr", "en", "it")}
        letterhead.terms = {language: text for language, text in texts.items() if text}
