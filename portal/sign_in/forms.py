"""The two forms of somebody who is not signed in yet."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from portal.web.forms import EmailField, Form

PASSWORD = Length(max=200)


class SignInForm(Form):
    """E-mail address and password."""

    email = EmailField(
        _l("E-mail address"),
        [InputRequired(), Length(max=254)],
        render_kw={"autofocus": True, "autocomplete": "username"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(), PASSWORD], render_kw={"autocomplete": "current-password"}
    )


class InvitationForm(Form):
    """The first, or a new, password."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(), PASSWORD],
        description=_l("At least 10 characters; several words are easier to keep in mind than signs."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same once more"),
        [InputRequired(), EqualTo("password", _l("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
