"""The editor's form: the head of a draft and its lines."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FieldList, FormField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from models.errors import Refused
from models.quote import Quote
from models.quote.drafting import Entry, check_validity
from models.quote.offering import Offered
from models.quote.totals import ZERO, line_amount
from models.repricing import MOST_LINES
from portal import formats
from portal.web.forms import Form, NumberField, choices

CURRENCIES = ("TRY", "EUR", "USD", "GBP")
PERCENT = NumberRange(0, 100)
Sent = MultiDict[str, str]
_LINE = re.compile("lines-[0-9]{1,4}-")


def readable(sent: Sent) -> Sent:
    """What was sent, without lines that no page of ours has: WTForms takes "²" for a number, and breaks on it."""
    kept = (
        (name, value) for name, value in sent.items(multi=True) if not name.startswith("lines") or _LINE.match(name)
    )
    return MultiDict(kept)


class LineForm(Form):
    """One line. `filled` is the code from whose product its texts and price were taken."""

    class Meta(Form.Meta):
        """The token stands in the form around the lines."""

        csrf = False

    filled = HiddenField()
    code = StringField(_l("Code"), [Length(max=60)])
    description = StringField(_l("Description"), [Length(max=500)])
    quantity = NumberField(_l("Quantity"), [Optional()], places=3)
    unit = StringField(_l("Unit"), [Length(max=20)])
    price = NumberField(_l("Unit price"), [Optional()], places=4)
    discount = NumberField(_l("Discount"), [Optional(), PERCENT], places=3)
    vat = NumberField(_l("VAT"), [Optional(), PERCENT], places=3)

    product: Offered | None = None
    """The product of the code, once it has been looked up."""
    refilled = False
    """Whether texts and price were taken from the product just now."""
    suggestions: Sequence[tuple[str, str]] = ()
    """Code and name of products that may be meant by a code that is none."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written into it."""
        return not any(map(_written, self._told()))

    @property
    def entry(self) -> Entry | None:
        """The line as the model takes it, None as long as something is missing or wrong."""
        quantity, price = self.quantity.data, self.price.data
        if not self.description.data or quantity is None or price is None or self._is_wrong():
            return None
        return Entry(
            product_id=self.product.product_id if self.product else None,
            code=self.code.data or "",
            description=self.description.data,
            quantity=quantity,
            unit=self.unit.data or "",
            price=price,
            discount_percent=self.discount.data or ZERO,
            vat_percent=self.vat.data or ZERO,
        )

    @property
    def amount(self) -> Decimal | None:
        """What the line comes to, before tax."""
        return line_amount(self.entry) if self.entry else None

    def take(self, product: Offered | None, suggestions: Sequence[tuple[str, str]] = ()) -> None:
        """Fill the line from the product of its code: what is empty, or all of it if the code has changed."""
        self.product, self.suggestions = product, suggestions
        if product is None:
            return
        self.refilled = changed = self.filled.data != product.code
        for field, value in ((self.description, product.name), (self.unit, product.unit), (self.price, product.price)):
            if value is not None and (changed or not _written(field)):
                _set(field, value)
        _set(self.code, product.code)
        _set(self.filled, product.code)

    def check(self) -> bool:
        """Say at each field what a line that was begun still lacks; whether it lacks nothing."""
        if self.code.data and self.product is None:
            _add(self.code, gettext("No product has this code."))
        for field in (self.description, self.quantity, self.price):
            if field.data in (None, "") and not field.errors:
                _add(field, gettext("This is missing."))
        if self.quantity.data is not None and self.quantity.data <= 0:
            _add(self.quantity, gettext("More than zero."))
        if self.price.data is not None and self.price.data < 0:
            _add(self.price, gettext("Not below zero."))
        return not any(field.errors for field in self)

    def _is_wrong(self) -> bool:
        return any(field.errors or field.process_errors for field in self)

    def _told(self) -> tuple[Any, ...]:
        return self.code, self.description, self.quantity, self.price


