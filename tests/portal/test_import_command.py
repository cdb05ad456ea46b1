"""`portal import` and `portal export`: what people read in a terminal, and that files go round without a change."""

from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from models.importing.fields import Kind
from models.session import Database
from portal.cli import main
from tests.models.import_files import changed, contents, count, generate, wide
from tests.postgres import Postgres


@pytest.fixture
def portal(postgres: Postgres, database_name: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line on this test's database."""
    monkeypatch.setenv("DATABASE_URL", postgres.admin_url(database_name))
    monkeypatch.setenv("PORTAL_DATA_DIR", str(postgres.folder))
    return CliRunner()


def run(portal: CliRunner, *arguments: object) -> Result:
    return portal.invoke(main, [str(argument) for argument in arguments])


def test_somebody_loads_the_stock_of_a_turkish_program(
    portal: CliRunner, world: ModuleType, system_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "stok_listesi.csv"
    file.write_bytes(
        "Ambar Adı;Stok Kodu;Stok Adı;Birim;Eldeki;Rezerve;Sipariş;Kullanılabilir\r\n"
        'Gebze;E7018-325;"Bazik; Özel";KUTU;1.100,5;20;5;80,5\r\n'
        "TOPLAM;;;;1.100,5;20;5;80,5\r\n".encode("windows-1254")
    )
    refused = run(portal, "import", "stock", file)
    assert refused.exit_code == 1
    assert "line 3, Stok Kodu: is empty but needed" in refused.output
    assert "Refused: nothing was changed." in refused.output

    mapping = tmp_path / "logo.toml"
    mapping.write_text('kind = "stock"\nsource = "logo"\n[file]\nskip_words = ["Toplam"]\n', encoding="utf-8")
    loaded = run(portal, "import", "stock", file, "--mapping", mapping, "--set", "as_of=2026-09-18")
    assert loaded.exit_code == 0, loaded.output
    assert "encoding 'windows-1254'" in loaded.output
    assert "separator ';'" in loaded.output
    assert "decimal sign ','" in loaded.output
    assert "skipped  lines 3" in loaded.output
    assert count(system_database, "select quantity from stock_level") == pytest.approx(1100.5)
    assert count(system_database, "select source from stock_level") == "logo"
    assert count(system_database, "select status from import_run where file_name = 'stok_listesi.csv'") == "loaded"


def test_a_dry_run_says_what_would_happen_and_does_not(
    portal: CliRunner, system_database: Database, tmp_path: Path
) -> None:
    files = generate(tmp_path)
    arguments = ("import", "dealers", files / "pl300/Resellers.csv", "--mapping", "adventureworks-dealers")
    dry = run(portal, *arguments, "--dry-run")
    assert "Nothing was changed: this was a dry run." in dry.output
    assert count(system_database, "select count(*) from dealer") == 0
    assert "Loaded." in run(portal, *arguments).output
    assert count(system_database, "select count(*) from dealer") == 12


def test_a_doubt_is_shown_and_may_be_accepted(portal: CliRunner, world: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    file.write_text("Product code,Warehouse,Quantity,As of\nE7018-325,gebze,5,2001-01-01\n")
    refused = run(portal, "import", "stock", file)
    assert "Doubt older, 1 rows (refused unless you say --accept older):" in refused.output
    assert "Loaded." in run(portal, "import", "stock", file, "--accept", "older").output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--mapping", "nonsense"), "There is no mapping “nonsense”. There are: stock, adventureworks-stock."),
        (("--mapping", "adventureworks-orders"), "is for orders, not for stock"),
        (("--set", "weight=3"), "fields that stock do not have: weight"),
        (("--set", "nothing"), "is not of the form field=value"),
        (("--set", "quantity=some"), "The file lacks the columns: Product code"),
    ],
)
def test_a_wrong_order_is_one_sentence(
    portal: CliRunner, tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    file = tmp_path / "stock.csv"
    file.write_text("Code,Level\nx,1\n")
    result = run(portal, "import", "stock", file, *arguments)
    assert result.exit_code != 0
    assert says in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 ...", b"PK\x03\x04 no workbook", b"\xd0\xcf\x11\xe0 old excel"])
def test_what_is_no_table_is_named(portal: CliRunner, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "stock.csv"
    file.write_bytes(content)
    result = run(portal, "import", "stock", file)
    assert result.exit_code == 1
    assert "The file is empty." in result.output or "Only CSV and XLSX files can be imported." in result.output


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_of_thousands_of_columns_is_named(portal: CliRunner, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"stock.{ending}"
    file.write_bytes(wide(5000, ending))
    result = run(portal, "import", "stock", file)
    assert result.exit_code == 1
    assert "has 5000 columns; a file may have 300." in result.output


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_exported_changes_nothing_when_imported_again(
    portal: CliRunner, world: ModuleType, admin_url: str, tmp_path: Path, kind: Kind, ending: str
) -> None:
    with create_engine(admin_url, poolclass=NullPool).begin() as db:  # as they come in, which no file writes so exactly
        db.exec_driver_sql("update lead set received_at = received_at + interval '654321 microseconds'")
    file = tmp_path / f"{kind}.{ending}"
    exported = run(portal, "export", kind, file)
    assert exported.exit_code == 0, exported.output
    before = contents(admin_url)
    imported = run(portal, "import", kind, file)
    assert imported.exit_code == 0, imported.output
    assert changed(before, contents(admin_url)) == {"import_run"}, imported.output


def test_an_export_never_overwrites(portal: CliRunner, world: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "stock.csv"
    assert run(portal, "export", "stock", file).exit_code == 0
    assert "exists already" in run(portal, "export", "stock", file).output
    assert "end the name with .csv or .xlsx" in run(portal, "export", "stock", tmp_path / "stock.pdf").output
