"""What a laptop is told."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from models.sync.device_order import Command
from portal.web.forms import Form


class OrderForm(Form):
    """An order: the button that was pressed says which."""

    reason = StringField(_l("Reason"), [Optional(), Length(max=500)])
    confirmed = BooleanField(_l("Everything that this laptop holds of the portal shall be erased"))
    command = HiddenField(validators=[AnyOf([command.value for command in Command])])


class ProtectionForm(Form):
    """What the company asks of data on laptops."""

    encrypted = BooleanField(_l("Laptops encrypt what they keep and ask for a PIN"))
    pin_length = IntegerField(_l("The PIN has at least"), [InputRequired(), NumberRange(4, 12)])
    idle_minutes = IntegerField(_l("Lock without a touch after"), [InputRequired(), NumberRange(1, 240)])
    lease_days = IntegerField(
        _l("Without the server, the PIN opens for"),
        [InputRequired(), NumberRange(1, 90)],
        description=_l("After that, the rep has to sign in with a connection once."),
    )
