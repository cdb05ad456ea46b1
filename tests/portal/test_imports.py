"""Head office brings a file on the screen: file → mapping → preview → result, all of it without JavaScript."""

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from uuid import UUID

import pytest
from openpyxl import Workbook
from werkzeug.test import TestResponse

from models.errors import Refused
from models.importing import upload
from models.importing.fields import Kind
from models.importing.history import ImportRun, note_progress
from models.session import Database
from portal.web import Portal
from tests.models.import_files import count, wide
from tests.portal.conftest import Browser
from tests.world import ident, principals

SignedIn = Callable[[str], Browser]
HEADINGS = "Stok Kodu;Depo Adı;Kalan;Tarih\r\n"
GOOD = HEADINGS + "E7018-325;Gebze;1.100,5;18.09.2026\r\n"
CHOSEN = {"column_0": "product", "column_1": "warehouse", "column_2": "quantity", "column_3": "as_of", "source": "logo"}

CHOICE = re.compile(
    r'<select[^>]*name="(column_\d+)"[^>]*>(?:(?!</select>).)*<option selected value="([^"]*)"', re.DOTALL
)


@pytest.fixture
def hq(as_user: SignedIn, world: ModuleType) -> Browser:
    return as_user("hq@example.com")


def bring(hq: Browser, content: str | bytes, kind: str = "stock", name: str = "stok.csv") -> str:
    """Upload a file and return the address of its import."""
    data = content.encode("windows-1254") if isinstance(content, str) else content
    sent = hq.submit("/imports", {"kind": kind, "file": (io.BytesIO(data), name)}, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text
    assert sent.location.endswith("/mapping")
    return str(sent.location).removesuffix("/mapping")


def check(hq: Browser, address: str, **chosen: str) -> TestResponse:
    """Say what the columns mean, and look at the preview."""
    sent = hq.submit(f"{address}/mapping", CHOSEN | chosen)
    assert (sent.status_code, sent.location) == (303, address), sent.text
    return hq.get(address)


def quantity(database: Database) -> float:
    return float(str(count(database, "select quantity from stock_level")))


def test_a_file_goes_from_upload_to_stock(hq: Browser, system_database: Database) -> None:
    assert "No imports" not in hq.get("/imports").text
    address = bring(hq, GOOD)
    mapping = hq.get(f"{address}/mapping").text
    assert "WINDOWS-1254" in mapping
    assert "1.100,5" in mapping
    assert "Still needed:" in mapping
    assert "Warehouse" in mapping

    preview = check(hq, address).text
    assert "1,100.5" in preview
    assert "Would be changed" in preview
    assert "Day first" in preview
    assert quantity(system_database) == 84

    assert hq.submit(f"{address}/loading").location == address
    result = hq.get(address).text
    assert "The file is loaded." in result
    assert quantity(system_database) == 1100.5
    history = hq.get("/imports").text
    assert "stok.csv" in history
    assert "Hale Arslan" in history


def test_events_name_who_brought_the_file(hq: Browser, system_database: Database) -> None:
    address = bring(hq, GOOD)
    check(hq, address)
    hq.submit(f"{address}/loading")
    query = "select actor_id from event where kind = 'stock_level' and action = 'changed'"
    assert count(system_database, query) == ident("user.hale")


def test_a_wrong_file_is_refused_with_line_column_value_and_reason(hq: Browser, system_database: Database) -> None:
    address = bring(hq, GOOD + "E7018-325;Gebze;çok;18.09.2026\r\nX1;Yok;7;18.09.2026\r\n")
    preview = check(hq, address).text
    assert "What is wrong" in preview
    row = re.search(r'data-label="Line">3</td>.*?</tr>', preview, re.DOTALL)
    assert row is not None
    assert all(text in row[0] for text in ("Kalan", "çok", "is no number"))
    assert "Load the file" not in preview
    hq.submit(f"{address}/loading")
    assert quantity(system_database) == 84


def test_doubts_are_loaded_only_when_they_are_ticked(hq: Browser, system_database: Database) -> None:
    address = bring(hq, GOOD.replace("2026", "2001"))
    preview = check(hq, address).text
    assert "Can this be meant? Stock older than the known one" in preview
    hq.submit(f"{address}/loading")
    assert quantity(system_database) == 84
    hq.submit(f"{address}/loading", {"accept": "older"})
    assert quantity(system_database) == 1100.5


def test_new_warehouses_are_added_only_when_that_is_ticked(hq: Browser, system_database: Database) -> None:
    address = bring(hq, GOOD.replace("Gebze", "Ankara"))
    assert "no warehouse is known" in check(hq, address).text
    assert "Would be added" in check(hq, address, create="y").text
    hq.submit(f"{address}/loading")
    assert count(system_database, "select count(*) from warehouse where name = 'Ankara'") == 1


def test_the_same_columns_mean_the_same_next_time(hq: Browser) -> None:
    address = bring(hq, GOOD)
    check(hq, address)
    hq.submit(f"{address}/loading")
    again = hq.get(f"{bring(hq, GOOD)}/mapping").text
    assert "Still needed:" not in again
    assert "This very file was loaded already." in again
    assert re.search(r'<select[^>]*name="column_2".*?<option selected value="quantity">', again, re.DOTALL)


def test_a_column_that_is_needed_is_asked_for_on_the_spot(hq: Browser) -> None:
    address = bring(hq, GOOD)
    sent = hq.submit(f"{address}/mapping", CHOSEN | {"column_3": ""})
    assert sent.status_code == 422
    assert "Still needed: As of." in sent.text
    assert 'name="set_as_of"' in sent.text
    given = hq.submit(f"{address}/mapping", CHOSEN | {"column_3": "", "set_as_of": "2026-09-18"})
    assert given.location == address


def test_a_layout_that_was_taken_wrong_is_read_again(hq: Browser) -> None:
    address = bring(hq, "Depo raporu\r\n" + GOOD)
    layout = {"mapping": "stock", "encoding": "", "separator": ";", "header": "y", "skip_lines": "1"}
    assert hq.submit(f"{address}/layout", layout).location == f"{address}/mapping"
    assert "Depo Adı" in hq.get(f"{address}/mapping").text
    without = hq.submit(f"{address}/layout", layout | {"header": "", "skip_lines": "2"})
    assert without.status_code == 303
    assert "1.100,5" in hq.get(f"{address}/mapping").text


def test_a_workbook_is_read_as_well(hq: Browser, system_database: Database) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Stok Kodu", "Depo Adı", "Kalan", "Tarih"])
    book.active.append(["E7018-325", "Gebze", 12.5, "2026-09-18"])
    content = io.BytesIO()
    book.save(content)
    address = bring(hq, content.getvalue(), name="stok.xlsx")
    check(hq, address)
    hq.submit(f"{address}/loading")
    assert quantity(system_database) == 12.5


@pytest.mark.parametrize(("ending", "asks"), [("csv", "Is the separator really"), ("xlsx", "Is this the right sheet")])
def test_a_file_of_thousands_of_columns_is_refused_at_once(hq: Browser, ending: str, asks: str) -> None:
    started = time.process_time()
    address = bring(hq, wide(5000, ending), name=f"stok.{ending}")
    page = hq.get(f"{address}/mapping").text
    assert "has 5000 columns; a file may have 300." in page
    assert asks in page
    assert time.process_time() - started < 5


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"\x89PNG\r\n", b"PK\x03\x04nothing", b"<html></html>"])
def test_what_is_no_table_is_refused_by_its_content(hq: Browser, content: bytes) -> None:
    address = bring(hq, content)
    assert "Only CSV and XLSX files can be imported." in hq.get(f"{address}/mapping").text


