"""The photos of a visit, as its page shows them: its own, and those that answer questions beside their questions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models.survey import SurveyResponse
from models.sync.blob import Attachment


@dataclass(frozen=True)
class Photos:
    """Each photo with whether its bytes are here; `answers` are the ids that stand in answers to surveys."""

    all: list[tuple[Attachment, bool]]
    answers: frozenset[str]

    @property
    def own(self) -> list[tuple[Attachment, bool]]:
        """Those that answer no question."""
        return [each for each in self.all if str(each[0].id) not in self.answers]

    def of(self, answer: Any) -> list[tuple[Attachment, bool]]:
        """Those that an answer names."""
        return [each for each in self.all if str(each[0].id) in (answer or ())]


def in_place(photos: list[tuple[Attachment, bool]], responses: Iterable[SurveyResponse]) -> Photos:
    """The photos of a visit with what was answered on it."""
    lists = (answer for each in responses for answer in each.answers.values() if isinstance(answer, list))
    return Photos(photos, frozenset(item for answer in lists for item in answer))
