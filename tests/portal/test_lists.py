"""List pages: their state in the URL, their pages, their files."""

import csv
import datetime as dt
import io
import time
from collections.abc import Callable
from decimal import Decimal
from operator import itemgetter
from types import ModuleType
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from werkzeug.datastructures import MultiDict

from models.errors import Refused
from models.session import Database
from models.user import User
from portal.web import export
from portal.web.export import Column
from portal.web.lists import DEEPEST, Filter, Listing, ListState
from portal.web.workbook import Value, write_workbook
from tests.portal.conftest import Browser
from tests.world import principals

LISTING = Listing(
    sorts=("placed_at", "total"),
    default_sort="-placed_at",
    filters=(
        Filter("status", "Status", (("placed", "Placed"), ("shipped", "Shipped"))),
        Filter("group", "Group"),
        Filter("since", "Since", kind="date"),
    ),
)


def state(query: str = "") -> ListState:
    return LISTING.read(MultiDict(parse_qsl(query)), group=[("mig", "MIG wire")])


def test_plain_address_is_the_default_state() -> None:
    plain = state()
    assert (plain.q, plain.chosen, plain.sort_key, plain.descending) == ("", {}, "placed_at", True)
    assert (plain.limit, plain.offset, plain.narrowed) == (51, 0, False)
    assert plain.parameters() == {}


def test_address_holds_the_whole_state() -> None:
    asked = state("q=%20elek%20%20trod%20&status=placed&group=mig&since=2026-02-28&sort=total&page=3&size=100")
    assert asked.q == "elek trod"
    assert asked.chosen == {"status": "placed", "group": "mig", "since": "2026-02-28"}
    assert asked.day("since") == dt.date(2026, 2, 28)
    assert (asked.sort_key, asked.descending, asked.limit, asked.offset) == ("total", False, 101, 200)


@pytest.mark.parametrize(
    "query",
    [
        "status=burnt",
        "group=tig",
        "since=2026-02-30",
        "sort=password",
        "page=0",
        "page=x",
        "size=7",
        "q=%00",
        "q=%0B%1F",
    ],
)
def test_what_means_nothing_is_left_out(query: str) -> None:
    assert state(query).parameters() == {}


@given(st.lists(st.tuples(st.sampled_from(["q", "status", "since", "sort", "page", "size"]), st.text(max_size=20))))
def test_no_address_breaks_a_list(pairs: list[tuple[str, str]]) -> None:
    read = LISTING.read(MultiDict(pairs))
    assert 0 <= read.offset <= DEEPEST * 4
    again = LISTING.read(MultiDict(read.parameters()))
    assert again.parameters() == read.parameters(), "a link to the same state leads to the same state"


def test_links_change_one_thing_and_keep_the_rest() -> None:
    asked = state("q=wire&status=placed&sort=total&page=3")
    assert dict(parse_qsl(asked.url(status=None)[1:])) == {"q": "wire", "sort": "total"}
    assert dict(parse_qsl(asked.url(page=4)[1:])) == {"q": "wire", "status": "placed", "sort": "total", "page": "4"}
    assert "sort=-total" in asked.sort_url("total")
    assert "sort" not in asked.sort_url("placed_at", "-")


def test_pages_need_no_count() -> None:
    rows = list(range(120))
    first, third = state("size=50"), state("size=50&page=3")
    page = first.page(rows[: first.limit])
    assert (list(page)[-1], page.first, page.last, page.has_more) == (49, 1, 50, True)
    assert (page.previous_url, page.next_url) == (None, "?page=2")
    last = third.page(rows[third.offset : third.offset + third.limit])
    assert (len(last), last.first, last.last, last.next_url) == (20, 101, 120, None)
    assert third.page([]).previous_url == "?page=2"


COLUMNS = (
    Column("Number", lambda row: row[0]),
    Column("Total", lambda row: row[1]),
    Column("Placed", lambda row: row[2]),
    Column("Due", lambda row: row[3]),
)
MOMENT = dt.datetime(2026, 11, 22, 9, 40, tzinfo=dt.UTC)
ROWS = [("SO-1 ığüşöç", Decimal("12.50"), MOMENT, dt.date(2026, 12, 1)), ("=1+1", Decimal("-3"), MOMENT, None)]


def test_csv_is_the_same_for_every_reader() -> None:
    with Flask(__name__).test_request_context("/?export=csv"):
        answer = export.send("orders", COLUMNS, ROWS)
        answer.direct_passthrough = False
        text = answer.get_data().decode("utf-8-sig")
        answer.close()
    heads, first, second = csv.reader(io.StringIO(text))
    assert heads == ["Number", "Total", "Placed", "Due"]
    assert first == ["SO-1 ığüşöç", "12.50", "2026-11-22T12:40:00+03:00", "2026-12-01"]
    assert second == ["'=1+1", "-3", "2026-11-22T12:40:00+03:00", ""], "no spreadsheet program runs what a user typed"
    assert "orders-" in answer.headers["Content-Disposition"]