class QuoteForm(Form):
    """A draft: to whom, until when, in which language and currency, the terms, and the lines."""

    contact = StringField(_l("Contact"), [Length(max=200)])
    address = TextAreaField(_l("Address"), [Length(max=500)], render_kw={"rows": 3})
    dealer = SelectField(_l("Delivered by"), validate_choice=True)
    valid_until = DateField(_l("Valid until"), [InputRequired()])
    locale = SelectField(_l("Language"), [InputRequired()], choices=choices(formats.LOCALES))
    currency = SelectField(_l("Currency"), [InputRequired()], choices=choices({each: each for each in CURRENCIES}))
    terms = TextAreaField(_l("Terms"), [Length(max=5000)], render_kw={"rows": 4})
    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES + 1)  # one too many is refused, not dropped unsaid

    def __init__(self, quote: Quote, dealers: list[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(data=_shown(quote), **options)
        self.quoted_on = quote.quoted_on
        names = {str(id_): name for id_, name in dealers}
        self.dealer.choices = choices(names, none=gettext("By ourselves"))
        if quote.currency not in CURRENCIES:
            self.currency.choices = choices({each: each for each in (quote.currency, *CURRENCIES)})

    def written(self) -> list[LineForm]:
        """The lines into which something was written."""
        return [line.form for line in self.lines.entries if not line.form.is_blank]

    def entries(self) -> list[Entry]:
        """The lines as far as they are complete."""
        return [entry for line in self.written() if (entry := line.entry)]

    def is_complete(self) -> bool:
        """Whether the form was sent and nothing in it is wrong or missing; else each field says what."""
        sent = self.sent()
        incomplete = [line for line in self.written() if not line.check()]
        if incomplete:
            self.form_errors.append(gettext("Some lines are not complete yet; what is missing stands beside each."))
        return sent and not incomplete

    def validate_valid_until(self, field: DateField) -> None:
        """Say at the field when nobody can mean that day."""
        if field.data is None:
            return  # it was no day at all, which is said already
        try:
            check_validity(field.data, self.quoted_on)
        except Refused as refusal:
            raise ValidationError(gettext(refusal.message)) from refusal

    def begin_with_last(self) -> None:
        """Let the reader go on with the last line."""
        self.lines.entries[-1].form.code.render_kw = {"autofocus": True}

    def put_into(self, quote: Quote) -> None:
        """Write the head of the draft."""
        quote.customer_contact = self.contact.data or None
        quote.customer_address = self.address.data or None
        quote.dealer_id = UUID(self.dealer.data) if self.dealer.data else None
        quote.valid_until, quote.locale, quote.currency = self.valid_until.data, self.locale.data, self.currency.data
        quote.terms = self.terms.data or None


def _written(field: Any) -> bool:
    return field.data not in (None, "") or bool(field.raw_data and field.raw_data[0].strip())


def _set(field: Any, value: object) -> None:
    """Give a field a value in place of what was typed."""
    field.data, field.raw_data, field.process_errors, field.errors = value, None, [], ()


def _add(field: Any, error: str) -> None:
    field.errors = [*field.errors, error]


def _shown(quote: Quote) -> dict[str, Any]:
    valid_until: date = quote.valid_until
    return {
        "contact": quote.customer_contact,
        "address": quote.customer_address,
        "dealer": str(quote.dealer_id or ""),
        "valid_until": valid_until,
        "locale": quote.locale,
        "currency": quote.currency,
        "terms": quote.terms,
        "lines": [
            {
                "filled": line.code if line.product_id else "",
                "code": line.code,
                "description": line.description,
                "quantity": line.quantity,
                "unit": line.unit,
                "price": line.price,
                "discount": line.discount_percent or None,
                "vat": line.vat_percent,
            }
            for line in quote.lines
        ],
    }
