"""Leads on screen: a teaser with a countdown, an answer, and the contact only after accepting."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from types import ModuleType

import pytest
import time_machine

from models.access import Permission, Principal
from models.lead import Lead
from models.lead.routing import offer_lead
from models.session import Database
from models.user import User
from tests import world as cast
from tests.factories import add_leads
from tests.portal.conftest import Browser, writes

AsUser = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
LEAD = f"/leads/{cast.ident('lead.kordon')}"
SECRETS = ("Gizli Tersane", "Rıza Usta", "+90 232 000 0000")
ANSWER = {"accept-next_step": "Ara", "accept-next_step_on": "2026-03-04", "accept-expected_amount": "90,000"}


@pytest.fixture(autouse=True)
def noon() -> object:
    """Noon of the cast's day, so that sessions begin and leads still count down."""
    with time_machine.travel(cast.NOON):
        yield


def told(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def test_a_dealer_reads_a_teaser_with_the_time_left(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("dealer@example.com").get(LEAD).text
    for shown in ("Gemi onarımı", "Bornova", "1,200\N{NO-BREAK SPACE}kg", "left", "4.2 km away", "once you accept"):
        assert shown in page
    assert told(page) == []
    assert told(as_user("dealer@example.com").get("/leads?export=csv").text) == []


def test_accepting_shows_whom_to_call(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("dealer@example.com")
    answer = browser.submit(f"{LEAD}/acceptance", ANSWER)
    assert (answer.status_code, answer.location) == (303, LEAD)
    page = browser.get(LEAD).text
    assert told(page) == list(SECRETS)
    for shown in ('href="tel:+902320000000"', "Ara", "4 Mar 2026", "90,000.00", "The lead is yours"):
        assert shown in page
    assert "Gizli Tersane" in browser.get("/leads").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"accept-next_step": " "}, "This field is required"),
        ({"accept-next_step_on": "2026-03-01"}, "must not lie in the past"),
        ({"accept-next_step_on": "31.12.2026"}, "Not a valid date"),
        ({"accept-expected_amount": "0"}, "Number must be"),
        ({"accept-expected_amount": "a lot"}, "This is not a number"),
    ],
)
def test_a_wrong_entry_is_said_and_nothing_typed_is_lost(
    as_user: AsUser, world: ModuleType, changed: dict[str, str], said: str
) -> None:
    browser = as_user("dealer@example.com")
    answer = browser.submit(f"{LEAD}/acceptance", ANSWER | {"accept-next_step": "Numune gönder"} | changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "accept-next_step" in changed or 'value="Numune gönder"' in answer.text
    assert told(browser.get(LEAD).text) == []


def test_declining_takes_a_coded_reason(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("dealer@example.com")
    assert "Choose a reason" in browser.submit(f"{LEAD}/decline").text
    assert "few words" in browser.submit(f"{LEAD}/decline", {"decline-reason": "other"}).text
    assert browser.submit(f"{LEAD}/decline", {"decline-reason": "too_far"}).location == "/leads"
    page = browser.get(LEAD).text
    assert told(page) == []
    assert "Too far away" in page
    assert "Accept the lead" not in page


def test_an_answered_lead_is_not_answered_twice(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("dealer@example.com")
    browser.submit(f"{LEAD}/decline", {"decline-reason": "too_far"})
    answer = browser.submit(f"{LEAD}/acceptance", ANSWER)
    assert answer.status_code == 422
    assert "declined already" in answer.text
    assert told(answer.text) == []


def test_staff_need_the_right_to_see_and_the_right_to_answer(
    as_user: AsUser, world: ModuleType, system_database: Database
) -> None:
    browser = as_user("staff@example.com")
    assert browser.get(LEAD).status_code == browser.get("/leads").status_code == 403
    with system_database.transaction(Principal.system("grant")) as db:
        db.get_one(User, cast.ident("user.mehmet")).grant({Permission.SEE_LEADS})
    page = browser.get(LEAD)
    assert page.status_code == 200
    assert "Accept the lead" not in page.text
    assert browser.submit(f"{LEAD}/acceptance", ANSWER).status_code == 403
    assert "offered" in browser.get(LEAD).text.lower()


@pytest.mark.parametrize("email", ["dealer2@example.com", "rep2@example.com", "manager2@example.com"])
def test_another_ones_lead_does_not_exist(as_user: AsUser, world: ModuleType, email: str) -> None:
    assert as_user(email).get(LEAD).status_code == 404
    if email == "dealer2@example.com":
        assert as_user(email).submit(f"{LEAD}/acceptance", ANSWER).status_code == 404


@pytest.mark.parametrize("email", ["rep@example.com", "manager@example.com"])
def test_rep_and_manager_read_it_with_the_contact_and_cannot_answer(
    as_user: AsUser, world: ModuleType, email: str
) -> None:
    page = as_user(email).get(LEAD).text
    assert told(page) == list(SECRETS)
    assert "Accept the lead" not in page
    assert as_user(email).submit(f"{LEAD}/acceptance", ANSWER).status_code == 403


def test_a_lead_whose_time_is_over_goes_to_the_next(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("hq@example.com")
    chosen = {"offer-dealer": str(cast.ident("dealer.bogaz"))}
    answer = browser.submit(f"{LEAD}/offer", chosen)
    assert answer.status_code == 422
    assert "still has time" in answer.text
    with time_machine.travel(cast.NOON + timedelta(days=2)):
        late = as_user("hq@example.com")
        assert late.submit(f"{LEAD}/offer", chosen).status_code == 303
        page = late.get(LEAD).text
        for shown in ("Offered to Boğaz", "Chosen by head office", "Not answered in time"):
            assert shown in page
        assert as_user("dealer@example.com").get(LEAD).status_code == 404
        assert as_user("dealer2@example.com").get(LEAD).status_code == 200


def test_an_offer_of_what_a_dealer_took_meanwhile_says_so(as_user: AsUser, world: ModuleType) -> None:
    as_user("dealer@example.com").submit(f"{LEAD}/acceptance", ANSWER)
    answer = as_user("hq@example.com").submit(f"{LEAD}/offer", {"offer-dealer": ""})
    assert answer.status_code == 422
    assert "This lead was accepted already." in answer.text


def test_what_is_missing_in_an_answer_is_summed_up_on_top(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("dealer@example.com").submit(f"{LEAD}/decline", {}).text
    assert page.index('href="#decline-reason"') < page.index("Gemi onarımı")
    assert "Choose a reason." in page


def test_a_lead_pulled_back_is_with_head_office_and_the_dealer_reads_why(
    as_user: AsUser, world: ModuleType, system_database: Database
) -> None:
    with system_database.transaction(Principal.system("test")) as db:
        db.get_one(Lead, cast.ident("lead.kordon")).expire(db, cast.NOON + timedelta(days=1))
    page = as_user("dealer@example.com").get(LEAD).text
    assert "Not answered in time, pulled back" in page
    assert "Accept the lead" not in page
    assert told(page) == []
    desk = as_user("hq@example.com").get("/desk").text
    assert "Gemi onarımı" in desk
    assert "Pulled back" in desk


def test_head_office_puts_aside_what_came_back(as_user: AsUser, world: ModuleType, system_database: Database) -> None:
    browser = as_user("hq@example.com")
    assert "Disqualify" not in browser.get(LEAD).text, "a dealer has it"
    with system_database.transaction(Principal.system("test")) as db:
        db.get_one(Lead, cast.ident("lead.kordon")).expire(db, cast.NOON + timedelta(days=1))
    typed = {"disqualify-note": "Numara yanlış"}
    refused = browser.submit(f"{LEAD}/disqualification", typed)
    assert refused.status_code == 422
    assert "Numara yanlış" in refused.text
    sent = browser.submit(f"{LEAD}/disqualification", typed | {"disqualify-reason": "not_reached"})
    assert (sent.status_code, sent.location) == (303, LEAD)
    page = browser.get(LEAD).text
    for shown in ("The lead is disqualified.", "Nobody could be reached: Numara yanlış", "Offer it again"):
        assert shown in page
    assert f'action="{LEAD}/disqualification"' not in page
    assert f'href="{LEAD}"' not in browser.get("/desk").text
    assert as_user("dealer@example.com").get(LEAD).status_code == 404


FORM = {
    "company": "İnci Çelik",
    "wanted": "Bazik elektrod",
    "province": str(cast.ident("province.TR-35")),
    "group": str(cast.ident("group.basic")),
    "latitude": "38.46",
    "longitude": "27.22",
    "quantity": "1,200.5",
    "unit": "kg",
    "phone": "+90 232 555 01 01",
    "offer": "y",
}


def test_head_office_takes_a_lead_in_and_it_goes_to_the_nearest(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("hq@example.com")
    answer = browser.submit("/leads", FORM)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    for shown in ("L26-000001", "İnci Çelik", "Offered to Kordon", "Basic electrodes", "1,200.5"):
        assert shown in page
    assert "L26-000001" in as_user("dealer@example.com").get("/leads").text


def test_a_lead_that_looks_known_is_asked_about_once(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("hq@example.com")
    browser.submit("/leads", FORM)
    again = browser.submit("/leads", FORM | {"company": "Başka"})
    assert again.status_code == 422
    assert "already here" in again.text
    assert "L26-000001" in again.text
    assert 'value="Başka"' in again.text
    assert browser.submit("/leads", FORM | {"confirmed": "yes"}).status_code == 303


def test_nobody_competent_is_said_and_the_lead_is_kept(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user("hq@example.com")
    answer = browser.submit("/leads", FORM | {"group": str(cast.ident("group.rutile"))})
    page = browser.get(answer.location).text
    assert "No dealer is left who is competent" in page
    assert "Received" in page
    assert "Offer it to a dealer" in page


def test_the_form_says_what_is_missing(as_user: AsUser, world: ModuleType) -> None:
    answer = as_user("hq@example.com").submit("/leads", {"wanted": "Elektrod"})
    assert answer.status_code == 422
    assert "2 entries need another look" in answer.text
    assert "Elektrod</textarea>" in answer.text


@pytest.mark.parametrize("email", ["dealer@example.com", "rep@example.com", "hq@example.com"])
def test_a_page_costs_the_same_at_3_and_at_30_leads_and_writes_nothing(
    as_user: AsUser, world: ModuleType, system_database: Database, statements: Statements, email: str
) -> None:
    browser, counts = as_user(email), []
    for part, more in (("a", 2), ("b", 27)):
        with system_database.transaction(Principal.system("set the scene")) as db:
            for number in range(more):
                add_leads(db, 1, number=f"{part}{number}")
        with statements() as sql:
            browser.get("/leads")
        counts.append(len(sql))
        assert writes(sql) == []
    assert counts[0] == counts[1]


def test_what_a_router_says_reads_as_a_sentence(as_user: AsUser, world: ModuleType, system_database: Database) -> None:
    with system_database.transaction(Principal.system("set the scene")) as db:
        (lead,) = add_leads(db, 1, status="received", dealer_id=None, province_id=cast.ident("province.TR-35"))
        db.flush()
        offer_lead(db, db.get_one(Lead, lead.id))
    page = as_user("dealer@example.com").get(f"/leads/{lead.id}").text
    assert "In the same province, competent in any product group, and the least busy of 1." in page
