"""Surveys come down with the catalogue, answers go up and keep the version that they were given to."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.account import Account
from models.base import now
from models.hand_over import hand_over_account
from models.region import Territory, TerritoryAssignment
from models.session import Database
from models.survey import close, draft_survey, get_survey, publish, write_survey
from models.survey.questions import Question, When
from models.survey.results import add_up, list_responses
from models.sync.audit import audit_feed
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.client import Client

OVEN = Question(key="q1", kind="single", text="Drying oven?", choices=("Yes", "No"), required=True)
AGE = Question(key="q2", kind="number", text="How old?", unit="years", when=When(key="q1", is_="Yes"))


def ask(database: Database, cast: Cast, *questions: Question, survey: UUID | None = None) -> tuple[UUID, UUID]:
    """The manager publishes these questions: (survey, version)."""
    with database.transaction(cast.principal("manager")) as db:
        found = get_survey(db, survey) if survey else draft_survey(db, "Ovens")
        write_survey(db, found, "Ovens", questions)
        return found.id, publish(db, found).id


def answer(client: Client, cast: Cast, version: UUID, answers: Any, id: str | None = None) -> Any:
    """A response as the laptop writes it."""
    patch = {"account_id": str(cast.account), "survey_version_id": str(version), "answers": answers}
    return client.op("survey_response", "create", {**patch, "answered_at": "2026-05-05T10:00:00Z"}, id)


def test_answers_keep_their_version_and_the_results_go_through_all_of_them(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    survey, first = ask(database, cast, OVEN, AGE)
    rep.pull()
    rep2.pull()
    assert [each["key"] for each in rep.record("survey", first)["questions"]] == ["q1", "q2"]
    op = answer(rep, cast, first, {"q1": "Yes", "q2": "4"})
    assert rep.push(op)[0]["verdict"] == "applied"
    _, second = ask(database, cast, OVEN, Question(key="q3", kind="text", text="Which make?"), survey=survey)
    late = answer(rep, cast, first, {"q1": "Yes", "q2": "6"})
    newer = answer(rep, cast, second, {"q1": "No", "q2": "9", "q3": "Gedik"})
    wrong = answer(rep, cast, second, {"q1": "Perhaps"})
    results = rep.push(late, newer, wrong, answer(rep, cast, second, ["?"]))
    assert [each["verdict"] for each in results] == ["applied", "applied", "needs_fix", "needs_fix"]
    assert results[2]["message"]["params"] == {"question": "Drying oven?"}
    rep.pull()
    assert rep.record("survey", first)["retired_at"]
    assert rep.record("survey_response", newer["id"])["answers"] == {"q1": "No", "q3": "Gedik"}
    assert rep2.record("survey_response", op["id"]) is None
    with database.open(cast.principal("manager")) as db:
        found = get_survey(db, survey)
        responses = list_responses(db, found)
        oven, make, age = add_up(found, responses)
        assert sorted(each.version_of.number for each in responses) == [1, 1, 2]
        assert (dict(oven.counts), make.said, age.mean) == ({"Yes": 2, "No": 1}, ["Gedik"], Decimal(5))
    with system_database.open(SYSTEM) as db:
        assert audit_feed(db) == []


def test_answers_are_corrected_by_their_writer_alone_and_stay_after_the_survey_closed(
    database: Database, cast: Cast, rep: Client
) -> None:
    survey, version = ask(database, cast, OVEN, AGE)
    op = answer(rep, cast, version, {"q1": "Yes", "q2": "4"})
    with database.transaction(cast.principal("manager")) as db:
        close(get_survey(db, survey))
    fixed = rep.op("survey_response", "patch", {"answers": {"q1": "No", "q2": "4"}}, op["id"])
    broken = rep.op("survey_response", "patch", {"answers": {}}, op["id"])
    results = rep.push(op, fixed, broken, answer(rep, cast, version, {"q1": "No"}, op["id"]))
    assert [each["verdict"] for each in results] == ["applied", "applied", "needs_fix", "merged"]
    rep.pull()
    assert rep.record("survey_response", op["id"])["answers"] == {"q1": "No"}
    assert rep.record("survey_response", op["id"])["version"] == 2


def test_answers_of_who_held_the_account_then_are_taken_in_and_of_others_not(
    database: Database, cast: Cast, rep: Client, rep2: Client, system_database: Database
) -> None:
    _, version = ask(database, cast, OVEN)
    with database.transaction(cast.principal("manager")) as db:
        hand_over_account(db, db.get_one(Account, cast.account), db.get_one(Territory, cast.marmara), now())
    patch = {"account_id": str(cast.account), "survey_version_id": str(version), "answers": {"q1": "Yes"}}
    then = rep.op("survey_response", "create", {**patch, "answered_at": "2099-01-01T00:00:00Z"})
    before = rep.op("survey_response", "create", {**patch, "answered_at": held_at(system_database, cast)})
    results = rep.push(then, before)
    assert [each["verdict"] for each in results] == ["out_of_scope", "applied"]
    rep2.pull()
    assert rep2.record("survey_response", before["id"])["answers"] == {"q1": "Yes"}


def held_at(system_database: Database, cast: Cast) -> str:
    """A moment at which the rep held the account."""

    with system_database.open(SYSTEM) as db:
        since = db.scalars(select(TerritoryAssignment.held_from).where(TerritoryAssignment.user_id == cast.rep)).one()
        return since.isoformat()
