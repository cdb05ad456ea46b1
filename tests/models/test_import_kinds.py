"""What each kind of file adds and changes, what it leaves, and the contradictions for which it is refused."""

from pathlib import Path
from types import ModuleType

import pytest
from openpyxl import Workbook

from models.importing.fields import Kind
from models.importing.loading import import_file
from models.importing.profile import Profile, find_profile, parse_profile, shipped_profiles
from models.importing.report import Report, Tally
from models.session import Database
from tests.models.import_files import SYSTEM, changed, contents, count, generate, load

ALL = frozenset({"territory", "product_group", "brand", "price_list", "warehouse"})


def bring(database: Database, kind: str, content: str | Path, folder: Path, **changes: object) -> Report:
    """Import a text with the kind's default mapping, allowed to make what is missing unless told otherwise."""
    path = folder / f"{kind}.csv"
    if isinstance(content, Path):
        path = content
    else:
        path.write_text(content, encoding="utf-8")
    profile = find_profile(Kind(kind), None).revised(**{"create": ALL, **changes})
    with database.transaction(SYSTEM) as db:
        return import_file(db, path, profile)


def reasons(report: Report) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.column, problem.text()) for problem in report.problems.shown]


def test_dealers_with_branches_territories_and_two_systems_keys(system_database: Database, tmp_path: Path) -> None:
    content = (
        "Bayi Kodu,Bayi Adı,Şube,İlçe,İl,Bölge,Satış Bölgesi,Enlem,Boylam,Anahtar\n"
        "B1,Kordon Kaynak,Merkez,Konak,İzmir,Ege,İzmir,38.4192,27.1287,L-1\n"
        "B1,Kordon Kaynak,Depo,Bornova,İzmir,Ege,İzmir,,,L-2\n"
        "B2,Şişli Çelik,,Şişli,İstanbul,Marmara,Avrupa,,,L-3\n"
    )
    report = bring(system_database, "dealers", content, tmp_path, source="logo")
    assert report.loaded, reasons(report)
    assert report.tallies["dealer"] == Tally(2, 0, 0)
    assert report.tallies["branch"] == Tally(3, 0, 0)
    assert report.tallies["external_key"] == Tally(3, 0, 0)
    assert report.tallies["territory"] == Tally(2, 0, 0)
    query = "select count(*) from external_key k join dealer d on d.id = k.record_id and d.code = 'B1'"
    assert count(system_database, query) == 2
    moved = bring(system_database, "dealers", content.replace("Bornova", "Buca"), tmp_path, source="logo")
    assert moved.tallies["branch"] == Tally(0, 1, 2)
    assert moved.tallies["dealer"] == Tally(0, 0, 2)
    empty = bring(system_database, "dealers", "Code,Name\nB1,Kordon Kaynak\n", tmp_path)
    assert empty.tallies["dealer"] == Tally(0, 0, 2 - 1)
    assert count(system_database, "select town from branch where name = 'Depo'") == "Buca"


def test_products_make_their_tree_of_groups_once(system_database: Database, tmp_path: Path) -> None:
    content = (
        "Code;Name;Group;Parent group;Base unit;Brand;Unit;Pack size;Cost;Cost currency\n"
        "E1;Bazik 3,25;Bazik;Elektrod;kg;Anka;kutu;4;310,50;TL\n"
        "E2;Rutil 2,50;Rutil;Elektrod;kg;Anka;kutu;6;;\n"
    )
    assert bring(system_database, "products", content, tmp_path).tallies == {
        "product_group": Tally(3, 0, 0),
        "brand": Tally(1, 0, 0),
        "product": Tally(2, 0, 0),
        "product_cost": Tally(1, 0, 0),
        "external_key": Tally(0, 0, 0),
    }
    again = bring(system_database, "products", content, tmp_path)
    assert all(tally.added == tally.changed == 0 for tally in again.tallies.values())
    assert count(system_database, "select currency from product_cost") == "TRY"
    assert count(system_database, "select count(*) from product_group where parent_id is not null") == 2


