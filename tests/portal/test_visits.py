"""The inbox of visits and its comments."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType

import pytest
from sqlalchemy import select, update

from models.access import Principal
from models.account import Account
from models.base import now
from models.session import Database
from models.survey import SurveyResponse, SurveyVersion
from models.survey.questions import Question
from models.sync.blob import Attachment, Blob
from models.visit import Comment, VisitRead
from tests.factories_field import add_account, add_usage, add_visit, move_to_now
from tests.portal.conftest import Browser, writes
from tests.world import days, ident, principals

SignedIn = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
SYSTEM = Principal.system("test")
GEMI = f"/visits/{ident('visit.gemi')}"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def lately(world: ModuleType, system_database: Database) -> None:
    """The cast's visits were three days ago."""
    with system_database.transaction(SYSTEM) as db:
        move_to_now(db)


@pytest.fixture
def manager(as_user: SignedIn) -> Browser:
    return as_user("manager@example.com")


def names(page: str) -> list[str]:
    """The accounts of the inbox, from top to bottom."""
    return [part.partition("</span>\n")[0].rpartition(">")[2] for part in page.split('class="what">')[1:]]


def test_manager_sees_the_visits_of_his_region(manager: Browser, as_user: SignedIn) -> None:
    page = manager.get("/visits").text
    assert "Gemi Onarım" in page
    assert "Kazan Sanayi" in page
    assert "Vinç" not in page
    assert "Vinç" in as_user("hq@example.com").get("/visits").text


@pytest.mark.parametrize("path", ["/visits", GEMI])
def test_dealer_may_not_look(as_user: SignedIn, path: str) -> None:
    assert as_user("dealer@example.com").get(path).status_code == 403


@pytest.mark.parametrize("email", ["manager2@example.com", "rep2@example.com", "rep3@example.com"])
def test_visit_of_another_region_or_territory_is_not_found(as_user: SignedIn, email: str) -> None:
    browser = as_user(email)
    assert browser.get(GEMI).status_code == 404
    assert browser.submit(f"{GEMI}/comments", {"text": "Merhaba"}).status_code == 404
    assert "Gemi Onarım" not in browser.get("/visits").text


