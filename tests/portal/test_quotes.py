"""Quotes on the screen: the list, one on paper, its PDF, and a draft written without losing a letter."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.access import Principal
from models.account import Account
from models.base import now
from models.quote import Quote, QuoteLine
from models.quote.document import QuoteDocument, latest_document
from models.quote.drafting import draft_quote, write_lines
from models.session import Database
from tests.jobs.test_quote_pdfs import ask_for_more
from tests.models.test_quotes import ENTRY, drafted
from tests.portal.conftest import Browser, writes
from tests.world import ident

AsUser = Callable[[str], Browser]
Statements = Callable[[], AbstractContextManager[list[str]]]
SYSTEM = Principal.system("test")
REP, OWNER, HQ = "rep@example.com", "dealer@example.com", "hq@example.com"
GEMI = f"/quotes/{ident('quote.gemi')}"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def draft(database: Database, world: ModuleType) -> str:
    """The address of a draft of the rep's, with one line."""
    with database.transaction(world.principals()["cem"]) as db:
        today = now().date()
        quote = drafted(db, quoted_on=today, valid_until=today + timedelta(days=30))
        write_lines(quote, [ENTRY])
    return f"/quotes/{quote.id}"


def fields(page: TestResponse) -> dict[str, str]:
    """What a browser would send of the page's editor."""
    form = page.text[page.text.index('id="quote-editor"') :]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text).replace("\r\n", "\n").strip("\n")
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        found[name] = chosen[1] if chosen else ""
    return found


def kept(database: Database, path: str) -> Quote:
    with database.open(SYSTEM) as db:
        quote = db.get_one(Quote, path.rpartition("/")[2])
        assert quote.lines is not None
        return quote


def test_everybody_lists_what_is_theirs(as_user: AsUser, world: ModuleType) -> None:
    seen = {email: as_user(email).get("/quotes").text for email in (OWNER, "dealer2@example.com", REP, HQ)}
    assert "T-gemi" in seen[OWNER]
    assert "T-vinc" not in seen[OWNER]
    assert "T-vinc" in seen["dealer2@example.com"]
    assert "T-gemi" in seen[REP]
    assert "T-vinc" not in seen[REP]
    assert "Cem Güneş" in seen[HQ]
    assert "Cem Güneş" not in seen[OWNER], "who sells what is not the dealer's business"


