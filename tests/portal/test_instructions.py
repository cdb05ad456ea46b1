"""The pages of instructions."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType

from models.access import Principal
from models.base import now
from models.instruction import Instruction
from models.session import Database
from tests.portal.conftest import Browser
from tests.world import ident

SignedIn = Callable[[str], Browser]
SYSTEM = Principal.system("test")
SOON = (now() + timedelta(days=9)).date().isoformat()
VISIT = f"visit={ident('visit.gemi')}&comment={ident('comment.gemi')}"


def test_manager_turns_a_comment_into_an_instruction_changes_withdraws_and_reopens_it(
    as_user: SignedIn, world: ModuleType
) -> None:
    manager = as_user("manager@example.com")
    assert "Turn into an instruction" in manager.get(f"/visits/{ident('visit.gemi')}").text
    form = manager.get(f"/instructions/new?{VISIT}").text
    assert "Fiyatı sor." in form
    assert "Gemi Onarım" in form
    sent = {"visit": str(ident("visit.gemi")), "text": "Fiyatı sor.", "due_on": SOON}
    made = manager.submit("/instructions", sent)
    page = manager.get(made.location).text
    assert "Not read yet" in page
    assert "Cem Güneş" in page
    assert (
        "Changed." in manager.submit(made.location, {"text": "Yine sor.", "due_on": SOON}, follow_redirects=True).text
    )
    assert "is withdrawn" in manager.submit(f"{made.location}/withdrawal", follow_redirects=True).text
    assert "open again" in manager.submit(f"{made.location}/reopening", follow_redirects=True).text
    account = manager.get(f"/accounts/{ident('account.gemi')}").text
    assert "Yine sor." in account
    assert "Deneme sonucunu öğren." in account


def test_list_shows_what_became_of_each_and_a_form_that_lacks_something_keeps_the_rest(
    as_user: SignedIn, world: ModuleType, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        asked = db.get_one(Instruction, ident("instruction.gemi"))
        asked.answer, asked.closed_at = "Olumlu.", asked.created_at
    manager = as_user("manager@example.com")
    page = manager.get("/instructions").text
    assert "Olumlu." in page
    assert "Aracı bakıma götür." in page
    assert "Aracı bakıma" not in manager.get("/instructions?state=closed").text
    assert "Aracı bakıma" in manager.get(f"/instructions?state=late&rep={ident('user.cem')}").text
    assert 'data-label="Due on"' in page, 'on a phone a label beside the day; "by" is who did it in other languages'
    wrong = manager.submit("/instructions", {"text": "Bir şey yap.", "due_on": "soon"})
    assert wrong.status_code == 422
    assert "Bir şey yap." in wrong.text
    nobody = manager.submit("/instructions", {"text": "Bir şey yap.", "due_on": SOON})
    assert "Choose an account or a rep." in nobody.text


def test_rep_reads_an_instruction_about_his_account_and_cannot_give_one(as_user: SignedIn, world: ModuleType) -> None:
    rep = as_user("rep@example.com")
    page = rep.get(f"/instructions/{ident('instruction.gemi')}").text
    assert "Deneme sonucunu öğren." in page
    assert "Withdraw" not in page
    assert "New instruction" not in rep.get(f"/accounts/{ident('account.gemi')}").text


def test_a_day_that_nobody_means_is_asked_about(as_user: SignedIn, world: ModuleType) -> None:
    manager = as_user("manager@example.com")
    account = {"account": str(ident("account.gemi")), "text": "Fiyatı sor."}
    for day, why in (("0026-12-01", "over already"), ("9999-12-31", "two years away")):
        answer = manager.submit("/instructions", account | {"due_on": day})
        assert answer.status_code == 422
        assert why in answer.text
    late = f"/instructions/{ident('instruction.gemi')}"
    stood = re.findall(r'name="due_on"[^>]*value="([^"]+)"', manager.get(late).text)[0]
    assert manager.submit(late, {"text": "Yine sor.", "due_on": stood}).status_code == 303, "it may stay"


def test_what_is_said_of_one_that_is_closed_meanwhile_is_kept_with_the_reason(
    as_user: SignedIn, world: ModuleType
) -> None:
    manager, one = as_user("manager@example.com"), f"/instructions/{ident('instruction.gemi')}"
    manager.submit(f"{one}/withdrawal")
    answer = manager.submit(one, {"text": "Uzun uzun yazıldı.", "due_on": SOON})
    assert answer.status_code == 422
    assert "no longer open" in answer.text
    assert "Uzun uzun yazıldı." in answer.text
