"""Whole files into an empty database: right once, nothing twice, and refused as a whole when they cannot be right."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from models.importing.report import Tally
from models.session import Database
from tests.models.import_files import ADVENTUREWORKS, changed, contents, count, edited, generate, load
from tests.postgres import Postgres

ORDERS = "adventureworks-orders"
SALES = "pl300/FactResellerSales.csv"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Generated files in the shapes of the real ones."""
    folder = tmp_path / "files"
    folder.mkdir()
    return generate(folder)


def load_all(database: Database, folder: Path, *, but: str = "") -> dict[str, dict[str, Tally]]:
    """Everything in order; what each file added, changed and left."""
    tallies = {}
    for mapping, name in ADVENTUREWORKS:
        if mapping != but:
            report = load(database, mapping, folder / name)
            assert report.loaded, [problem.text() for problem in report.problems.shown] + report.doubts
            tallies[mapping] = report.tallies
    return tallies


def test_real_files_give_the_published_figures_and_a_second_load_changes_nothing(
    system_database: Database, sample_data: Path, admin_url: str
) -> None:
    folder = sample_data / "adventureworks"
    first = load_all(system_database, folder)
    assert first["adventureworks-dealers"]["dealer"] == Tally(701, 0, 0)
    assert first["adventureworks-products"]["product"] == Tally(504, 0, 0)
    assert first["adventureworks-product-keys"]["product"] == Tally(0, 295, 0)
    assert first["adventureworks-product-keys"]["external_key"] == Tally(397, 0, 0)
    assert first["adventureworks-prices"]["price_list_entry"] == Tally(395, 0, 0)
    assert first["adventureworks-stock"]["stock_level"] == Tally(1069, 0, 0)
    assert first[ORDERS] == {"order": Tally(3616, 0, 0), "order_line": Tally(57851, 0, 0)}
    assert count(system_database, "select count(*) from dealer") == 701
    assert count(system_database, "select count(*) from product") == 504
    assert count(system_database, "select count(*) from price_list_entry") == 395
    assert count(system_database, "select count(*) from stock_level") == 1069
    assert count(system_database, "select sum(amount) from order_line") == Decimal("77548570.20")
    assert count(system_database, 'select sum(amount) from "order"') == Decimal("77548570.20")
    assert count(system_database, 'select count(distinct dealer_id) from "order"') == 632

    before = contents(admin_url)
    second = load_all(system_database, folder)
    assert all(tally.added == tally.changed == 0 for tallies in second.values() for tally in tallies.values())
    assert changed(before, contents(admin_url)) == set()


def test_generated_files_load_once_and_only_once(system_database: Database, files: Path, admin_url: str) -> None:
    first = load_all(system_database, files)
    assert first["adventureworks-dealers"]["dealer"] == Tally(12, 0, 0)
    assert first["adventureworks-products"]["product_cost"] == Tally(15, 0, 0)
    assert first["adventureworks-product-keys"]["external_key"] == Tally(30, 0, 0)
    assert first[ORDERS] == {"order": Tally(40, 0, 0), "order_line": Tally(240, 0, 0)}
    before = contents(admin_url)
    second = load_all(system_database, files)
    assert all(tally.added == tally.changed == 0 for tallies in second.values() for tally in tallies.values())
    assert changed(before, contents(admin_url)) == set()


def drop_column(name: str) -> Callable[[list[str]], list[str]]:
    def edit(lines: list[str]) -> list[str]:
        index = lines[0].split(",").index(name)
        return [",".join(cell for at, cell in enumerate(line.split(",")) if at != index) for line in lines]

    return edit


def without_cell(number: int, column: int) -> Callable[[list[str]], list[str]]:
    def edit(lines: list[str]) -> list[str]:
        cells = lines[number - 1].split(",")
        return [*lines[: number - 1], ",".join([*cells[:column], *cells[column + 1 :]]), *lines[number:]]

    return edit


def cell(number: int, column: int, value: str) -> Callable[[list[str]], list[str]]:
    def edit(lines: list[str]) -> list[str]:
        cells = lines[number - 1].split(",")
        cells[column] = value
        return [*lines[: number - 1], ",".join(cells), *lines[number:]]

    return edit


def without_points(lines: list[str]) -> list[str]:
    return [lines[0], *(line.replace(".", "") for line in lines[1:])]


def cut_decimals(lines: list[str]) -> list[str]:
    def whole(line: str) -> str:
        return ",".join(text.split(".")[0] for text in line.split(","))

    return [lines[0], *map(whole, lines[1:])]


def shifted(lines: list[str]) -> list[str]:
    return [lines[0], *(",".join(line.split(",")[-1:] + line.split(",")[:-1]) for line in lines[1:])]


BROKEN: dict[str, tuple[Callable[[list[str]], list[str]], str, int]] = {
    "line 100 has a word for a price": (cell(100, 7, "many"), "is no number", 100),
    "line 100 has no product": (cell(100, 2, ""), "is empty but needed", 100),
    "line 100 has a product that nobody knows": (cell(100, 2, "99999"), "no product is known by this key", 100),
    "line 100 has a day that does not exist": (cell(100, 1, "2019-02-30"), "is no day of the calendar", 100),
    "line 100 adds up to something else": (cell(100, 9, "1000000.00"), "is not", 100),
    "line 100 belongs to another dealer than its order": (cell(100, 3, "1"), "says", 100),
    "line 100 has a cell too few": (without_cell(100, 5), "10 cells instead of 11", 100),
    "line 100 opens a quote": (cell(100, 0, '"SO'), "never closed", 100),
    "a column that is read is missing": (drop_column("UnitPrice"), "lacks the columns: UnitPrice", 0),
    "a column that is not read is missing": (drop_column("StandardCost"), "lacks the columns: StandardCost", 0),
    "all decimal points are lost": (without_points, "none of", 0),
    "all decimals are lost": (cut_decimals, "none of", 0),
    "columns are shifted": (shifted, "were columns shifted", 0),
    "it is empty": (lambda lines: lines[:1], "holds no rows", 0),
}
REAL = (
    "line 100 has a word for a price",
    "a column that is read is missing",
    "all decimal points are lost",
    "all decimals are lost",
)
"""What is tried on the real files, too."""


