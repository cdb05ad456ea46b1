"""What a survey came to: for each question how often what was answered, and every response for the export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.session import Session
from models.survey import Survey, SurveyResponse
from models.survey.questions import Question

SHOWN_TEXTS = 20


@dataclass
class Result:
    """The answers to one question, through all versions: counted, added up, as they were said, or shown."""

    question: Question
    answered: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    rows: dict[str, Counter[str]] = field(default_factory=dict)
    numbers: list[Decimal] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    photos: list[UUID] = field(default_factory=list)

    @property
    def mean(self) -> Decimal | None:
        """The average of the numbers, rounded to two places."""
        return round(sum(self.numbers, Decimal(0)) / len(self.numbers), 2) if self.numbers else None

    def take(self, answer: object) -> None:
        """Count one answer."""
        self.answered += 1
        if isinstance(answer, dict):
            for row, choice in answer.items():
                self.rows.setdefault(row, Counter())[choice] += 1
        elif isinstance(answer, list) and self.question.kind == "photo":
            self.photos.extend(UUID(each) for each in answer)
        elif isinstance(answer, list):
            self.counts.update(answer)
        elif self.question.kind == "single":
            self.counts[str(answer)] += 1
        elif self.question.kind == "number":
            self.numbers.append(Decimal(str(answer)))
        else:
            self.said.append(str(answer))


def list_responses(db: Session, survey: Survey, *, limit: int | None = None) -> Sequence[SurveyResponse]:
    """What was answered, newest first, as far as the principal may see it."""
    versions = [each.id for each in survey.versions]
    query = select(SurveyResponse).where(SurveyResponse.survey_version_id.in_(versions))
    query = query.options(
        joinedload(SurveyResponse.account), joinedload(SurveyResponse.user), joinedload(SurveyResponse.version_of)
    )
    return db.scalars(query.order_by(SurveyResponse.answered_at.desc(), SurveyResponse.id).limit(limit)).all()


def responses_of_visit(db: Session, visit_id: UUID) -> Sequence[SurveyResponse]:
    """What was answered on a visit."""
    query = select(SurveyResponse).where(SurveyResponse.visit_id == visit_id)
    return db.scalars(query.options(joinedload(SurveyResponse.version_of)).order_by(SurveyResponse.answered_at)).all()


def questions_of(survey: Survey) -> list[Question]:
    """Every question that was ever asked, as the newest version that has it asks it, in that one's order."""
    found: dict[str, Question] = {}
    for version in reversed([each for each in survey.versions if each.published_at]):
        for question in version.asks:
            found.setdefault(question.key, question)
    return list(found.values())


def add_up(survey: Survey, responses: Iterable[SurveyResponse]) -> list[Result]:
    """The result of each question."""
    results = {question.key: Result(question) for question in questions_of(survey)}
    for response in responses:
        for key, answer in response.answers.items():
            if key in results:
                results[key].take(answer)
    return list(results.values())


def in_words(answer: object) -> str:
    """One answer as a cell of a file."""
    if isinstance(answer, dict):
        return "; ".join(f"{row}: {choice}" for row, choice in answer.items())
    return "; ".join(answer) if isinstance(answer, list) else "" if answer is None else str(answer)