def test_xlsx_keeps_numbers_and_dates() -> None:
    with Flask(__name__).test_request_context("/?export=xlsx"):
        answer = export.send("orders", COLUMNS, ROWS)
        answer.direct_passthrough = False
        book = load_workbook(io.BytesIO(answer.get_data()))
        answer.close()
    heads, first, second = book.active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert heads == ("Number", "Total", "Placed", "Due")
    assert first == ("SO-1 ığüşöç", 12.5, dt.datetime(2026, 11, 22, 12, 40), dt.datetime(2026, 12, 1))  # noqa: DTZ001
    assert second[0] == "'=1+1"


def test_xlsx_leaves_out_what_no_workbook_holds() -> None:
    with Flask(__name__).test_request_context("/?export=xlsx"):
        answer = export.send("orders", [Column("Note", str)], ["Öz\x00\x0b İş\uffff\n", "\x01=1+1"])
        answer.direct_passthrough = False
        book = load_workbook(io.BytesIO(answer.get_data()))
        answer.close()
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows == [("Note",), ("Öz İş\n",), ("'=1+1",)]


def test_workbook_holds_what_openpyxl_would_write() -> None:
    kept: list[Value] = ['a & <b> "c"', "  two  spaces\n", "_x000D_", "", None, True, -3, Decimal("0.10"), 1.5e300]
    kept += [dt.date(1900, 3, 1), dt.datetime(2026, 2, 28, 23, 59, 59)]  # noqa: DTZ001 - as a workbook holds them
    file, wanted = io.BytesIO(), io.BytesIO()
    write_workbook(file, ["Öz <&>"] * len(kept), [kept])
    book = Workbook()
    assert book.active is not None
    book.active.append(kept)
    book.save(wanted)
    head, row = load_workbook(file).active.iter_rows()  # type: ignore[union-attr]
    (other,) = load_workbook(wanted).active.iter_rows()  # type: ignore[union-attr]
    assert (head[0].value, head[0].font.bold) == ("Öz <&>", True)
    for ours, theirs in zip(row, other, strict=True):
        assert ours.value == theirs.value, theirs.coordinate
        assert ours.number_format == theirs.number_format, theirs.coordinate


def test_days_that_excel_counts_wrong_are_written_as_text() -> None:
    file = io.BytesIO()
    write_workbook(file, ["Day"], [[dt.date(1, 1, 1)], [dt.datetime(1900, 2, 28, 12)]])  # noqa: DTZ001
    values = [row[0] for row in load_workbook(file).active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert values == ["Day", "0001-01-01", "1900-02-28 12:00:00"]


def test_a_workbook_never_holds_more_rows_than_a_program_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.web.workbook.MOST_ROWS", 3)
    write_workbook(io.BytesIO(), ["Number"], [[1], [2]])
    with pytest.raises(Refused, match="no more than 3 rows"):
        write_workbook(io.BytesIO(), ["Number"], [[1], [2], [3]])


def test_long_workbook_takes_far_less_than_openpyxl() -> None:
    rows = [[f"SO-{number}", Decimal(number), dt.date(2026, 1, 1)] * 5 for number in range(1000)]
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    started = time.process_time()
    for row in rows:
        sheet.append(row)
    book.save(io.BytesIO())
    theirs, started = time.process_time() - started, time.process_time()
    export.write_xlsx(io.BytesIO(), [Column(str(index), itemgetter(index)) for index in range(15)], rows)
    assert time.process_time() - started < 0.7 * theirs


def test_file_that_breaks_half_way_is_not_sent() -> None:
    def rows() -> object:
        yield ROWS[0]
        raise RuntimeError("broken")

    with Flask(__name__).test_request_context("/?export=csv"), pytest.raises(RuntimeError):
        export.send("orders", COLUMNS, rows())  # type: ignore[arg-type]


def test_list_costs_the_same_statements_with_3_and_with_30_rows(
    as_user: Callable[[str], Browser], database: Database, world: ModuleType, statements: Callable[[], object]
) -> None:
    hq = as_user("hq@example.com")
    hq.get("/users")
    with statements() as few:  # type: ignore[attr-defined]
        hq.get("/users?role=manager")
    with database.transaction(principals()["hale"]) as db:
        region = principals()["filiz"].region_id
        db.add_all(User(email=f"m{n}@example.com", name=f"M {n}", role="manager", region_id=region) for n in range(30))
    with statements() as many:  # type: ignore[attr-defined]
        page = hq.get("/users?role=manager&size=25")
    assert page.text.count('class="open"') == 25
    assert 'rel="next"' in page.text
    assert len(few) == len(many)