def test_unread_visits_stand_above_those_read_before(manager: Browser, system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        add_visit(db, add_account(db, "Yeni Tersane"), happened_at=now() - days(1))
    opened = manager.get(GEMI).text
    assert 'aria-current="true"' in opened
    listed = manager.get("/visits").text
    assert names(listed) == ["Yeni Tersane", "Kazan Sanayi Ltd. Şti.", "Gemi Onarım A.Ş."]
    assert listed.index("Read before") > listed.index("Kazan Sanayi")
    assert manager.get("/visits?unread=yes").text.count('class="what"') == 2


def test_visit_opens_in_its_place_in_the_list(manager: Browser) -> None:
    before = names(manager.get("/visits").text)
    assert names(manager.get(GEMI).text) == before


def test_reading_leaves_a_mark_and_writes_nothing_else(
    manager: Browser, database: Database, statements: Statements
) -> None:
    with statements() as sql:
        manager.get(GEMI)
    assert [statement.split()[:3] for statement in writes(sql)] == [["INSERT", "INTO", "visit_read"]]
    with statements() as sql:
        manager.get(GEMI)
    assert writes(sql) == []
    with database.open(principals()["filiz"]) as db:
        assert db.scalars(select(VisitRead.visit_id)).all() == [ident("visit.gemi")]


def test_visit_shows_who_was_there_what_was_said_and_what_is_used(manager: Browser) -> None:
    page = manager.get(GEMI).text
    for text in ("Yeni hat için deneme istediler.", "Numune gönder", "İsmail Usta", "Anka", "1,200", "needs 5,000"):
        assert text in page
    assert "Ücretsiz deneme dağıttılar." in page
    assert "first visit" in page


def test_next_visit_shows_what_changed(manager: Browser, system_database: Database) -> None:
    with system_database.transaction(SYSTEM) as db:
        gemi = db.get_one(Account, ident("account.gemi"))
        visit = add_visit(db, gemi, happened_at=now())
        for brand, quantity in (("ours", 1500), ("rival", 2000)):
            add_usage(db, gemi, quantity, brand, visit=visit)
    page = manager.get(f"/visits/{visit.id}").text
    assert page.count('<mark class="good">') == 2, "more of ours and less of a rival's are both good"
    assert "300</mark>" in page
    assert "800</mark>" in page
    assert f'href="{GEMI}"' in page


def test_comment_without_javascript(manager: Browser, as_user: SignedIn) -> None:
    answer = manager.submit(f"{GEMI}/comments", {"text": "  Numuneyi yarın götür.\nŞişli'ye uğra. "})
    assert (answer.status_code, answer.location) == (303, GEMI)
    page = manager.get(GEMI).text
    assert "Numuneyi yarın götür.\nŞişli&#39;ye uğra.</p>" in page
    assert "reaches the rep" in page
    rep = as_user("rep@example.com")
    assert "Numuneyi yarın götür." in rep.get(GEMI).text


def test_comment_by_htmx_changes_the_comments_alone(manager: Browser) -> None:
    answer = manager.submit(f"{GEMI}/comments", {"text": "Numuneyi yarın götür."}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section id="comments"')
    assert answer.text.index("Fiyatı sor.") < answer.text.index("Numuneyi yarın götür.")
    assert "Numuneyi" not in answer.text.partition("<textarea")[2].partition("</textarea>")[0]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_comment_that_cannot_be_is_refused_and_kept(
    manager: Browser, database: Database, text: str, headers: dict[str, str]
) -> None:
    answer = manager.submit(f"{GEMI}/comments", {"text": text}, headers=headers)
    assert answer.status_code == 422
    assert text.strip() in answer.text
    with database.open(principals()["hale"]) as db:
        assert len(db.scalars(select(Comment)).all()) == 3


def test_comment_makes_the_visit_unread_for_the_rep(manager: Browser, as_user: SignedIn) -> None:
    rep = as_user("rep@example.com")
    rep.get(GEMI)
    assert "Nothing matches" in rep.get("/visits?unread=yes").text
    manager.submit(f"{GEMI}/comments", {"text": "Numuneyi yarın götür."})
    assert names(rep.get("/visits?unread=yes").text) == ["Gemi Onarım A.Ş."]


def test_counter_in_the_rail_follows_the_inbox(manager: Browser) -> None:
    def count() -> str:
        page = manager.get("/visits").text
        return page.partition('<span class="count">')[2].partition("<")[0] if '<span class="count">' in page else "0"

    assert count() == "2"
    manager.get(GEMI)
    assert count() == "1"
    manager.get(f"/visits/{ident('visit.kazan')}")
    assert count() == "0"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"rep={ident('user.deniz')}", ["Kazan Sanayi Ltd. Şti."]),
        (f"territory={ident('territory.izmir')}", ["Gemi Onarım A.Ş."]),
        (f"account={ident('account.gemi')}", ["Gemi Onarım A.Ş."]),
        (f"account={ident('account.vinc')}", ["Gemi Onarım A.Ş.", "Kazan Sanayi Ltd. Şti."]),
        ("q=kazan", ["Kazan Sanayi Ltd. Şti."]),
        ("missing=market", []),
        ("missing=next", []),
        ("period=7", ["Gemi Onarım A.Ş.", "Kazan Sanayi Ltd. Şti."]),
        ("period=soon&rep=nobody&account=1&page=x", ["Gemi Onarım A.Ş.", "Kazan Sanayi Ltd. Şti."]),
    ],
)
def test_filters_in_the_address(manager: Browser, query: str, found: list[str]) -> None:
    assert sorted(names(manager.get(f"/visits?{query}").text)) == found


def test_filters_stay_while_one_reads(manager: Browser) -> None:
    page = manager.get("/visits?missing=next&period=28").text
    assert "Nothing matches" in page
    listed = manager.get("/visits?q=gemi&period=28").text
    assert f'href="{GEMI}?q=gemi&amp;period=28"' in listed
    opened = manager.get(f"{GEMI}?q=gemi&period=28").text
    assert names(opened) == ["Gemi Onarım A.Ş."]
    assert 'action="/visits"' in opened


