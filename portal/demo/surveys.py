"""A survey that everybody is asked, and what reps answered to it on their last visits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from models.survey import Survey, SurveyResponse, SurveyVersion
from models.survey.questions import Question, When, check_answers
from portal.demo.chance import Chance, ident
from portal.demo.scene import Scene
from portal.demo.visits import Done

TITLE = "Elektrod kurutma ve depolama"
QUESTIONS = (
    Question(key="q1", kind="single", text="Kurutma fırını var mı?", choices=("Var", "Yok"), required=True),
    Question(key="q2", kind="number", text="Fırın kaç yaşında?", unit="yıl", when=When(key="q1", is_="Var")),
    Question(
        key="q3", kind="multiple", text="Elektrodlar nerede duruyor?", choices=("Isıtmalı dolap", "Ambar", "Atölye")
    ),
    Question(
        key="q4",
        kind="matrix",
        text="Ne kadar memnunlar?",
        rows=("Fiyat", "Teslimat", "Teknik destek"),
        choices=("İyi", "Orta", "Kötü"),
    ),
    Question(key="q5", kind="text", text="Bizden ne bekliyorlar?"),
    Question(key="q6", kind="photo", text="Deponun fotoğrafı"),
)
HOPES = ("Daha sık numune", "Kaynakçı eğitimi", "Haftalık sevkiyat", "Daha uzun vade", "Fırın kiralama")
ASKED_DAYS, LIKELY = 25, 0.35


def add_surveys(scene: Scene, done: list[Done], stores: Mapping[UUID, UUID]) -> None:
    """One published survey, answered on every third visit of the last weeks and where a store was photographed."""
    chance, since = Chance("surveys"), scene.calendar.now - timedelta(days=ASKED_DAYS)
    survey = Survey(id=ident("survey", "ovens"), name=TITLE, author_id=scene.users["hq"].id, created_at=since)
    scene.db.add(survey)
    scene.db.flush()
    version = SurveyVersion(
        id=ident("survey_version", "ovens"),
        survey_id=survey.id,
        number=1,
        title=TITLE,
        questions=[question.dump() for question in QUESTIONS],
        published_at=since,
    )
    scene.db.add(version)
    scene.db.flush()
    for visit in (each.visit for each in done):
        asked = visit.account_id and visit.happened_at and visit.happened_at > since
        if asked and (chance.happens(LIKELY) or visit.id in stores):
            store = stores.get(visit.id)
            response = SurveyResponse(
                id=ident("survey_response", str(visit.id)),
                survey_version_id=version.id,
                account_id=visit.account_id,
                territory_id=visit.territory_id,
                region_id=visit.region_id,
                visit_id=visit.id,
                user_id=visit.user_id,
                answered_at=visit.happened_at,
                answers=check_answers(QUESTIONS, _answers(chance) | ({"q6": [str(store)]} if store else {})),
                created_at=visit.created_at,
            )
            scene.db.add(response)
    scene.db.flush()


def _answers(chance: Chance) -> dict[str, Any]:
    marks = {"İyi": 0.55, "Orta": 0.3, "Kötü": 0.15}
    return {
        "q1": "Var" if chance.happens(0.6) else "Yok",
        "q2": str(chance.randrange(1, 15)),
        "q3": [place for place in QUESTIONS[2].choices if chance.happens(0.45)],
        "q4": {row: chance.pick(marks) for row in QUESTIONS[3].rows},
        "q5": chance.choice(HOPES) if chance.happens(0.5) else "",
    }