def test_a_list_is_searched_filtered_and_sorted(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user(HQ)
    assert "T-vinc" not in browser.get("/quotes?q=t-gem").text
    assert "Nothing matches" in browser.get("/quotes?status=declined").text
    assert browser.get("/quotes?sort=total").status_code == 200
    part = browser.get("/quotes", headers=HTMX).text
    assert part.lstrip().startswith('<div id="quotes">')


def test_a_list_costs_the_same_for_few_and_for_many(
    as_user: AsUser, world: ModuleType, system_database: Database, statements: Statements
) -> None:
    browser = as_user(HQ)
    browser.get("/quotes")
    counts = []
    for more in (0, 27):
        with system_database.transaction(SYSTEM) as db:
            ask_for_more(db, more)
        with statements() as sql:
            browser.get("/quotes")
        counts.append(len(sql))
        assert not writes(sql)
    assert counts[0] == counts[1]


def test_a_quote_reads_as_on_paper(as_user: AsUser, world: ModuleType) -> None:
    page = as_user(OWNER).get(GEMI).text
    for text in ("Anka Kaynak Sanayi A.Ş.", "Şişli / İĞÜŞÖÇ ığüşöç", "T-gemi", "1,980.00", "396.00", "2,376.00"):
        assert text in page, text
    assert "/edit" not in page


def test_a_dealer_neither_sees_nor_writes_drafts(as_user: AsUser, draft: str) -> None:
    assert as_user(OWNER).get(draft).status_code == 404
    assert as_user(OWNER).get(f"{draft}/edit").status_code == 403
    assert as_user("rep2@example.com").get(draft).status_code == 404


# ---- the PDF ------------------------------------------------------------------------------------------------------


def test_a_pdf_on_its_way_is_waited_for_without_javascript(as_user: AsUser, world: ModuleType) -> None:
    page = as_user(OWNER).get(f"{GEMI}/document")
    assert page.headers["Refresh"] == "2"
    assert "The PDF is being made" in page.text
    part = as_user(OWNER).get(f"{GEMI}/document", headers=HTMX).text
    assert part.lstrip().startswith('<section class="card" id="document"')
    assert 'hx-trigger="every 2s"' in part


def test_a_pdf_that_is_not_there_yet_leads_to_where_it_is_told(as_user: AsUser, world: ModuleType) -> None:
    answer = as_user(OWNER).get(f"{GEMI}/document.pdf")
    assert answer.status_code == 303
    assert answer.location == f"{GEMI}/document"


def test_a_finished_pdf_is_downloaded_and_kept_by_the_browser(
    as_user: AsUser, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        found = latest_document(db, ident("quote.gemi"))
        assert found is not None
        found.keep(b"%PDF-1.4 test", 3)
    browser = as_user(OWNER)
    assert "3 pages" in browser.get(f"{GEMI}/document").text
    assert "Refresh" not in browser.get(f"{GEMI}/document").headers
    file = browser.get(f"{GEMI}/document.pdf")
    assert (file.data, file.mimetype) == (b"%PDF-1.4 test", "application/pdf")
    assert file.headers["Content-Disposition"] == "attachment; filename=T-gemi.pdf"
    assert browser.get(f"{GEMI}/document.pdf?view=1").headers["Content-Disposition"].startswith("inline")
    again = browser.get(f"{GEMI}/document.pdf", headers={"If-None-Match": file.headers["ETag"]})
    assert again.status_code == 304
    assert as_user("dealer2@example.com").get(f"{GEMI}/document.pdf").status_code == 404


def test_a_pdf_is_asked_for_on_demand(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.query(QuoteDocument).delete()
    browser = as_user(OWNER)
    assert "This quote has no PDF yet." in browser.get(f"{GEMI}/document").text
    for _ in range(2):
        assert browser.submit(f"{GEMI}/document").location == f"{GEMI}/document"
    with system_database.open(SYSTEM) as db:
        (wish,) = db.query(QuoteDocument)
        assert wish.requested_by == ident("user.ayse")


def test_a_failed_pdf_may_be_tried_again(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.query(QuoteDocument).update({"failed_at": now(), "error": "secret details"})
    browser = as_user(OWNER)
    page = browser.get(f"{GEMI}/document").text
    assert "could not be made" in page
    assert "secret details" not in page
    browser.submit(f"{GEMI}/document")
    assert "The PDF is being made" in browser.get(f"{GEMI}/document").text


# ---- the editor ---------------------------------------------------------------------------------------------------


def test_a_rep_quotes_from_customer_to_pdf(as_user: AsUser, system_database: Database, world: ModuleType) -> None:
    browser = as_user(REP)
    assert "Gemi Onarım" in browser.get("/quotes/new?q=GEMİ").text
    path = browser.submit("/quotes", {"account": str(ident("account.gemi"))}).location.removesuffix("/edit")
    form = fields(browser.get(f"{path}/edit"))
    form |= {"lines-0-code": "e7018-325", "lines-0-quantity": "2.5", "lines-0-discount": "10"}
    issued = browser.submit(path, form | {"action": "issue", "terms": "30 gün\nvadeli"})
    assert issued.status_code == 303, issued.text
    quote = kept(system_database, path)
    (line,) = quote.lines
    assert (quote.number, quote.status, quote.terms) == ("T26-000001", "issued", "30 gün\nvadeli")
    assert (line.code, line.description, line.unit) == ("E7018-325", "Bazik elektrod E7018 3,25 mm", "box")
    assert (str(line.price), str(line.amount), line.product_id) == ("520.0000", "1170.00", ident("product.e7018"))
    assert "The PDF is being made" in browser.get(path).text


def test_saving_a_draft_changes_what_was_changed(as_user: AsUser, system_database: Database, draft: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit"))
    assert browser.submit(draft, form | {"lines-0-price": "499.9955", "contact": "Iğdır Öğüç"}).status_code == 303
    quote = kept(system_database, draft)
    assert (quote.status, quote.customer_contact, str(quote.lines[0].price)) == ("drafted", "Iğdır Öğüç", "499.9955")
    assert str(quote.total) == "1349.99"


@pytest.mark.parametrize("action", ["add", "remove-7", "calculate", "save", "issue"])
def test_nothing_that_was_written_is_lost(as_user: AsUser, system_database: Database, draft: str, action: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit"))
    wrong = {
        "lines-0-quantity": "two",
        "lines-0-price": "1..2",
        "lines-0-description": "  <b>İĞÜ</b>",
        "valid_until": "soon",
    }
    wrong |= {"lines-1-code": "no such code", "lines-1-quantity": "7", "terms": "a\nb", "contact": "x" * 300}
    answer = browser.submit(draft, form | wrong | {"action": action})
    assert answer.status_code == (422 if action in ("save", "issue") else 200)
    shown = fields(answer)
    for name, value in wrong.items():
        assert shown[name] == value.strip(), name
    assert kept(system_database, draft).status == "drafted"
    assert str(kept(system_database, draft).lines[0].quantity) == "2.500"


@pytest.mark.parametrize(("day", "says"), [("0001-01-01", "cannot lie before"), ("9999-12-31", "two years at most")])
def test_a_last_day_that_nobody_means_is_asked_about(
    as_user: AsUser, system_database: Database, draft: str, day: str, says: str
) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit")) | {"valid_until": day, "lines-0-quantity": "7", "terms": "30 gün"}
    answer = browser.submit(draft, form | {"action": "save"})
    assert answer.status_code == 422
    assert says in answer.text
    assert fields(answer).items() >= form.items() - {("csrf_token", form["csrf_token"])}
    assert kept(system_database, draft).valid_until.year in (now().year, now().year + 1)


@pytest.mark.parametrize("action", ["calculate", "save"])
def test_numbers_that_nobody_means_come_back(as_user: AsUser, draft: str, action: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit")) | {"lines-0-quantity": "9" * 30, "lines-0-price": "9" * 30}
    answer = browser.submit(draft, form | {"action": action})
    assert answer.status_code == (200 if action == "calculate" else 422)
    assert fields(answer).items() >= form.items() - {("csrf_token", form["csrf_token"])}


@pytest.mark.parametrize("action", ["add", "save"])
def test_lines_that_no_page_has_are_left_out(as_user: AsUser, draft: str, action: str) -> None:
    browser = as_user(REP)
    odd = {"lines-²-code": "x", "linesa²-code": "x", f"lines-{'7' * 5000}-code": "x", "lines-": "x", "lines": "x"}
    answer = browser.submit(draft, fields(browser.get(f"{draft}/edit")) | odd | {"action": action})
    assert answer.status_code == (200 if action == "add" else 303)


def test_lines_come_and_go_without_javascript(as_user: AsUser, draft: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit"))
    more = fields(browser.submit(draft, form | {"action": "add"}))
    assert {"lines-0-code", "lines-1-code"} <= set(more)
    assert more["lines-1-vat"] == "20"
    more |= {"lines-1-description": "Nakliye", "lines-1-quantity": "1", "lines-1-price": "100"}
    page = browser.submit(draft, more | {"action": "calculate"})
    assert "1,524.00" in page.text, "1,404.00 and 120.00 with tax"
    left = fields(browser.submit(draft, fields(page) | {"action": "remove-0"}))
    assert "lines-1-code" not in left, "lines are counted anew"
    assert left["lines-0-description"] == "Nakliye"


def test_a_text_with_a_price_needs_no_product(as_user: AsUser, system_database: Database, draft: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit"))
    form |= {"lines-1-description": "Nakliye", "lines-1-quantity": "1", "lines-1-price": "100", "lines-1-vat": "10"}
    assert browser.submit(draft, form).status_code == 303
    assert [(line.code, line.product_id) for line in kept(system_database, draft).lines][1] == ("", None)


def test_another_code_brings_its_own_text_and_price(as_user: AsUser, system_database: Database, draft: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit"))
    assert form["lines-0-filled"] == "E7018-325"
    form |= {"lines-0-description": "old text", "lines-0-price": "1", "lines-0-filled": "OTHER"}
    shown = fields(browser.submit(draft, form | {"action": "calculate"}))
    assert (shown["lines-0-description"], shown["lines-0-price"]) == ("Bazik elektrod E7018 3,25 mm", "520")
    kept_text = form | {"lines-0-filled": "E7018-325"}
    shown = fields(browser.submit(draft, kept_text | {"action": "calculate"}))
    assert (shown["lines-0-description"], shown["lines-0-price"]) == ("old text", "1")


def test_an_unknown_code_offers_what_may_be_meant(as_user: AsUser, draft: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit")) | {"lines-1-code": "bazik", "lines-1-quantity": "3"}
    page = browser.submit(draft, form)
    assert page.status_code == 422
    assert "No product has this code." in page.text
    assert 'value="pick-1-E7018-325"' in page.text
    picked = fields(browser.submit(draft, form | {"action": "pick-1-E7018-325"}))
    assert (picked["lines-1-code"], picked["lines-1-quantity"], picked["lines-1-price"]) == ("E7018-325", "3", "520")


def test_without_a_price_in_the_currency_one_is_asked_for(as_user: AsUser, draft: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit")) | {"currency": "EUR", "lines-0-filled": "", "lines-0-price": ""}
    page = browser.submit(draft, form)
    assert page.status_code == 422
    assert "This is missing." in page.text


def test_with_htmx_only_sums_come_back_and_no_field_under_the_fingers(as_user: AsUser, draft: str) -> None:
    browser = as_user(REP)
    form = fields(browser.get(f"{draft}/edit")) | {"lines-0-quantity": "5"}
    part = browser.submit(draft, form, headers=HTMX | {"HX-Target": "quote-sums"}).text
    assert part.lstrip().startswith('<section class="card" id="quote-sums">')
    assert "2,808.00" in part
    assert "<input" not in part
    filled = browser.submit(draft, form | {"lines-0-filled": ""}, headers=HTMX | {"HX-Target": "quote-sums"}).text
    assert 'name="lines-0-description"' in filled
    assert 'name="lines-0-quantity"' not in filled
    whole = browser.submit(draft, form | {"action": "add"}, headers=HTMX | {"HX-Target": "quote-editor"}).text
    assert whole.lstrip().startswith('<form id="quote-editor"')


def test_codes_are_suggested_while_one_types(as_user: AsUser, world: ModuleType) -> None:
    assert 'value="E7018-325"' in as_user(REP).get("/quotes/products?lines-0-code=BAZİK").text
    assert as_user(REP).get("/quotes/products?lines-0-code=%20").text.strip() == ""
    assert 'value="E7018-325"' in as_user(REP).get("/quotes/products?lines-0-code=BAZ%00İK").text


def test_an_issued_quote_cannot_be_edited(as_user: AsUser, world: ModuleType) -> None:
    browser = as_user(REP)
    assert browser.get(f"{GEMI}/edit").status_code == 409
    for path in (GEMI, f"{GEMI}/issue", f"{GEMI}/discard"):
        assert browser.submit(path).status_code == 409, path


def test_a_draft_is_issued_or_removed_from_its_page(as_user: AsUser, system_database: Database, draft: str) -> None:
    browser = as_user(REP)
    assert browser.submit(f"{draft}/issue").status_code == 303
    assert "T26-000001" in browser.get(draft).text
    with system_database.transaction(SYSTEM) as db:
        other = draft_quote(
            db,
            db.get_one(Account, ident("account.gemi")),
            quoted_on=now().date(),
            valid_until=now().date(),
            currency="TRY",
            locale="tr",
            user_id=ident("user.cem"),
        )
    assert browser.submit(f"/quotes/{other.id}/discard").status_code == 303
    assert browser.get(f"/quotes/{other.id}").status_code == 404


def test_a_quote_cannot_begin_for_a_customer_of_others(as_user: AsUser, world: ModuleType) -> None:
    assert as_user(REP).submit("/quotes", {"account": str(ident("account.vinc"))}).status_code == 404
    assert as_user(REP).submit("/quotes", {"account": "x"}).status_code == 400


def test_a_dealer_of_another_region_cannot_be_named(as_user: AsUser, system_database: Database, draft: str) -> None:
    browser = as_user(REP)
    form: dict[str, Any] = fields(browser.get(f"{draft}/edit")) | {"dealer": str(ident("dealer.bogaz"))}
    assert browser.submit(draft, form).status_code == 422
    assert kept(system_database, draft).dealer_id is None


def test_draft_whose_prices_changed_is_issued_only_after_the_seller_took_them(
    as_user: AsUser, draft: str, system_database: Database
) -> None:
    with system_database.transaction(SYSTEM) as db:
        line = db.scalars(select(QuoteLine).where(QuoteLine.quote_id == UUID(draft.rsplit("/", 1)[1]))).one()
        line.drafted_price = line.price - 15
    rep = as_user(REP)
    page = rep.get(draft).text
    assert 'id="differences"' in page
    assert f"{draft}/issue" not in page
    assert "Look over the differences" in rep.submit(f"{draft}/issue", follow_redirects=True).text
    assert "prices stand." in rep.submit(f"{draft}/agreement", follow_redirects=True).text
    assert "is issued" in rep.submit(f"{draft}/issue", follow_redirects=True).text
