"""What a laptop is told."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import AnyOf, Length, Optional

from models.sync.device_order import Command
from portal.web.forms import Form


class OrderForm(Form):
    """An order: the button that was pressed says which."""

    reason = StringField(_l("Reason"), [Optional(), Length(max=500)])
    confirmed = BooleanField(_l("Everything that this laptop holds of the portal shall be erased"))
    command = HiddenField(validators=[AnyOf([command.value for command in Command])])
