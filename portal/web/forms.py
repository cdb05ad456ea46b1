"""Forms: WTForms with CSRF by Flask-WTF, clean text, and numbers as the reader writes them.

A view reads `form = AcceptForm()`, and `if form.sent():` acts and redirects; else it renders the page, with status 422
after a failed attempt, so that nothing is committed and htmx shows the errors.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from flask import g
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    FormField,
    PasswordField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from models.errors import Refused
from models.session import Session
from models.text import printable
from models.user.people import NO_ADDRESS, is_address
from portal import formats


def clean(text: str | None) -> str | None:
    """Text as it is kept: no spaces at its ends, nothing that the database or a document cannot hold."""
    return printable(text).strip() if isinstance(text, str) else text


class Form(FlaskForm):  # type: ignore[misc]
    """The base of all forms."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Every text that arrives is cleaned."""

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Any:
            """Add `clean` to the filters of fields that take one text."""
            if issubclass(unbound_field.field_class, SelectMultipleField | PasswordField | FieldList | FormField):
                return unbound_field.bind(form=form, **options)
            filters = (*unbound_field.kwargs.get("filters", ()), clean)
            return unbound_field.bind(form=form, **{**options, "filters": filters})

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read what came, so that nothing but spaces counts as nothing for `InputRequired`, too."""
        super().process(*args, **kwargs)
        for field in self:
            if field.raw_data and not isinstance(field, PasswordField):
                field.raw_data = [clean(value) for value in field.raw_data]

    def sent(self) -> bool:
        """Whether the form was sent and every entry is right."""
        return bool(self.validate_on_submit())

    @property
    def status(self) -> int:
        """The status of a page that shows this form: 422 when it was sent with something wrong."""
        return 422 if self.errors else 200

    def run(self, act: Callable[[], object]) -> bool:
        """Do what the form asks for; a rule's refusal becomes an error of the form. Tells whether it was done.

        What was done before the refusal is undone at once, so that the page shows what is, not what was tried.
        """
        try:
            act()
        except Refused as refusal:
            if "db" in g:
                cast(Session, g.db).rollback()
            self.form_errors.append(gettext(refusal.message, **refusal.params))
            return False
        return True


TOO_LARGE = Decimal(10) ** 12
"""From here on a number is a slip of the fingers: no column of ours holds it, and a product of two can be added up."""


class NumberField(Field):  # type: ignore[misc]
    """A decimal number, written with the reader's decimal sign or with a point; thousands may be grouped.

    `places` limits the decimal places; what has more is refused, never rounded in silence. So is what is too large.
    """

    widget = TextInput()

    def __init__(self, label: str, validators: Any = None, *, places: int = 3, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.places = places
        self.raw = ""

    def _value(self) -> str:
        """What the input shows: what was typed, else the number as the reader writes it."""
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else formats.current().editable(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number that was typed."""
        self.data = None
        text = (valuelist[0] if valuelist else "").strip()
        if not text:
            return
        try:
            number = formats.current().parse(text)
        except (InvalidOperation, ValueError):
            raise ValidationError(gettext("This is not a number.")) from None
        if abs(number) >= TOO_LARGE:
            raise ValidationError(gettext("This number is too large."))
        exponent = number.normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > self.places:
            raise ValidationError(gettext("At most %(count)s decimal places.", count=self.places))
        self.data = number


class CheckboxesField(SelectMultipleField):  # type: ignore[misc]
    """Several of a few choices, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class EmailField(StringField):  # type: ignore[misc]
    """An e-mail address."""

    widget = TextInput(input_type="email")

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what can be no address; whether it is one, only a mail can tell."""
        if self.data and not is_address(self.data):
            raise ValidationError(gettext(NO_ADDRESS))


def choices(labels: Mapping[Any, str], *, none: str | None = None) -> list[SelectChoice]:
    """The choices of a field from values and their labels; `none` is the label of choosing nothing."""
    first = [] if none is None else [SelectChoice("", none)]
    return first + [SelectChoice(str(value), label) for value, label in labels.items()]


def translated(labels: Mapping[Any, str]) -> dict[Any, str]:
    """Labels kept as gettext ids, in the reader's language."""
    return {value: gettext(label) for value, label in labels.items()}
