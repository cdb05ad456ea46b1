"""What is asked when something is decided."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from portal.web.forms import Form


class DiscardForm(Form):
    """Why something is given up; whoever wrote it reads this."""

    reason = StringField(
        _l("Reason"),
        [InputRequired(_l("Say why, so that whoever wrote it understands.")), Length(max=500)],
        description=_l("Whoever wrote it reads this on the laptop. The operation itself is kept."),
    )


class WorkForm(Form):
    """A file of unsent work, and what opens it."""

    file = FileField(
        _l("File with unsent work"),
        [FileRequired()],
        description=_l("The rep writes it on the laptop under Waiting, with a passphrase of his own."),
        render_kw={"accept": ".json,application/json"},
    )
    passphrase = PasswordField(_l("Passphrase"), [InputRequired(), Length(max=500)])