def test_rep_is_not_asked_which_rep(as_user: SignedIn, manager: Browser) -> None:
    assert 'name="rep"' in manager.get("/visits").text
    page = as_user("rep@example.com").get("/visits").text
    assert 'name="rep"' not in page
    assert 'name="territory"' not in page


def test_htmx_gets_the_list_alone_and_a_boosted_click_the_page(manager: Browser) -> None:
    assert manager.get("/visits?q=gemi", headers=HTMX).text.lstrip().startswith('<div id="visits">')
    boosted = manager.get(GEMI, headers=HTMX | {"HX-Boosted": "true"}).text
    assert boosted.lstrip().startswith("<!doctype html>")
    assert '<div id="visit" class="opened">' in boosted


def test_export_holds_what_the_filters_leave(manager: Browser) -> None:
    lines = manager.get("/visits?q=gemi&export=csv").text.splitlines()
    assert len(lines) == 2
    assert "Gemi Onarım A.Ş.,Cem Güneş,Visit,Yeni hat için deneme istediler.,Numune gönder" in lines[1]


def test_inbox_costs_the_same_queries_however_long(
    manager: Browser, system_database: Database, statements: Statements
) -> None:
    def grow(count: int) -> None:
        with system_database.transaction(SYSTEM) as db:
            for number in range(count):
                account = add_account(db, f"Hesap {count} {number}")
                add_usage(db, account, 10, visit=add_visit(db, account, happened_at=now() - days(5)))

    def cost(path: str) -> int:
        manager.get(path)
        with statements() as sql:
            assert manager.get(path).status_code == 200
        return len(sql)

    grow(3)
    few = [cost(path) for path in ("/visits?size=100", f"{GEMI}?size=100")]
    grow(30)
    assert [cost(path) for path in ("/visits?size=100", f"{GEMI}?size=100")] == few


def test_photos_of_a_visit_are_shown_and_those_on_their_way_are_said(
    as_user: SignedIn, system_database: Database
) -> None:
    browser = as_user("manager@example.com")
    address = f"/visits/photos/{ident('attachment.gemi')}"
    assert f'src="{address}"' in browser.get(f"/visits/{ident('visit.gemi')}").text
    answer = browser.get(address)
    assert (answer.mimetype, answer.data[:4]) == ("image/png", b"\x89PNG")
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Blob).values(state="receiving"))
    assert "not sent yet" in browser.get(f"/visits/{ident('visit.gemi')}").text
    assert browser.get(address).status_code == 404


def test_photos_are_for_whoever_may_see_the_visit_and_stand_beside_what_they_answer(
    as_user: SignedIn, system_database: Database
) -> None:
    photo, address = ident("attachment.gemi"), f"/visits/photos/{ident('attachment.gemi')}"
    answer = as_user("hq@example.com").get(address)
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (200, "nosniff")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for stranger in ("manager2@example.com", "rep2@example.com", "dealer@example.com"):
        assert as_user(stranger).get(address).status_code in (403, 404), stranger
    assert as_user("manager2@example.com").get(address).status_code == 404
    asks = [Question(key="q1", kind="photo", text="Deponun fotoğrafı").dump()]
    with system_database.transaction(SYSTEM) as db:
        response = db.scalars(select(SurveyResponse).where(SurveyResponse.visit_id == ident("visit.gemi"))).one()
        db.execute(update(SurveyVersion).where(SurveyVersion.id == response.survey_version_id).values(questions=asks))
        response.answers = {"q1": [str(photo)]}
        survey = response.version_of.survey_id
    manager = as_user("manager@example.com")
    page = manager.get(GEMI).text
    assert page.count(f'src="{address}"') == 1
    assert 'alt="Deponun fotoğrafı"' in page
    results = manager.get(f"/surveys/{survey}")
    assert f'src="{address}"' in results.text
    assert f"localhost{address}" in manager.get(f"/surveys/{survey}?export=csv").get_data(as_text=True)
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(Attachment).values(removed_at=now()))
    assert manager.get(address).status_code == 404
    assert address not in manager.get(GEMI).text