def test_accounts_are_known_by_key_tax_number_or_name_and_changes_reach_the_field(
    system_database: Database, world: ModuleType, tmp_path: Path
) -> None:
    content = (
        "Key,Name,Type,Tax number,Phone,Territory\n"
        "C1,Ege Tersane,customer,1234567890,0232 1,{territory}\n"
        "C2,Körfez Vinç,prospect,,0232 2,{territory}\n"
    ).replace("{territory}", str(count(system_database, "select code from territory order by code limit 1")))
    assert bring(system_database, "accounts", content, tmp_path).tallies["account"] == Tally(2, 0, 0)
    by_name = content.replace("C2,", ",").replace("C1,", ",").replace("0232 2", "0232 9")
    assert bring(system_database, "accounts", by_name, tmp_path).tallies["account"] == Tally(0, 1, 1)
    assert count(system_database, "select version from account where name = 'Körfez Vinç'") == 2
    assert count(system_database, "select field_versions ->> 'phone' from account where name = 'Körfez Vinç'") == "2"


def test_roads_lie_between_accounts_however_they_are_named(
    system_database: Database, world: ModuleType, tmp_path: Path
) -> None:
    gemi, kazan = world.ident("account.gemi"), world.ident("account.kazan")
    content = (
        "From;To;Minutes;Km\n"
        f"{gemi};{kazan};40;44,5\n"
        "Kazan Sanayi Ltd. Şti.;GEMİ ONARIM A.Ş.;50;46\n"
        f"{gemi};Vinç ve Çelik Yapı;330;480,2\n"
    )
    assert bring(system_database, "roads", content, tmp_path).tallies["road_leg"] == Tally(2, 1, 0)
    assert bring(system_database, "roads", content, tmp_path).tallies["road_leg"] == Tally(0, 0, 3)
    query = "select minutes from road_leg r join account a on a.id = r.from_account_id where a.name like 'Kazan%'"
    assert count(system_database, query) == 50
    wrong = f"From,To,Minutes,Km\nNobody,{gemi},1,1\n{gemi},{gemi},1,1\n{gemi},{kazan},1,1\n{gemi},{kazan},2,2\n"
    assert reasons(bring(system_database, "roads", wrong, tmp_path)) == [
        (2, "From", "no account is known by this key, tax number or name"),
        (3, "To", "the road leads back to the same account"),
        (5, "Minutes", "the same record has 1 / 1 on line 4"),
    ]


def test_leads_come_with_their_contact_and_are_known_by_number(
    system_database: Database, world: ModuleType, tmp_path: Path
) -> None:
    territory = count(system_database, "select code from territory order by code limit 1")
    content = (
        "Talep No;Tarih;Talep;Firma;Yetkili;Telefon;Satış Bölgesi;Miktar;Birim\n"
        f"W-1;18.09.2026 14:05;Örtülü elektrod;Gemi A.Ş.;Ayşe;0532;{territory};1.250,5;kg\n"
    )
    first = bring(system_database, "leads", content, tmp_path)
    assert first.tallies == {"region": Tally(0, 0, 0), "territory": Tally(0, 0, 0)} | {
        "lead": Tally(1, 0, 0),
        "lead_contact": Tally(1, 0, 0),
    }
    again = bring(system_database, "leads", content.replace("0532", "0533"), tmp_path)
    assert (again.tallies["lead"], again.tallies["lead_contact"]) == (Tally(0, 0, 1), Tally(0, 1, 0))
    assert count(system_database, "select phone from lead_contact where company = 'Gemi A.Ş.'") == "0533"
    assert count(system_database, "select status from lead where number = 'W-1'") == "received"


INVOICES = (
    "Belge No;Tarih;Cari Kodu;Cari Ünvan;VKN;Vergi Dairesi;Adres;Şehir;İlçe;Telefon;Email;Stok Kodu;Stok Adı;Miktar;"
    "Birim;Birim Fiyat;İskonto %;İskonto Tutar;KDV %;KDV Tutar;Tevkifat Oranı;Tevkifat Tutar;Satır Toplam;Lot No;"
    "Seri No;Para Birimi;Döviz Kuru;Genel İskonto;Ara Toplam;Toplam KDV;Toplam Tevkifat;Genel Toplam"
)
LINE = (
    '{no};18.09.2026;B-kordon;Kordon;1;Konak;Adres;İzmir;Konak;0;a@b.c;E7018-325;"Bazik; Özel";{quantity};KUTU;'
    "1.250,50;10;0;20;0;0;0;{amount};;;TL;1;0;{total};0;0;0"
)


