"""The pages of instructions."""

from collections.abc import Callable
from types import ModuleType

from models.access import Principal
from models.instruction import Instruction
from models.session import Database
from tests.portal.conftest import Browser
from tests.world import ident

SignedIn = Callable[[str], Browser]
SYSTEM = Principal.system("test")
VISIT = f"visit={ident('visit.gemi')}&comment={ident('comment.gemi')}"


def test_manager_turns_a_comment_into_an_instruction_changes_withdraws_and_reopens_it(
    as_user: SignedIn, world: ModuleType
) -> None:
    manager = as_user("manager@example.com")
    assert "Turn into an instruction" in manager.get(f"/visits/{ident('visit.gemi')}").text
    form = manager.get(f"/instructions/new?{VISIT}").text
    assert "Fiyatı sor." in form
    assert "Gemi Onarım" in form
    sent = {"visit": str(ident("visit.gemi")), "text": "Fiyatı sor.", "due_on": "2099-01-31"}
    made = manager.submit("/instructions", sent)
    page = manager.get(made.location).text
    assert "Not read yet" in page
    assert "Cem Güneş" in page
    assert (
        "Changed."
        in manager.submit(made.location, {"text": "Yine sor.", "due_on": "2099-02-01"}, follow_redirects=True).text
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
    wrong = manager.submit("/instructions", {"text": "Bir şey yap.", "due_on": "soon"})
    assert wrong.status_code == 422
    assert "Bir şey yap." in wrong.text
    nobody = manager.submit("/instructions", {"text": "Bir şey yap.", "due_on": "2099-01-01"})
    assert "Choose an account or a rep." in nobody.text


def test_rep_reads_an_instruction_about_his_account_and_cannot_give_one(as_user: SignedIn, world: ModuleType) -> None:
    rep = as_user("rep@example.com")
    page = rep.get(f"/instructions/{ident('instruction.gemi')}").text
    assert "Deneme sonucunu öğren." in page
    assert "Withdraw" not in page
    assert "New instruction" not in rep.get(f"/accounts/{ident('account.gemi')}").text
