"""A dealer's answer to a draft of an order."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.web.forms import Form


class TakeForm(Form):
    """The dealer ordered it."""

    number = StringField(
        _l("Your order's number"),
        [Optional(), Length(max=60)],
        description=_l("If you have it at hand: then draft and order are shown side by side."),
    )


class DeclineForm(Form):
    """Why the dealer does not order it."""

    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=500)], render_kw={"rows": 2})
