"""What may be asked, what is asked given what was answered, and what counts as an answer."""

from typing import Any

import pytest

from models.errors import Refused
from models.survey.questions import Question, When, asked, check_answers, check_questions, load

OVEN = Question(key="q1", kind="single", text="Is there a drying oven?", choices=("Yes", "No"), required=True)
AGE = Question(key="q2", kind="number", text="How old?", unit="years", required=True, when=When(key="q1", is_="Yes"))
GAS = Question(key="q3", kind="multiple", text="Which gases?", choices=("Ar", "CO2", "Mix"))
MIX = Question(key="q4", kind="text", text="Which mix?", when=When(key="q3", is_="Mix"))
MARKS = Question(key="q5", kind="matrix", text="How content?", choices=("Good", "Bad"), rows=("Price", "Delivery"))
DAY = Question(key="q6", kind="date", text="Next shutdown?", when=When(key="q4", is_="none"))
ALL = [OVEN, AGE, GAS, MIX, MARKS]


def test_questions_survive_being_kept() -> None:
    check_questions(ALL)
    assert load([question.dump() for question in ALL]) == ALL


def test_what_depends_on_an_answer_is_asked_only_after_it() -> None:
    assert asked(ALL, {}) == [OVEN, GAS, MARKS]
    assert asked(ALL, {"q1": "Yes", "q3": ["Ar", "Mix"]}) == ALL
    assert asked(ALL, {"q1": "No", "q2": "3"}) == [OVEN, GAS, MARKS]


def test_answers_are_cleaned_and_what_was_not_asked_is_left_out() -> None:
    given: dict[str, Any] = {
        "q1": "No",
        "q2": "x",
        "q3": ["Mix", "Ar"],
        "q4": " 80/20 ",
        "q5": {"Price": "Bad"},
        "q9": "?",
    }
    assert check_answers(ALL, given) == {"q1": "No", "q3": ["Ar", "Mix"], "q4": "80/20", "q5": {"Price": "Bad"}}
    assert check_answers([Question(key="q", kind="number", text="?")], {"q": "12.50"}) == {"q": "12.5"}


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({}, "drying oven"),
        ({"q1": "Maybe"}, "drying oven"),
        ({"q1": "Yes"}, "How old"),
        ({"q1": "Yes", "q2": "NaN"}, "How old"),
        ({"q1": "Yes", "q2": ["1"]}, "How old"),
        ({"q1": "No", "q3": "Ar"}, "gases"),
        ({"q1": "No", "q3": ["He"]}, "gases"),
        ({"q1": "No", "q5": {"Colour": "Good"}}, "content"),
        ({"q1": "No", "q5": {"Price": "Fair"}}, "content"),
        ({"q1": "No", "q5": ["Good"]}, "content"),
    ],
)
def test_an_answer_that_is_none_is_refused_with_its_question(answers: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused) as refusal:
        check_answers(ALL, answers)
    assert says in refusal.value.params["question"]


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        ([], "one question at least"),
        ([OVEN, OVEN], "no known kind"),
        ([AGE], "no question before it"),
        ([OVEN, DAY], "no question before it"),
        ([Question(key="a", kind="single", text="?", choices=("One", "One"))], "two different choices"),
        ([Question(key="a", kind="matrix", text="?", choices=("One", "Two"))], "a row at least"),
        ([Question(key="a", kind="text", text=" ")], "no words"),
        ([Question(key="a", kind="song", text="?")], "no known kind"),
    ],
)
def test_questions_that_cannot_be_asked_are_refused(questions: list[Question], says: str) -> None:
    with pytest.raises(Refused, match=says):
        check_questions(questions)


def test_photos_are_named_by_their_ids_each_once() -> None:
    asks = [Question(key="q1", kind="photo", text="The store?", required=True)]
    one = "0195c0de-0000-7000-8000-000000000001"
    assert check_answers(asks, {"q1": [one.upper(), one]}) == {"q1": [one]}
    for wrong in ([], "x", ["x"], [5], one, [one] * 21):
        with pytest.raises(Refused, match="answer"):
            check_answers(asks, {"q1": wrong})
