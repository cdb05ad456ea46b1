"""What is asked when something is decided."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from portal.web.forms import Form


class DiscardForm(Form):
    """Why something is given up; whoever wrote it reads this."""

    reason = StringField(
        _l("Reason"),
        [InputRequired(_l("Say why, so that whoever wrote it understands.")), Length(max=500)],
        description=_l("Whoever wrote it reads this on the laptop. The operation itself is kept."),
    )
