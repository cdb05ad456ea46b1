"""The forms of the staff pages."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from models.access import Permission
from portal.web.forms import CheckboxesField, EmailField, Form, choices, translated
from portal.web.rights import RIGHTS


class RightsForm(Form):
    """What one member of staff may do."""

    rights = CheckboxesField(_l("May do"), coerce=Permission)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rights.choices = choices(translated(RIGHTS))


class InviteForm(RightsForm):
    """A new member of staff."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=100)], render_kw={"autocomplete": "off"})
    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254)], render_kw={"autocomplete": "off"})
