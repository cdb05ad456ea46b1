"""The questions of a survey and what counts as an answer: pure rules, as on the laptop (`static/field/survey.js`).

A question is kept as JSON: `{key, kind, text, required, unit, choices, rows, when: {key, is}}`. With a `when` it is
asked only if the earlier question of that key was answered so. An answer is a text, a number as text, a date, one
choice, a list of choices, for a matrix one choice for each row, or the ids of photos of the visit (`Attachment`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from models.errors import N_, Refused

KINDS = {
    "text": N_("Text"),
    "number": N_("Number"),
    "date": N_("Date"),
    "single": N_("One choice"),
    "multiple": N_("Several choices"),
    "matrix": N_("One choice for each row"),
    "photo": N_("Photos"),
}
CHOOSING = ("single", "multiple", "matrix")
MOST_QUESTIONS, MOST_CHOICES, MOST_PHOTOS, LONGEST = 60, 40, 20, 5_000
LARGEST = Decimal(10) ** 13

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The earlier question on whose answer it depends whether this one is asked."""

    key: str
    is_: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `unit` belongs to numbers, `choices` to what is chosen from, `rows` to a matrix."""

    key: str
    kind: str
    text: str
    required: bool = False
    unit: str = ""
    choices: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    when: When | None = None

    def dump(self) -> dict[str, Any]:
        """As it is kept and travels."""
        kept = asdict(self) | {"choices": list(self.choices), "rows": list(self.rows)}
        return kept | {"when": None if self.when is None else {"key": self.when.key, "is": self.when.is_}}


def load(kept: Iterable[Mapping[str, Any]]) -> list[Question]:
    """Questions as they were kept."""
    found = []
    for each in kept:
        when = each.get("when")
        told = {name: each[name] for name in ("key", "kind", "text", "required", "unit")}
        asked = When(key=when["key"], is_=when["is"]) if when else None
        found.append(Question(**told, choices=tuple(each["choices"]), rows=tuple(each["rows"]), when=asked))
    return found


def check_questions(questions: Sequence[Question]) -> None:
    """Refused, with the place of the question, where one cannot be asked like this."""
    if not 0 < len(questions) <= MOST_QUESTIONS:
        raise Refused(N_("A survey needs one question at least, and holds %(count)s at most."), count=MOST_QUESTIONS)
    earlier: dict[str, Question] = {}
    for position, question in enumerate(questions, 1):
        problem = _problem(question, earlier)
        if problem:
            raise Refused(problem, position=position)
        earlier[question.key] = question


def _problem(question: Question, earlier: Mapping[str, Question]) -> str | None:
    if question.kind not in KINDS or not question.key or question.key in earlier:
        return N_("Question %(position)s is of no known kind.")
    if not question.text.strip():
        return N_("Question %(position)s has no words.")
    if question.kind in CHOOSING and not 2 <= len(set(question.choices)) == len(question.choices) <= MOST_CHOICES:
        return N_("Question %(position)s needs two different choices at least.")
    if question.kind == "matrix" and not 1 <= len(set(question.rows)) == len(question.rows) <= MOST_CHOICES:
        return N_("Question %(position)s needs a row at least, and no row twice.")
    if question.when is not None:
        other = earlier.get(question.when.key)
        if other is None or other.kind not in ("single", "multiple") or question.when.is_ not in other.choices:
            return N_("Question %(position)s depends on a choice that no question before it offers.")
    return None


def asked(questions: Sequence[Question], answers: Answers) -> list[Question]:
    """The questions that are asked, given what was answered so far; what is not asked has no answer to depend on."""
    found: list[Question] = []
    given: dict[str, Any] = {}
    for question in questions:
        if question.when is None or _was(given.get(question.when.key), question.when.is_):
            found.append(question)
            given[question.key] = answers.get(question.key)
    return found


def _was(answer: Any, wanted: str) -> bool:
    return wanted in answer if isinstance(answer, list) else answer == wanted


def check_answers(questions: Sequence[Question], answers: Answers) -> dict[str, Any]:
    """The answers to what is asked, cleaned; those to anything else are left out. Refused where one is none."""
    kept: dict[str, Any] = {}
    for question in asked(questions, answers):
        value = _clean(question, answers.get(question.key))
        if value in (None, [], {}) and question.required:
            raise Refused(N_("“%(question)s” must be answered."), question=question.text)
        if value not in (None, [], {}):
            kept[question.key] = value
    return kept


def _clean(question: Question, value: Any) -> Any:
    try:
        return None if value in (None, "") else CLEAN[question.kind](question, value)
    except (TypeError, ValueError, InvalidOperation, AttributeError):
        raise Refused(N_("The answer to “%(question)s” is none that it can have."), question=question.text) from None


def _text(_question: Question, value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > LONGEST or "\x00" in value:
        raise ValueError(value)
    return value.strip() or None


def _number(_question: Question, value: Any) -> str:
    number = Decimal(value) if isinstance(value, str) else Decimal("nan")
    if not number.is_finite() or abs(number) > LARGEST or len(value) > 40:
        raise ValueError(value)
    return f"{number.normalize():f}"


def _date(_question: Question, value: Any) -> str:
    return date.fromisoformat(value).isoformat()


def _single(question: Question, value: Any) -> str:
    if value not in question.choices:
        raise ValueError(value)
    return str(value)


def _multiple(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list) or not set(value) <= set(question.choices):
        raise ValueError(value)
    return [choice for choice in question.choices if choice in value]


def _matrix(question: Question, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not set(value) <= set(question.rows):
        raise ValueError(value)
    return {row: _single(question, value[row]) for row in question.rows if value.get(row)}


def _photos(_question: Question, value: Any) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_PHOTOS:
        raise ValueError(value)
    return list(dict.fromkeys(str(UUID(each)) for each in value))


CLEAN = {
    "text": _text,
    "number": _number,
    "date": _date,
    "single": _single,
    "multiple": _multiple,
    "matrix": _matrix,
    "photo": _photos,
}
