"""The password form."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from portal.web.forms import Form


class PasswordForm(Form):
    """The current password and a new one."""

    current = PasswordField(
        _l("Current password"), [InputRequired(), Length(max=200)], render_kw={"autocomplete": "current-password"}
    )
    password = PasswordField(
        _l("New password"),
        [InputRequired(), Length(max=200)],
        description=_l("At least 10 characters; several words are easier to keep in mind than signs."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same once more"),
        [InputRequired(), EqualTo("password", _l("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
