"""The editor's form: a title and the questions, which come and go by named buttons."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length

from models.survey.questions import KINDS, LONGEST, MOST_QUESTIONS, Question, When
from portal.web.forms import Form, choices

A_LINE_EACH = _l("One a line.")


class QuestionForm(Form):
    """One question."""

    class Meta(Form.Meta):
        """The token stands in the form around the questions."""

        csrf = False

    key = HiddenField()
    text = StringField(_l("Question"), [Length(max=500)])
    kind = SelectField(_l("Kind of answer"), choices=[SelectChoice(kind, _l(label)) for kind, label in KINDS.items()])
    required = BooleanField(_l("Must be answered"))
    unit = StringField(_l("Unit"), [Length(max=20)], description=_l("Of a number, such as kg a month."))
    options = TextAreaField(_l("Choices"), [Length(max=LONGEST)], description=A_LINE_EACH, render_kw={"rows": 3})
    rows = TextAreaField(_l("Rows"), [Length(max=LONGEST)], description=A_LINE_EACH, render_kw={"rows": 2})
    when_key = SelectField(_l("Asked only after"), validate_choice=False)
    when_is = StringField(_l("was answered with"), [Length(max=500)])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self:  # what a kind of answer needs differs: it is said where it is missing
            field.flags.optional_unsaid = True

    @property
    def question(self) -> Question:
        """The question as the model takes it: of what belongs to other kinds of answers nothing is kept."""
        kind, when = self.kind.data, None
        if self.when_key.data:
            when = When(key=self.when_key.data, is_=self.when_is.data or "")
        return Question(
            key=self.key.data or "",
            kind=kind,
            text=self.text.data or "",
            required=bool(self.required.data),
            unit=(self.unit.data or "") if kind == "number" else "",
            choices=_lines(self.options.data) if kind in ("single", "multiple", "matrix") else (),
            rows=_lines(self.rows.data) if kind == "matrix" else (),
            when=when,
        )


class SurveyForm(Form):
    """A survey as it is being written."""

    title = StringField(_l("Title"), [InputRequired(_l("Give the survey a title.")), Length(max=200)])
    questions = FieldList(FormField(QuestionForm), max_entries=MOST_QUESTIONS + 1)

    def offer_conditions(self) -> None:
        """Let each question depend on those before it that offer choices."""
        before: dict[str, str] = {}
        for place, each in enumerate(self.questions.entries, 1):
            each.form.when_key.choices = choices(before, none=gettext("Always asked"))
            if each.form.kind.data in ("single", "multiple"):
                before = {**before, each.form.key.data: f"{place}. {each.form.text.data or ''}"}

    def asked(self) -> list[Question]:
        """The questions in their order; those into which nothing was written are left out."""
        return [each.form.question for each in self.questions.entries if each.form.text.data]


class NewForm(Form):
    """A survey that begins."""

    title = StringField(_l("Title"), [InputRequired(_l("Give the survey a title.")), Length(max=200)])


def shown(question: Question) -> dict[str, Any]:
    """A question as the form shows it."""
    return {
        "key": question.key,
        "text": question.text,
        "kind": question.kind,
        "required": question.required,
        "unit": question.unit,
        "options": "\n".join(question.choices),
        "rows": "\n".join(question.rows),
        "when_key": question.when.key if question.when else "",
        "when_is": question.when.is_ if question.when else "",
    }


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())
