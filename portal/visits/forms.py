"""What is written under a visit."""

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal.web.forms import Form


class CommentForm(Form):
    """A comment."""

    text = TextAreaField(
        _l("Comment"),
        [InputRequired(_l("Write something first.")), Length(max=5000)],
        render_kw={"rows": 4},
    )