def test_the_invoice_columns_of_a_turkish_program_are_orders(
    system_database: Database, world: ModuleType, tmp_path: Path
) -> None:
    rows = [
        INVOICES,
        LINE.format(no="A-1", quantity="4", amount="4.501,80", total="5.627,25"),
        LINE.format(no="A-1", quantity="1", amount="1.125,45", total="5.627,25"),
        LINE.format(no="A-2", quantity="2", amount="2.250,90", total="2.250,90"),
    ]
    path = tmp_path / "fatura.csv"
    path.write_bytes("\r\n".join(rows).encode("windows-1254"))
    report = load(system_database, "orders", path, accept=frozenset({"price_scale"}))
    assert report.loaded, reasons(report)
    assert report.tallies == {"order": Tally(2, 0, 0), "order_line": Tally(3, 0, 0)}
    assert report.decimal_sign == ","
    path.write_bytes("\r\n".join(rows).replace("5.627,25", "5.000,00").encode("windows-1254"))
    wrong = load(system_database, "orders", path)
    assert (2, "Ara Toplam", "the 2 lines of order A-1 add up to 5627.25") in reasons(wrong)


def test_the_real_columns_of_a_turkish_program_are_known(
    system_database: Database, sample_data: Path, tmp_path: Path
) -> None:
    heading = (sample_data / "erp/irsaliye_fatura_kolonlari.csv").read_text(encoding="utf-8").strip()
    assert heading == INVOICES
    empty = bring(system_database, "orders", sample_data / "erp/irsaliye_fatura_kolonlari.csv", tmp_path)
    assert reasons(empty) == [(0, "", "the file holds no rows")]
    bring(system_database, "products", "Code,Name,Group,Base unit,Unit\nSTK-001,Test,Genel,adet,AD\n", tmp_path)
    stock = sample_data / "erp/stok_ambar_semicolon_decimalcomma.csv"
    report = bring(system_database, "stock", stock, tmp_path, constants={"as_of": "2026-09-18"})
    assert report.loaded, reasons(report)
    assert report.sample == [(2, ["Merkez Ambar", "STK-001", "100.5", "5"])]
    assert count(system_database, "select quantity from stock_level") == pytest.approx(100.5)


CONTRADICTIONS = [
    ("dealers", "Code,Name,Territory\nB1,One,X\nB1,Two,X\n", (3, "Name", "the same record has One on line 2")),
    ("dealers", "Code,Name\nB1,One\n", (2, "Territory", "a new record needs a territory")),
    ("dealers", "Name,Territory\nOne,X\n", (2, "Dealer code", "a key or a code is needed")),
    ("products", "Code,Name\nP1,One\n", (2, "Product group", "a new product needs a product group")),
    (
        "products",
        "Code,Name,Group,Base unit,Unit,Pack size\nP1,One,G,kg,box,0\n",
        (2, "Pack size", "must be more than 0"),
    ),
    ("products", "Code,Name,Group,Base unit,Unit,Cost\nP1,A,G,kg,box,5\n", (2, "Cost currency", "a cost needs")),
    (
        "prices",
        "Product,Price,Valid from,Price list,Currency\nE7018-325,1,2026-01-01,L,TRY\nE7018-325,2,2026-01-01,L,TRY\n",
        (3, "Price", "the same product has 1 from the same day on line 2"),
    ),
    (
        "prices",
        "Product,Price,Valid from,Valid until,Price list,Currency\nE7018-325,1,2026-01-02,2026-01-01,L,TRY\n",
        (2, "Valid until", "is before the first day 2026-01-02"),
    ),
    (
        "prices",
        "Product,Price,Valid from,Price list,Currency\nE7018-325,1,2026-01-01,L,TRY\nE7018-325,2,2026-02-01,L,EUR\n",
        (3, "Currency", "the price list L is kept in TRY"),
    ),
    ("prices", "Product,Price,Valid from,Price list,Currency\nX,1,2026-01-01,L,XXY\n", (2, "Currency", "no currency")),
    (
        "stock",
        "Product,Warehouse,Quantity,As of\nE7018-325,gebze,1,2026-09-01\nE7018-325,gebze,2,2026-09-01\n",
        (3, "Quantity", "the same product has 1 in the same warehouse on line 2"),
    ),
    ("stock", "Product,Warehouse,Quantity,As of\nE7018-325,gebze,1,2199-01-01\n", (2, "As of", "lies in the future")),
    (
        "stock",
        "Product,Warehouse,Quantity,As of\nE7018-325,gebze,1.234,2026-09-01\n",
        (2, "", "may have a decimal point or a decimal comma"),
    ),
    (
        "stock",
        "Product,Warehouse,Quantity,As of\nE7018-325,gebze,1,02/03/2026\n",
        (2, "", "the day or the month first"),
    ),
    ("leads", "Number,Date,Wanted,Company\nW1,2026-01-01,Wire,A\n", (2, "Territory", "a new record needs a territory")),
    ("accounts", "Name,Type,Territory\nA,friend,X\n", (2, "Type", "is neither customer nor prospect")),
    ("accounts", "Name,Territory,Latitude,Longitude\nA,X,95,12\n", (2, "Latitude", "are no place on earth")),
]


