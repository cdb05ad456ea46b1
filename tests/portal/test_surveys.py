"""The pages of surveys: written without a script, published in versions, read and exported."""

from collections.abc import Callable
from types import ModuleType

from models.survey.questions import Question
from tests.portal.conftest import Browser
from tests.world import ident

SignedIn = Callable[[str], Browser]
EGE, HQ = f"/surveys/{ident('survey.ege')}", f"/surveys/{ident('survey.hq')}"


def fields(*questions: dict[str, str], title: str = "Fırınlar", **more: str) -> dict[str, str]:
    """What the editor sends."""
    named = {f"questions-{place}-{name}": value for place, each in enumerate(questions) for name, value in each.items()}
    return {"title": title, **named, **more}


OVEN = {"key": "q1", "text": "Fırın var mı?", "kind": "single", "options": "Var\nYok", "required": "y"}
AGE = {"key": "q2", "text": "Kaç yaşında?", "kind": "number", "unit": "yıl", "when_key": "q1", "when_is": "Var"}


def test_manager_writes_orders_and_publishes_a_survey_without_a_script(as_user: SignedIn, world: ModuleType) -> None:
    manager = as_user("manager@example.com")
    made = manager.submit("/surveys", {"title": "Fırınlar"}).location
    survey = made.removesuffix("/edit")
    assert 'value="q1"' in manager.get(made).text
    grown = manager.submit(survey, fields(OVEN, action="add")).text
    assert 'value="q2"' in grown
    assert "Fırın var mı?" in grown
    swapped = manager.submit(survey, fields(OVEN, AGE, action="up-1")).text
    assert swapped.index("Kaç yaşında?") < swapped.index("Fırın var mı?")
    assert "Kaç yaşında?" not in manager.submit(survey, fields(OVEN, AGE, action="remove-1")).text
    wrong = manager.submit(survey, fields(AGE, OVEN, action="publish"))
    assert wrong.status_code == 422
    assert "Question 1 depends on a choice" in wrong.text
    done = manager.submit(survey, fields(OVEN, AGE, action="publish"), follow_redirects=True).text
    assert "asked from now on" in done
    assert "Published" in done
    assert "is closed" in manager.submit(f"{survey}/closure", follow_redirects=True).text


def test_next_version_starts_from_the_published_one_and_the_results_keep_both(
    as_user: SignedIn, world: ModuleType
) -> None:
    manager = as_user("manager@example.com")
    assert "Kurutma fırını var mı?" in manager.get(f"{EGE}/edit").text
    question = Question(key="q1", kind="single", text="Fırın?", choices=("Var", "Yok")).dump()
    sent = {"key": "q1", "text": question["text"], "kind": "single", "options": "Var\nYok\nBilmiyorum"}
    manager.submit(EGE, fields(sent, AGE | {"key": "q2"}, action="publish"))
    page = manager.get(EGE).text
    assert "1 response" in page
    assert "Fırın?" in page
    assert "Not answered yet." in page
    rows = manager.get(f"{EGE}?export=csv").text.splitlines()
    assert rows[0].endswith("Fırın?,Kaç yaşında? (yıl)")
    assert "Gemi Onarım A.Ş.,Cem Güneş,1,Var" in rows[1]


def test_survey_of_head_office_is_read_but_not_written_by_a_manager(as_user: SignedIn, world: ModuleType) -> None:
    manager = as_user("manager@example.com")
    assert "Edit" not in manager.get(HQ).text.split("<main", 1)[1]
    assert manager.get(f"{HQ}/edit").status_code == 404
    assert as_user("hq@example.com").get(f"{HQ}/edit").status_code == 200
