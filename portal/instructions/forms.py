"""What shall be done, by when, and by whom."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.web.forms import Form

SAID = [InputRequired(_l("Say what shall be done.")), Length(max=5000)]
DUE = [InputRequired(_l("Say by which day."))]


class RewriteForm(Form):
    """What is asked, and by when."""

    text = TextAreaField(_l("What shall be done"), SAID, render_kw={"rows": 4})
    due_on = DateField(_l("Due on"), DUE)


class InstructionForm(RewriteForm):
    """An instruction. Without an account it goes to one rep."""

    rep = SelectField(_l("To the rep"), [Optional()], validate_choice=True)
    account = HiddenField()
    visit = HiddenField()
