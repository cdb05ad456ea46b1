"""What shall be done, by when, and by whom."""

from datetime import date, timedelta

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from portal.web.forms import Form
from portal.web.period import today

SAID = [InputRequired(_l("Say what shall be done.")), Length(max=5000)]
DUE = [InputRequired(_l("Say by which day."))]
LATEST = timedelta(days=731)
"""What is due later than in two years is a slip of the fingers."""


class RewriteForm(Form):
    """What is asked, and by when."""

    text = TextAreaField(_l("What shall be done"), SAID, render_kw={"rows": 4})
    due_on = DateField(_l("Due on"), DUE)
    stood: date | None = None
    """The day by which it was due so far: it may stay, also once it is over."""

    def validate_due_on(self, field: DateField) -> None:
        """Say at the field when nobody can mean that day."""
        if field.data is None or field.data == self.stood:
            return  # it was no day at all, which is said already
        if field.data < today():
            raise ValidationError(gettext("This day is over already."))
        if field.data - today() > LATEST:
            raise ValidationError(gettext("This day is more than two years away."))


class InstructionForm(RewriteForm):
    """An instruction. Without an account it goes to one rep."""

    rep = SelectField(_l("To the rep"), [Optional()], validate_choice=True)
    account = HiddenField()
    visit = HiddenField()