def test_an_empty_form_says_what_is_missing(hq: Browser) -> None:
    sent = hq.submit("/imports", {"kind": "stock"}, content_type="multipart/form-data")
    assert sent.status_code == 422
    empty = hq.submit(
        "/imports", {"kind": "stock", "file": (io.BytesIO(b""), "x.csv")}, content_type="multipart/form-data"
    )
    assert empty.status_code == 422
    assert "The file is empty" in empty.text


def test_a_file_over_the_limit_is_refused(
    database: Database, world: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "LARGEST", 1 << 20)
    with database.open(principals()["hale"]) as db, pytest.raises(Refused, match="larger than 1 MB"):
        upload.receive(db, Kind.STOCK, "x.csv", io.BytesIO(b"x" * (1 << 20) + b"y"), "UTC")


def test_only_head_office_may_send_more_than_other_forms(hq: Browser, as_user: SignedIn, app: Portal) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 100_000
    content = (HEADINGS + "E7018-325;Gebze;1;18.09.2026\r\n" * 10_000).encode("windows-1254")
    for browser, status in ((hq, 303), (as_user("rep@example.com"), 413)):
        data = {"kind": "stock", "file": (io.BytesIO(content), "x.csv")}
        assert browser.submit("/imports", data, content_type="multipart/form-data").status_code == status


def test_a_large_file_is_work_for_the_job_and_the_page_says_how_far_it_is(
    hq: Browser, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "AT_ONCE", 0)
    address = bring(hq, GOOD)
    waiting = check(hq, address).text
    assert 'http-equiv="refresh"' in waiting
    assert "Waiting for its turn" in waiting
    assert hq.submit(f"{address}/loading").status_code == 409
    run_id = address.rpartition("/")[2]
    with database.transaction(principals()["hale"]) as db:
        note_progress(db, UUID(run_id), "taking in", 3, 4)
    part = hq.get(address, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="progress"')
    assert "75%" in part
    with database.transaction(principals()["hale"]) as db:
        upload.perform(db, db.get_one(ImportRun, run_id))
    assert hq.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "Load the file" in hq.get(address).text


def test_a_file_that_is_not_wanted_is_forgotten_with_its_content(hq: Browser, system_database: Database) -> None:
    before = count(system_database, "select count(*) from import_piece")
    address = bring(hq, GOOD)
    assert hq.submit(f"{address}/removal").location == "/imports"
    assert hq.get(address).status_code == 404
    assert count(system_database, "select count(*) from import_piece") == before


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_everything_can_be_downloaded_and_brought_again(hq: Browser, ending: str, tmp_path: Path) -> None:
    for kind in ("dealers", "products", "prices", "stock", "orders", "leads", "accounts"):
        file = hq.get(f"/imports/export/{kind}?export={ending}")
        assert file.status_code == 200
        address = bring(hq, file.data, kind=kind, name=f"{kind}.{ending}")
        mapping = hq.get(f"{address}/mapping").text
        chosen = dict(CHOICE.findall(mapping))
        sent = hq.submit(f"{address}/mapping", chosen | {"source": "portal"})
        assert sent.status_code == 303, sent.text
        preview = hq.get(address).text
        assert "Load the file" in preview, preview
        figures = re.findall(r'<dd class="value">([^<]*)</dd>', preview)
        assert figures[1:3] == ["0", "0"], (kind, figures)
