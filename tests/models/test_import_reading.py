"""Reading files: any dialect round-trips, and numbers and dates are decided by all values of a file."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.errors import Refused
from models.importing.dates import DateEvidence, DateForm, date_reader, moment_reader
from models.importing.delimited import Dialect, read_delimited, split_rows
from models.importing.dialect import Layout, find_dialect
from models.importing.encoding import check_encoding, detect_encoding
from models.importing.numbers import DecimalSign, NumberEvidence, number_reader
from models.importing.problems import SHOWN, Problems, Wrong

SEPARATORS = [",", ";", "\t", "|", "+|", "||", "~", "<>"]
ROW_ENDS = ["\n", "\r\n", "\r", "&|\n", "#\r\n", "||\n"]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1254"]
TURKISH = "abcçğıiİöşüÜ0123456789 .,;|+&~<>#\t\"'\n\r-"
tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.text(TURKISH, max_size=12), min_size=width, max_size=width), min_size=1, max_size=12
    )
)


def written(rows: list[list[str]], dialect: Dialect) -> str:
    """The rows as a careful program writes them: a cell with anything special in it is quoted."""
    special = {*dialect.separator, *dialect.row_end, dialect.quote, "\n", "\r"}

    def cell(text: str, alone: bool) -> str:
        if special & set(text) or (alone and not text):
            return '"' + text.replace('"', '""') + '"'
        return text

    lines = [dialect.separator.join(cell(text, len(row) == 1) for text in row) for row in rows]
    return "".join(line + dialect.row_end for line in lines)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables, st.sampled_from(SEPARATORS), st.sampled_from(ROW_ENDS), st.integers(1, 40))
def test_rows_come_back_as_they_were_written_however_the_blocks_fall(
    rows: list[list[str]], separator: str, row_end: str, block: int
) -> None:
    dialect = Dialect("utf-8", separator, row_end)
    assume("".join(rows[0]) or len(rows[0]) > 1)
    text, problems = written(rows, dialect), Problems()
    blocks = [text[start : start + block] for start in range(0, len(text), block)]
    assert [cells for _line, cells in split_rows(iter(blocks), dialect, problems)] == rows
    assert not problems


@settings(deadline=None)
@given(tables, st.sampled_from(SEPARATORS), st.sampled_from(ENCODINGS))
def test_every_encoding_comes_back(rows: list[list[str]], separator: str, encoding: str) -> None:
    dialect = Dialect(encoding, separator)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes(written(rows, dialect).encode(encoding))
        check_encoding(path, encoding)
        assert [cells for _line, cells in read_delimited(path, dialect, Problems())] == rows


@settings(deadline=None)
@given(tables)
def test_rows_are_those_of_the_standard_reader(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    ours = split_rows(iter([text.getvalue()]), Dialect("utf-8"), Problems())
    theirs = csv.reader(io.StringIO(text.getvalue(), newline=""))
    assert [cells for _line, cells in ours] == [cells for cells in theirs if cells]


def test_lines_are_counted_as_an_editor_does() -> None:
    text = 'a;b\n"two\nlines";x\n\nlast;y\r\n'
    assert list(split_rows(iter([text]), Dialect("utf-8", ";"), Problems())) == [
        (1, ["a", "b"]),
        (2, ["two\nlines", "x"]),
        (5, ["last", "y"]),
    ]


def test_a_misplaced_quote_costs_its_row_only() -> None:
    problems = Problems()
    text = 'a,b\n"broken" quote,2\nc,d\n"never closed,e\nf,g\n'
    rows = [cells for _line, cells in split_rows(iter([text]), Dialect("utf-8"), problems)]
    assert rows == [["a", "b"], ["c", "d"]]
    assert [problem.line for problem in problems.shown] == [2, 4]


def test_a_wrong_row_end_is_named_before_the_memory_is_full() -> None:
    with pytest.raises(Refused, match="row end really"):
        list(split_rows(iter(["x," * 40_000] * 20), Dialect("utf-8", ",", "&|\n"), Problems()))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encoding_is_found_out(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "turkish.csv"
    path.write_bytes("Şişli;İĞÜŞÖÇ ığüşöç\nKadıköy;elektrot\n".encode(encoding))
    found = detect_encoding(path)
    check_encoding(path, found)
    assert path.read_text(encoding=found).startswith("Şişli;İĞÜŞÖÇ ığüşöç")


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(b"a,b\n" * 100_000 + b"c,\xff\xfe\n")
    with pytest.raises(Refused, match="Line 100001 holds the bytes ff"):
        check_encoding(path, "utf-8")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "+|", "||", "~", "^"])
@pytest.mark.parametrize("row_end", ["\n", "\r\n", "\r", "&|\n"])
def test_separator_and_row_end_are_found_out(separator: str, row_end: str, tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    rows = [["Stok Kodu", "Stok Adı", "Eldeki"], *([f"STK-{n}", "Elektrot 3.25 x 350", str(n)] for n in range(9))]
    path.write_text("".join(separator.join(row) + row_end for row in rows), newline="")
    dialect, _lines = find_dialect(path, Layout())
    assert (dialect.separator, dialect.row_end.replace("\r\n", "\n")) == (separator, row_end.replace("\r\n", "\n"))
    assert [cells for _line, cells in read_delimited(path, dialect, Problems())] == rows


def test_decimal_commas_are_not_taken_for_separators(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("Ambar;Stok;Eldeki;Rezerve\nMerkez;STK-1;100,5;20,5\nMerkez;STK-2;7,25;0,5\n")
    assert find_dialect(path, Layout())[0].separator == ";"


numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)


def spelled(number: Decimal, sign: DecimalSign, grouped: bool) -> str:
    text = f"{number:,.2f}" if grouped else f"{number:.2f}"
    return text if sign is DecimalSign.POINT else text.translate(str.maketrans(",.", ".,"))


@given(st.lists(st.tuples(numbers, st.booleans()), min_size=1), st.sampled_from(DecimalSign))
def test_the_decimal_sign_of_a_file_is_that_of_its_values(
    values: list[tuple[Decimal, bool]], sign: DecimalSign
) -> None:
    evidence, read = NumberEvidence(), number_reader(sign, scale=2)
    for line, (number, grouped) in enumerate(values):
        text = spelled(number, sign, grouped)
        evidence.note(line, text)
        assert Decimal(read(text)) == number
    assert evidence.decide() is sign


@pytest.mark.parametrize(
    ("values", "sign"),
    [
        (["1.234", "5.678"], None),
        (["1.234", "12,5"], DecimalSign.COMMA),
        (["1.234.567"], DecimalSign.COMMA),
        (["1,234.5"], DecimalSign.POINT),
        (["12", "400"], DecimalSign.POINT),
        ([".0000", "33.6442"], DecimalSign.POINT),
        (["0,125"], DecimalSign.COMMA),
        (["1,5", "2.5"], None),
        (["1.5"] * 9 + ["2,5"], DecimalSign.POINT),
    ],
)
def test_evidence_for_a_decimal_sign(values: list[str], sign: DecimalSign | None) -> None:
    evidence = NumberEvidence()
    for line, value in enumerate(values):
        evidence.note(line, value)
    assert evidence.decide() is sign


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("1.234,50", "1234.50"), ("1 234,5", "1234.5"), ("12,5-", "-12.5"), ("+7", "7"), (",5", "0.5"), ("3,", "3")],
)
def test_numbers_as_turkish_programs_write_them(text: str, canonical: str) -> None:
    assert number_reader(DecimalSign.COMMA, scale=3)(text) == canonical


@pytest.mark.parametrize("text", ["", "abc", "12.5", "1,2,3", "1.23.456", "--5", "1e5", "٣", "12 TL", "-", ","])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        number_reader(DecimalSign.COMMA, scale=3)(text)


def test_too_many_decimals_are_rounded_half_up() -> None:
    assert number_reader(DecimalSign.POINT, scale=2)("2.345") == "2.35"


@given(st.lists(st.dates(date(1950, 1, 1), date(2049, 12, 31)), min_size=1), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d"]))
def test_dates_that_can_be_read_in_one_way_are(days: list[date], form: str) -> None:
    evidence = DateEvidence()
    for line, day in enumerate(days):
        evidence.note(line, day.strftime(form))
    decided = evidence.decide()
    assert decided is not None
    assert [date_reader(decided)(day.strftime(form)) for day in days] == days


@given(st.lists(st.dates(date(1950, 1, 1), date(2049, 12, 31)), min_size=1), st.booleans())
def test_one_date_past_the_twelfth_decides_for_all(days: list[date], american: bool) -> None:
    form, evidence = "%m/%d/%Y" if american else "%d/%m/%Y", DateEvidence()
    for line, day in enumerate(days):
        evidence.note(line, day.strftime(form))
    decided = evidence.decide()
    if decided is None:
        assert all(day.day <= 12 for day in days)
    else:
        assert [date_reader(decided)(day.strftime(form)) for day in days] == days


def test_times_and_offsets() -> None:
    read = moment_reader(DateForm.YEAR_FIRST, UTC)
    assert read("2025-08-07 10:01:36.827") == datetime(2025, 8, 7, 10, 1, 36, 827000, UTC)
    assert read("2025-08-07T10:01:36+03:00") == datetime(2025, 8, 7, 7, 1, 36, tzinfo=UTC)
    assert read("20250807") == datetime(2025, 8, 7, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2025-13-01", "31.12.2025", "soon", "2025-02-30", "1025-01-01", "2025-01-01 25:00"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        moment_reader(DateForm.YEAR_FIRST, UTC)(text)


def test_problems_are_counted_all_and_shown_in_part() -> None:
    problems = Problems()
    for line in range(5000):
        problems.add(line, "Miktar", "x" * 500, "is no number")
    assert (len(problems), len(problems.shown), problems.by_column["Miktar"]) == (5000, SHOWN, 5000)
    assert len(problems.shown[0].value) < 100