def refusal(database: Database, mapping: str, path: Path) -> list[tuple[int, str]]:
    """Lines and reasons with which a file is refused."""
    report = load(database, mapping, path)
    assert report.refused
    assert not report.loaded
    doubted = [problem for doubt in report.doubts for problem in doubt.evidence]
    return [(problem.line, problem.text()) for problem in [*report.problems.shown, *doubted]]


def assert_refused(database: Database, admin_url: str, folder: Path, scratch: Path, what: str) -> None:
    edit, reason, line = BROKEN[what]
    path = edited(folder / SALES, scratch, edit)
    before = contents(admin_url)
    found = refusal(database, ORDERS, path)
    assert any(reason in text and at in (line, 0) for at, text in found), found[:5]
    assert changed(before, contents(admin_url)) == set()


@pytest.fixture(scope="module")
def loaded(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, str, Path]]:
    """A database that knows everything but the orders; refused files leave it as it is, so many tests share it."""
    folder, name = generate(tmp_path_factory.mktemp("files")), postgres.clone()
    database = postgres.open(name, "jobs")
    load_all(database, folder, but=ORDERS)
    yield database, postgres.admin_url(name), folder
    database.close()
    postgres.drop(name)


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_with_its_reason_and_leaves_no_trace(
    what: str, loaded: tuple[Database, str, Path], tmp_path: Path
) -> None:
    database, admin_url, folder = loaded
    assert_refused(database, admin_url, folder, tmp_path, what)


def test_real_files_broken_are_refused_and_leave_no_trace(
    system_database: Database, sample_data: Path, admin_url: str, tmp_path: Path
) -> None:
    folder = sample_data / "adventureworks"
    load_all(system_database, folder, but=ORDERS)
    for what in REAL:
        assert_refused(system_database, admin_url, folder, tmp_path, what)
    for mapping, name in ADVENTUREWORKS[:-1]:
        report = edited(folder / name, tmp_path, lambda lines: [*lines[:99], lines[99][:3], *lines[100:]])
        before = contents(admin_url)
        found = refusal(system_database, mapping, report)
        assert any(line == 100 for line, _reason in found), (mapping, found[:3])
        assert changed(before, contents(admin_url)) == set()


def test_prices_a_thousand_times_the_known_ones_are_refused_until_somebody_says_so(
    system_database: Database, files: Path, admin_url: str, tmp_path: Path
) -> None:
    load_all(system_database, files)
    history = files / "oltp/ProductListPriceHistory.csv"
    times = edited(history, tmp_path, lambda lines: [_times(line, 1000) for line in lines])
    before = contents(admin_url)
    report = load(system_database, "adventureworks-prices", times)
    (doubt,) = report.doubts
    assert (doubt.code, doubt.total, report.loaded) == ("price_scale", 20, False)
    assert "is 1000 times the known" in doubt.evidence[0].text()
    assert changed(before, contents(admin_url)) == set()
    assert load(system_database, "adventureworks-prices", times, accept=frozenset({"price_scale"})).loaded


def _times(line: str, factor: int) -> str:
    cells = line.split("\t")
    cells[3] = f"{Decimal(cells[3]) * factor:.4f}"
    return "\t".join(cells)


def test_whole_prices_are_doubted_where_the_known_ones_have_decimals(
    system_database: Database, files: Path, tmp_path: Path
) -> None:
    load_all(system_database, files)
    path = edited(files / "oltp/ProductListPriceHistory.csv", tmp_path, lambda lines: [_whole(line) for line in lines])
    report = load(system_database, "adventureworks-prices", path)
    assert [doubt.code for doubt in report.doubts] == ["no_fractions"]


def _whole(line: str) -> str:
    cells = line.split("\t")
    cells[3] = f"{int(Decimal(cells[3]))}.0000"
    return "\t".join(cells)


def test_a_changed_order_is_changed_and_no_line_goes_without_being_asked(
    system_database: Database, files: Path, tmp_path: Path
) -> None:
    load_all(system_database, files)
    more = edited(files / SALES, tmp_path, lambda lines: [*lines, lines[-1].replace(",285,5,", ",285,5,")])
    assert load(system_database, ORDERS, more).tallies == {
        "order": Tally(0, 1, 39),
        "order_line": Tally(1, 0, 240),
    }
    report = load(system_database, ORDERS, files / SALES)
    assert [doubt.code for doubt in report.doubts] == ["fewer_lines"]
    assert load(system_database, ORDERS, files / SALES, accept=frozenset({"fewer_lines"})).loaded
    assert count(system_database, "select count(*) from order_line") == 240


def test_a_preview_says_what_would_happen_and_does_nothing(
    system_database: Database, files: Path, admin_url: str
) -> None:
    load_all(system_database, files, but=ORDERS)
    before = contents(admin_url)
    preview = load(system_database, ORDERS, files / SALES, dry_run=True)
    assert (preview.loaded, preview.refused) == (False, False)
    assert changed(before, contents(admin_url)) == set()
    assert load(system_database, ORDERS, files / SALES).tallies == preview.tallies
