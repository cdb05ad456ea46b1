"""Dealers and accounts at a desk: one's own, searched in Turkish, at a constant number of queries."""

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models.access import Principal
from models.account import Account
from models.lead import Lead
from models.session import Database
from models.tables import audited_tables, mapped_classes, metadata
from models.text import sort_key
from portal.events.fields import FIELDS, UNTOLD
from portal.events.words import KINDS
from tests import world as cast
from tests.portal.conftest import Browser

AsUser = Callable[[str], Browser]


@pytest.mark.parametrize(
    ("email", "own", "other"),
    [("rep@example.com", True, False), ("rep2@example.com", False, False), ("hq@example.com", True, True)],
)
def test_a_dealer_is_open_to_those_responsible(
    as_user: AsUser, world: ModuleType, email: str, own: bool, other: bool
) -> None:
    browser = as_user(email)
    for dealer, seen in (("kordon", own), ("bogaz", other)):
        assert (browser.get(f"/dealers/{cast.ident(f'dealer.{dealer}')}").status_code == 200) == seen


def test_a_dealer_has_no_page_of_dealers(as_user: AsUser, world: ModuleType) -> None:
    assert as_user("dealer@example.com").get("/dealers").status_code == 403


def test_searching_dealers_folds_turkish_letters(as_user: AsUser, world: ModuleType) -> None:
    page = as_user("manager2@example.com").get("/dealers?q=BOGAZ+CELİK").text
    assert "Boğaz Çelik" in page
    assert "Kordon" not in page


def test_signs_that_sql_knows_are_searched_for_as_they_are(as_user: AsUser, world: ModuleType) -> None:
    rep = as_user("rep@example.com")
    assert "Gemi Onarım" in rep.get("/accounts?q=gemi").text
    for sign in ("%25", "_"):
        assert "Gemi Onarım" not in rep.get(f"/accounts?q={sign}").text


def test_an_account_shows_its_contacts_to_its_rep_only(as_user: AsUser, world: ModuleType) -> None:
    path = f"/accounts/{cast.ident('account.gemi')}"
    assert "İsmail Usta" in as_user("rep@example.com").get(path).text
    assert as_user("rep2@example.com").get(path).status_code == 404
    assert as_user("dealer@example.com").get(path).status_code == 403


def test_an_account_leads_to_its_visits_and_to_a_quote(as_user: AsUser, world: ModuleType) -> None:
    account = cast.ident("account.gemi")
    browser = as_user("rep@example.com")
    page = browser.get(f"/accounts/{account}").text
    assert f'href="/visits?account={account}"' in page
    assert f'name="account" value="{account}"' in page
    answer = browser.submit("/quotes", {"account": account})
    assert answer.status_code == 303
    assert "Gemi Onarım" in browser.get(answer.location).text


def test_accounts_are_filtered_by_kind(as_user: AsUser, world: ModuleType) -> None:
    assert "Gemi Onarım" in as_user("rep@example.com").get("/accounts?kind=customer").text
    assert "Nothing matches" in as_user("rep@example.com").get("/accounts?kind=prospect").text


def test_head_office_reads_every_change(as_user: AsUser, world: ModuleType) -> None:
    page: Any = as_user("hq@example.com").get("/events")
    assert "the cast" in page.text
    one = as_user("hq@example.com").get(f"/events?q={cast.ident('dealer.kordon')}&kind=dealer").text
    assert "Kordon Kaynak" in one
    assert "Boğaz" not in one
    assert "No change fits" in as_user("hq@example.com").get("/events?q=Kordon").text, "what is no id is found nowhere"
    assert as_user("manager@example.com").get("/events").status_code == 403


def test_events_of_a_day_begin_with_its_night(as_user: AsUser, world: ModuleType, admin_url: str) -> None:
    with create_engine(admin_url, poolclass=NullPool).begin() as db:
        db.exec_driver_sql("update event set happened_at = '2026-03-02 01:00+03'")
    browser = as_user("hq@example.com")
    assert "the cast" in browser.get("/events?since=2026-03-02").text
    assert "the cast" not in browser.get("/events?since=2026-03-03").text


def test_every_field_of_an_event_has_a_word() -> None:
    told = {column.name for table in audited_tables() for column in metadata.tables[table].columns}
    redacted = {name for mapped in mapped_classes() for name in mapped.__redacted__}
    assert told - set(FIELDS) - UNTOLD - redacted == set()
    assert (set(FIELDS) | UNTOLD) - told == set(), "words for fields that are no more"


def test_events_speak_in_words(as_user: AsUser, world: ModuleType, system_database: Database) -> None:
    with system_database.transaction(Principal.system("test")) as db:
        db.get_one(Account, cast.ident("account.gemi")).visit_interval_days = 7
        lead = db.get_one(Lead, cast.ident("lead.kordon"))
        lead.dealer_id, lead.status = cast.ident("dealer.bogaz"), "expired"
    browser = as_user("hq@example.com")
    page = browser.get("/events?size=100").text
    seen = re.sub(r"<select.*?</select>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert re.search(r"Visit interval\s+\S+ → 7", seen)
    assert re.search(r"Dealer\s+Kordon Kaynak[^→]* → Boğaz", seen)
    assert re.search(r"Status\s+Offered → Expired", seen)
    assert "Lead</a> <small>" in page, "on a phone they stand in one line"
    for raw in ("_id ", "_at ", "territory_assignment", str(cast.ident("dealer.kordon"))):
        assert raw not in seen, raw
    lists = re.search(r'<select[^>]*name="kind".*?</select>', page, re.DOTALL)
    assert lists
    options = re.findall(r'<option value="(\w+)"[^>]*>([^<]+)<', lists[0])
    assert {value for value, _word in options} == set(audited_tables()) == set(KINDS)
    words = [word for _value, word in options]
    assert words == sorted(words, key=sort_key)
    browser.submit("/preferences", {"locale": "tr"})
    assert "Fiyat listesi" in browser.get("/events").text