@pytest.mark.parametrize(("kind", "content", "expected"), CONTRADICTIONS)
def test_a_contradiction_is_refused_with_line_column_and_reason(
    system_database: Database,
    world: ModuleType,
    admin_url: str,
    tmp_path: Path,
    kind: str,
    content: str,
    expected: tuple[int, str, str],
) -> None:
    before = contents(admin_url)
    report = bring(system_database, kind, content, tmp_path)
    line, column, reason = expected
    assert any((a, b) == (line, column) and reason in text for a, b, text in reasons(report)), reasons(report)
    assert not report.loaded
    assert changed(before, contents(admin_url)) == set()


@pytest.mark.parametrize("kind", ["dealers", "products", "prices", "stock"])
def test_nothing_is_made_that_the_mapping_does_not_allow(
    system_database: Database, world: ModuleType, tmp_path: Path, kind: str
) -> None:
    content = {
        "dealers": "Code,Name,Region,Territory\nB9,New,Ege,Nowhere\n",
        "products": "Code,Name,Group,Base unit,Unit\nP9,New,Nothing,kg,box\n",
        "prices": "Product,Price,Valid from,Price list,Currency\nE7018-325,300,2026-01-01,NEW,TRY\n",
        "stock": "Product,Warehouse,Quantity,As of\nE7018-325,moon,1,2026-09-01\n",
    }[kind]
    refused = bring(system_database, kind, content, tmp_path, create=frozenset())
    assert [line for line, _column, _text in reasons(refused)][:1] == [2]
    assert bring(system_database, kind, content, tmp_path, create=ALL).loaded


def dressed(lines: list[str], folder: Path, dress: str) -> Path:
    """The same orders as another program would have written them."""
    rows = [line.split(",") for line in lines]
    path = folder / f"dressed.{dress}"
    if dress == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in rows:
            sheet.append([float(cell) if cell.replace(".", "").isdigit() and "." in cell else cell for cell in row])
        book.save(path)
        return path
    turkish = [[_in_turkish(index, cell) for index, cell in enumerate(row)] for row in rows[1:]]
    text = "&|\n".join("+|".join(row) for row in [rows[0], *turkish]) + "&|\n"
    path.write_bytes(text.encode("utf-16" if dress == "utf16" else "windows-1254"))
    return path


def _in_turkish(index: int, cell: str) -> str:
    if index == 1:
        return ".".join(reversed(cell.split("-")))
    return cell.replace(".", ",") if index > 5 else cell


@pytest.mark.parametrize("dress", ["xlsx", "utf16", "cp1254"])
def test_the_same_orders_in_another_dress_change_nothing(system_database: Database, tmp_path: Path, dress: str) -> None:
    (tmp_path / "files").mkdir()
    folder = generate(tmp_path / "files", orders=12)
    for mapping, name in (
        ("adventureworks-dealers", "pl300/Resellers.csv"),
        ("adventureworks-products", "oltp/Product.csv"),
        ("adventureworks-product-keys", "pl300/Product.csv"),
        ("adventureworks-orders", "pl300/FactResellerSales.csv"),
    ):
        assert load(system_database, mapping, folder / name).loaded
    profile = find_profile(Kind.ORDERS, "adventureworks-orders")
    open_layout = parse_profile("dressed", {**profile.content(), "file": {"null": ["NULL"], "timezone": "UTC"}})
    lines = (folder / "pl300/FactResellerSales.csv").read_text().splitlines()
    with system_database.transaction(SYSTEM) as db:
        report = import_file(db, dressed(lines, tmp_path, dress), open_layout)
    assert report.loaded, (report.layout, reasons(report))
    assert report.tallies == {"order": Tally(0, 0, 12), "order_line": Tally(0, 0, 72)}


@pytest.mark.parametrize("profile", shipped_profiles(), ids=lambda profile: profile.name)
def test_a_mapping_survives_being_written_down(profile: Profile) -> None:
    assert parse_profile(profile.name, profile.content()) == profile
