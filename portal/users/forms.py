"""The form of a user."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from models.access import Permission
from models.region import Region, Territory
from portal.web.forms import CheckboxesField, EmailField, Form, choices, translated
from portal.web.navigation import ROLE_NAMES
from portal.web.rights import RIGHTS


class UserForm(Form):
    """Who somebody is, and for whom he acts. Which of the places counts, the role says."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=100)], render_kw={"autocomplete": "off"})
    email = EmailField(_l("E-mail address"), [InputRequired(), Length(max=254)], render_kw={"autocomplete": "off"})
    role = SelectField(_l("Role"), [InputRequired()])
    dealer = StringField(_l("Dealer's code"), [Length(max=60)], description=_l("As in the list of dealers."))
    rights = CheckboxesField(_l("May do"), coerce=Permission)
    region = SelectField(_l("Region"), [Optional()])
    territories = CheckboxesField(_l("Territories"))

    def __init__(self, regions: list[Region], territories: list[Territory], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = choices(translated(ROLE_NAMES))
        self.rights.choices = choices(translated(RIGHTS))
        names = {str(region.id): region.name for region in regions}
        self.region.choices = choices(names, none=gettext("Please choose"))
        self.territories.choices = choices({str(each.id): f"{each.name} ({each.region.name})" for each in territories})
