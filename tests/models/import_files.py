"""Small files for the tests of imports, in the shapes of the real ones, and what a database holds in short."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

from openpyxl import Workbook
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from models.access import Principal
from models.importing.fields import Kind
from models.importing.loading import import_file
from models.importing.profile import find_profile, parse_profile
from models.importing.report import Report
from models.session import Database

SYSTEM = Principal.system("test of imports")
ADVENTUREWORKS = (
    ("adventureworks-dealers", "pl300/Resellers.csv"),
    ("adventureworks-products", "oltp/Product.csv"),
    ("adventureworks-product-keys", "pl300/Product.csv"),
    ("adventureworks-prices", "oltp/ProductListPriceHistory.csv"),
    ("adventureworks-stock", "oltp/ProductInventory.csv"),
    ("adventureworks-orders", "pl300/FactResellerSales.csv"),
)
"""Mapping and file, in the order in which one needs the other."""

KINDS = {profile: Kind(profile.split("-")[1]) for profile, _file in ADVENTUREWORKS if "keys" not in profile}
KINDS["adventureworks-product-keys"] = Kind.PRODUCTS


def load(database: Database, mapping: str, path: Path, **options: object) -> Report:
    """Import a file as the command line does."""
    kind = KINDS.get(mapping) or Kind(mapping)
    constants = options.pop("constants", {})
    profile = find_profile(kind, mapping).with_constants(**constants)  # type: ignore[arg-type]
    with database.transaction(SYSTEM) as db:
        return import_file(db, path, profile, **options)  # type: ignore[arg-type]


def wide(columns: int, ending: str) -> bytes:
    """A file of many columns with two rows, as a program writes that separates by something that stands everywhere."""
    heads, file = ["Tutar"] * columns, io.BytesIO()
    if ending == "csv":
        return (",".join(heads) + "\n" + ",".join("1" * columns) + "\n").encode()
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(heads)
    sheet.append([1] * columns)
    book.save(file)
    return file.getvalue()


def contents(admin_url: str) -> dict[str, tuple[int, str]]:
    """Rows and checksum of every table: what must not change when a file is refused."""
    engine = create_engine(admin_url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
        query = "select count(*), coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') from \"{}\" t"
        return {name: tuple(connection.execute(text(query.format(name))).one()) for name in tables}


def changed(before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]]) -> set[str]:
    """The tables that differ."""
    return {name for name in after if after[name] != before[name]}


def count(database: Database, query: str) -> object:
    """One value, as the system sees it."""
    with database.open(SYSTEM) as db:
        return db.scalar(text(query))


def edited(path: Path, folder: Path, edit: Callable[[list[str]], list[str]]) -> Path:
    """A copy of a file with its lines changed."""
    copy = folder / path.name
    lines = path.read_text(encoding="utf-8").splitlines()
    copy.write_text("\n".join(edit(lines)) + "\n", encoding="utf-8")
    return copy


def generate(folder: Path, *, dealers: int = 12, products: int = 20, orders: int = 40) -> Path:
    """The AdventureWorks files again, invented: the same headings, dialects, keys and oddities, in small."""
    dice = Random(7)
    (folder / "pl300").mkdir()
    (folder / "oltp").mkdir()
    prices = {number: Decimal(dice.randint(900, 400000)) / 100 for number in range(1, products + 1)}
    names = {number: f'Weld Torch "{number}", {number % 5}' for number in prices}
    write = {
        "pl300/Resellers.csv": _resellers(dealers),
        "oltp/Product.csv": [_product(number, names[number], price) for number, price in prices.items()],
        "pl300/Product.csv": _versions(names, prices),
        "oltp/ProductListPriceHistory.csv": [
            f"{number}\t2022-05-30 00:00:00.000\t{end}\t{price * factor:.4f}\t2023-05-29 00:00:00.000"
            for number, price in prices.items()
            for end, factor in (("2023-05-29 00:00:00.000", Decimal("0.97")),)
        ],
        "oltp/ProductInventory.csv": [
            f"{number}\t{place}\tA\t{place}\t{dice.randint(1, 900)}\tguid\t2025-08-07 00:00:00.000"
            for number in prices
            for place in (1, 6, 50)
        ],
        "pl300/FactResellerSales.csv": _sales(dice, prices, dealers, orders),
    }
    for name, lines in write.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _resellers(dealers: int) -> list[str]:
    rows = [f"{n},Warehouse,Same Name Store,Town {n},State {n % 4},Country {n % 2}" for n in range(1, dealers + 1)]
    return ["ResellerKey,BusinessType,ResellerName,City,StateProvinceName,Country_Region", *rows]


def _product(number: int, name: str, price: Decimal) -> str:
    # Tab-separated files quote nothing unless a quote is at hand: then the whole cell.
    quoted = '"' + name.replace('"', '""') + '"'
    cost = f"{price * Decimal('0.6'):.4f}".removeprefix("0") if number % 4 else ".0000"
    return "\t".join([str(number), quoted, f"WT-{number:04}", "1", "1", "Red", "100", "75", cost, "0", *[""] * 15])


def _versions(names: dict[int, str], prices: dict[int, Decimal]) -> list[str]:
    heading = "ProductKey,Product,StandardCost,Color,Subcategory,EnglishProductCategoryName"
    rows = []
    for number, name in names.items():
        quoted = '"' + name.replace('"', '""') + '"'
        for version in range(1 + number % 2):
            rows.append(f"{number * 10 + version},{quoted},{prices[number] * Decimal('0.6'):.2f},Red,Torches,Guns")
    return [heading, *rows]


def _sales(dice: Random, prices: dict[int, Decimal], dealers: int, orders: int) -> list[str]:
    rows = [
        "SalesOrderNumber,OrderDate,ProductKey,ResellerKey,EmployeeKey,SalesTerritoryKey,OrderQuantity,UnitPrice,"
        "TotalProductCost,SalesAmount,StandardCost"
    ]
    for order in range(orders):
        dealer, day = dice.randint(1, dealers), f"2019-{1 + order % 12:02}-{1 + order % 28:02}"
        for product in dice.sample(sorted(prices), 6):
            quantity, price = dice.randint(1, 9), (prices[product] * Decimal("0.58")).quantize(Decimal("0.01"))
            rows.append(
                f"SO{order:05},{day},{product * 10},{dealer},285,5,{quantity},{price},NULL,{quantity * price},1.23"
            )
    return rows


__all__ = ["ADVENTUREWORKS", "changed", "contents", "count", "edited", "generate", "load", "parse_profile"]
