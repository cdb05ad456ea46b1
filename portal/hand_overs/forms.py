"""What is handed over, to whom, from when."""

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.web.forms import Form

FROM = _l("From the beginning of this day; a day that has begun takes effect at once.")


class TerritoryForm(Form):
    """A territory to a rep."""

    territory = SelectField(_l("Territory"), [InputRequired(_l("Choose one."))])
    rep = SelectField(_l("To the rep"), [InputRequired(_l("Choose one."))])
    effective_on = DateField(_l("From"), [InputRequired(_l("Say from which day on."))], description=FROM)
    reason = StringField(_l("Reason"), [Optional(), Length(max=500)])


class AccountForm(Form):
    """An account to a territory."""

    territory = SelectField(_l("To the territory"), [InputRequired(_l("Choose one."))])
    effective_on = DateField(_l("From"), [InputRequired(_l("Say from which day on."))], description=FROM)
    reason = StringField(_l("Reason"), [Optional(), Length(max=500)])
