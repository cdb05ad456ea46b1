"""Drafting, issuing, expiring, and the wish for a PDF: as reps, dealers and the system do it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import ModuleType

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models.access import Principal
from models.account import Account
from models.errors import NotFound, Refused
from models.quote import Quote
from models.quote.document import QuoteDocument, ask_for_document, latest_document
from models.quote.drafting import Entry, add_line, discard, draft_quote, expire_quotes, issue, write_lines
from models.quote.queries import QuoteFilter, count_quotes, get_quote, list_quotes
from models.session import Database, Session
from tests.world import NOON, TODAY, days, ident

D = Decimal
SYSTEM = Principal.system("test")
ENTRY = Entry(
    product_id=ident("product.e7018"),
    code="E7018-325",
    description="Bazik elektrod",
    quantity=D("2.5"),
    unit="box",
    price=D("520"),
    discount_percent=D(10),
    vat_percent=D(20),
)


def drafted(db: Session, account: str = "gemi", **changes: object) -> Quote:
    return draft_quote(
        db,
        db.get_one(Account, ident(f"account.{account}")),
        **{"quoted_on": TODAY, "valid_until": TODAY + days(30), "currency": "TRY", "locale": "tr"} | changes,  # type: ignore[arg-type]
    )


def test_a_rep_drafts_and_issues(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["cem"]) as db:
        quote = drafted(db)
        assert quote.number is None
        add_line(quote, ENTRY)
        assert (quote.net, quote.vat, quote.total) == (D("1170.00"), D("234.00"), D("1404.00"))
        issue(db, quote, TODAY)
        assert quote.number == "T26-000001"
        assert quote.status == "issued"
        found = latest_document(db, quote.id)
        assert found is not None
        assert (found.state, found.requested_by) == ("waiting", ident("user.cem"))


def test_numbers_go_on_across_people_who_do_not_see_each_other(database: Database, world: ModuleType) -> None:
    numbers = []
    for name, account in (("cem", "gemi"), ("ece", "vinc"), ("filiz", "gemi")):
        with database.transaction(world.principals()[name]) as db:
            quote = drafted(db, account)
            add_line(quote, ENTRY)
            issue(db, quote, TODAY)
            numbers.append(quote.number)
    assert numbers == ["T26-000001", "T26-000002", "T26-000003"]


def test_lines_are_rewritten_in_place(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["cem"]) as db:
        quote = drafted(db)
        write_lines(quote, [ENTRY, ENTRY, ENTRY])
        db.flush()
        kept = quote.lines[0].id
        write_lines(quote, [ENTRY])
        db.flush()
        db.expire(quote)
        assert [(line.id, line.position) for line in quote.lines] == [(kept, 1)]
        assert quote.total == D("1404.00")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"quantity": D(0)}, "quantity above zero"),
        ({"price": D(-1)}, "price below zero"),
        ({"discount_percent": D(101)}, "not between 0 and 100"),
        ({"vat_percent": D(-1)}, "not between 0 and 100"),
        ({"description": "  "}, "needs a description"),
        ({"price": D("99999999999"), "quantity": D(9999)}, "more than an amount can hold"),
    ],
)
def test_a_wrong_line_is_refused(database: Database, world: ModuleType, changes: dict[str, object], told: str) -> None:
    with database.open(world.principals()["cem"]) as db:
        quote = drafted(db)
        with pytest.raises(Refused, match=told):
            add_line(quote, replace(ENTRY, **changes))  # type: ignore[arg-type]


def test_a_quote_is_issued_once_and_then_fixed(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["cem"]) as db:
        quote = drafted(db)
        with pytest.raises(Refused, match="at least one line"):
            issue(db, quote, TODAY)
        add_line(quote, ENTRY)
        with pytest.raises(Refused, match="later day"):
            issue(db, quote, TODAY + days(31))
        issue(db, quote, TODAY)
        for attempt in (lambda: issue(db, quote, TODAY), lambda: add_line(quote, ENTRY), lambda: discard(db, quote)):
            with pytest.raises(Refused, match="cannot be changed"):
                attempt()


def test_a_quote_read_twice_is_issued_once(database: Database, world: ModuleType) -> None:
    cem = world.principals()["cem"]
    with database.transaction(cem) as db:
        draft = drafted(db)
        write_lines(draft, [ENTRY])
    with database.open(cem) as first, database.open(cem) as second:
        quote, same = get_quote(first, draft.id), get_quote(second, draft.id)
        issue(first, quote, TODAY)
        number = quote.number
        first.commit()
        with pytest.raises(Refused, match="cannot be changed"):
            issue(second, same, TODAY)
        second.rollback()
        assert get_quote(second, draft.id).number == number


def test_the_database_fixes_the_lines_of_an_issued_quote(database: Database, world: ModuleType) -> None:
    for name in ("cem", "filiz"):
        for statement in ("update quote_line set price = 1", "delete from quote_line", "delete from quote"):
            with database.open(world.principals()[name]) as db:
                assert db.connection().execute(text(statement)).rowcount == 0, (name, statement)


def test_a_draft_is_discarded(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["cem"]) as db:
        quote = drafted(db)
        write_lines(quote, [ENTRY])
        discard(db, quote)
        with pytest.raises(NotFound):
            get_quote(db, quote.id)


def test_a_dealer_does_not_see_drafts(database: Database, world: ModuleType) -> None:
    with database.transaction(world.principals()["cem"]) as db:
        quote = drafted(db, dealer_id=ident("dealer.kordon"))
        add_line(quote, ENTRY)
    with database.open(world.principals()["ayse"]) as db:
        assert [row.number for row in list_quotes(db, QuoteFilter())] == ["T-gemi"]
        assert count_quotes(db) == {"issued": 1}


def test_a_rep_cannot_show_a_quote_to_a_dealer_he_does_not_know(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["cem"]) as db, pytest.raises(DBAPIError, match="row-level security"):
        drafted(db, dealer_id=ident("dealer.bogaz"))


def test_a_rep_cannot_quote_in_a_colleagues_name(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["cem"]) as db, pytest.raises(DBAPIError, match="row-level security"):
        drafted(db, user_id=ident("user.deniz"))


def test_lists_search_and_sort(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["hale"]) as db:
        everything = list_quotes(db, QuoteFilter())
        assert {row.number for row in everything} >= {"T-gemi", "T-vinc"}
        assert {row.seller_name for row in everything} >= {"Cem Güneş"}
        assert [row.number for row in list_quotes(db, QuoteFilter(q="t-GEMİ"))] == ["T-gemi"]
        assert len(list_quotes(db, QuoteFilter(q="ŞİŞLİ"))) == len(everything)
        assert list_quotes(db, QuoteFilter(q="nowhere")) == []
        assert list_quotes(db, QuoteFilter(status="drafted")) == []
        assert len(list_quotes(db, QuoteFilter(sort="total", descending=False, limit=1))) == 1
    with database.open(world.principals()["ayse"]) as db:
        assert [row.number for row in list_quotes(db, QuoteFilter(q="gemi"))] == ["T-gemi"]
        assert [row.seller_name for row in list_quotes(db, QuoteFilter())] == [None]


def test_expiry_counts_the_last_day(system_database: Database, world: ModuleType) -> None:
    with system_database.transaction(SYSTEM) as db:
        last_day: date = db.get_one(Quote, ident("quote.gemi")).valid_until
        assert expire_quotes(db, last_day) == 0
        assert expire_quotes(db, last_day + days(1)) > 0
        assert expire_quotes(db, last_day + days(1)) == 0
        assert db.get_one(Quote, ident("quote.gemi"), populate_existing=True).status == "expired"


@time_machine.travel(NOON, tick=False)
def test_a_pdf_is_asked_for_once(database: Database, system_database: Database, world: ModuleType) -> None:
    with database.transaction(world.principals()["ayse"]) as db:
        quote = get_quote(db, ident("quote.gemi"))
        ask_for_document(db, quote)
    with system_database.transaction(SYSTEM) as db:
        (wish,) = db.query(QuoteDocument).filter_by(quote_id=quote.id)
        wish.keep(b"%PDF", 1)
    with database.open(world.principals()["ayse"]) as db:
        ask_for_document(db, quote)
        found = latest_document(db, quote.id, content=True)
        assert found is not None
        assert (found.state, found.content, found.took_long) == ("made", b"%PDF", False)


def test_after_a_failure_a_pdf_may_be_asked_for_again(
    database: Database, system_database: Database, world: ModuleType
) -> None:
    with system_database.transaction(SYSTEM) as db:
        db.query(QuoteDocument).update({"failed_at": text("now()"), "error": "broken"})
    with database.transaction(world.principals()["ayse"]) as db:
        ask_for_document(db, get_quote(db, ident("quote.gemi")))
        found = latest_document(db, ident("quote.gemi"))
        assert found is not None
        assert (found.state, found.requested_by) == ("waiting", ident("user.ayse"))


def test_a_draft_has_no_pdf(database: Database, world: ModuleType) -> None:
    with database.open(world.principals()["cem"]) as db:
        quote = drafted(db)
        with pytest.raises(Refused, match="Issue the quote first"):
            ask_for_document(db, quote)
