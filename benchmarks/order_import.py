"""Order import, with audit and feed at work, against COPY and INSERT … SELECT of the same rows without triggers.

Both write the same rows into the same constrained tables and commit. Memory is the peak of the importing process alone.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, text

from benchmarks.measure import Result, milliseconds
from models import embedded
from models.access import Principal
from models.importing.fields import Kind
from models.importing.loading import import_file
from models.importing.profile import Profile, find_profile
from models.migrate import migrate
from models.secrets_file import load_secrets
from models.session import Database
from models.tables import metadata

DATABASE = "portal"
DEALERS, PRODUCTS, ORDERS, LINES_PER_ORDER = 701, 504, 3_616, 16
SLOWER, MORE_MEMORY = 6.0, 1.1
ROUNDS, WARM_UP = 5, 1
TABLES = ("order", "order_line", "order_status", "external_key")
"""What the import of orders writes, parents first."""


@dataclass(frozen=True)
class Place:
    """An embedded database that knows the dealers, products and prices, and the files beside it."""

    folder: Path
    admin_url: str
    jobs_url: str

    def load(self, kind: Kind, file: Path) -> None:
        """Import a file as the command line does."""
        database = Database(self.jobs_url)
        with database.transaction(Principal.system("benchmark")) as db:
            report = import_file(db, file, mapping(kind))
        database.close()
        if not report.loaded:
            raise RuntimeError(f"{file} was refused: {report.problems.shown[:3]} {report.doubts[:3]}")


def mapping(kind: Kind) -> Profile:
    """The kind's default mapping, allowed to make what is missing."""
    return find_profile(kind, None).revised(create=frozenset({"territory", "product_group", "price_list"}))


def run() -> list[Result]:
    """The time of 57,856 lines, and the memory of ten times as many."""
    with place() as built:
        orders = _write_orders(built.folder / "orders.csv", ORDERS)
        rows = _final_rows(built, orders)
        times: dict[str, list[float]] = {"ours": [], "floor": []}
        for round_ in range(WARM_UP + ROUNDS):
            for name, action in (
                ("ours", lambda: built.load(Kind.ORDERS, orders)),
                ("floor", lambda: _bare(built, rows)),
            ):
                _clear(built, triggers=name == "ours")
                taken = milliseconds(action)
                if round_ >= WARM_UP:
                    times[name].append(taken)
        lines = f"{ORDERS * LINES_PER_ORDER:,}"
        return [
            Result(f"order import, {lines} lines", median(times["ours"]), median(times["floor"]), SLOWER),
            _memory(built, orders),
        ]


@contextmanager
def place() -> Iterator[Place]:
    """Build the database in a folder of its own and remove it afterwards."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with embedded.start(folder) as server:
            secrets = load_secrets(folder)
            engine = create_engine(server.admin_url(), isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"create database {DATABASE}"))
            engine.dispose()
            migrate(server.admin_url(DATABASE), secrets)
            jobs = server.url(f"{DATABASE}_jobs", secrets.jobs_password, DATABASE)
            built = Place(folder, server.admin_url(DATABASE), jobs)
            _write_catalogue(built)
            yield built


def _write_catalogue(built: Place) -> None:
    files = {
        Kind.DEALERS: ["Dealer code,Dealer name,Town,Region,Territory"]
        + [f"D{n},Dealer {n},Town {n},Region {n % 7},Territory {n % 60}" for n in range(DEALERS)],
        Kind.PRODUCTS: ["Product code,Product name,Product group,Base unit,Unit"]
        + [f"P{n},Product {n},Group {n % 20},kg,box" for n in range(PRODUCTS)],
        Kind.PRICES: ["Product code,Price,Valid from,Price list,Currency"]
        + [f"P{n},{_price(n)},2020-01-01,LIST,TRY" for n in range(PRODUCTS)],
    }
    for kind, lines in files.items():
        file = built.folder / f"{kind}.csv"
        file.write_text("\n".join(lines) + "\n")
        built.load(kind, file)


def _price(product: int) -> str:
    return f"{10 + product * 37 % 4000}.{product % 100:02}"


def _write_orders(file: Path, orders: int) -> Path:
    with file.open("w") as target:
        target.write("Order number,Order date,Dealer code,Currency,Line,Product code,Quantity,Unit price,Amount\n")
        for order in range(orders):
            day = f"2026-{1 + order % 12:02}-{1 + order % 28:02}"
            for line in range(LINES_PER_ORDER):
                product, quantity = (order * 31 + line * 7) % PRODUCTS, 1 + (order + line) % 9
                price = _price(product)
                cents = int(price.replace(".", "")) * quantity
                target.write(
                    f"SO{order},{day},D{order % DEALERS},TRY,{line + 1},P{product},{quantity},{price},"
                    f"{cents // 100}.{cents % 100:02}\n"
                )
    return file


def _final_rows(built: Place, orders: Path) -> dict[str, Path]:
    """The rows as the import writes them, in COPY's own format: the floor neither reads CSV nor looks anything up."""
    built.load(Kind.ORDERS, orders)
    kept = {}
    with psycopg.connect(_plain(built.admin_url)) as connection, connection.cursor() as cursor:
        for table in TABLES:
            kept[table] = built.folder / f"{table}.copy"
            chosen = sql.SQL(" where kind = 'order'" if table == "external_key" else "")
            query = sql.SQL("copy (select {} from {}{}) to stdout").format(
                _columns(table), sql.Identifier(table), chosen
            )
            with cursor.copy(query) as copy, kept[table].open("wb") as target:
                target.writelines(bytes(block) for block in copy)
    return kept


def _bare(built: Place, rows: dict[str, Path]) -> None:
    with psycopg.connect(_plain(built.admin_url)) as connection, connection.cursor() as cursor:
        for table, file in rows.items():
            names = {
                "table": sql.Identifier(table),
                "staged": sql.Identifier(f"staged_{table}"),
                "columns": _columns(table),
            }
            cursor.execute(
                sql.SQL("create temp table {staged} on commit drop as select {columns} from {table} limit 0").format(
                    **names
                )
            )
            with cursor.copy(sql.SQL("copy {staged} from stdin").format(**names)) as copy, file.open("rb") as source:
                while block := source.read(1 << 17):
                    copy.write(block)
            cursor.execute(sql.SQL("insert into {table} ({columns}) select * from {staged}").format(**names))


def _columns(table: str) -> sql.Composed:
    """All columns but those that the database computes."""
    columns = metadata.tables[table].columns
    return sql.SQL(", ").join(sql.Identifier(column.name) for column in columns if column.computed is None)


def _clear(built: Place, *, triggers: bool) -> None:
    """Forget the orders, and turn the triggers of ours off or on; foreign keys stay in force."""
    switch = "enable" if triggers else "disable"
    engine = create_engine(built.admin_url)
    with engine.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text('truncate "order", order_line, order_status, shipment, shipment_line, event'))
        connection.execute(text("delete from external_key where kind = 'order'"))
        for table in TABLES:
            connection.execute(text(f'alter table "{table}" {switch} trigger user'))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze external_key"))
        connection.execute(text("checkpoint"))
    engine.dispose()


def _memory(built: Place, orders: Path) -> Result:
    """The peak memory of the importing process, for the file and for one of ten times the orders."""
    large = _write_orders(built.folder / "large.csv", ORDERS * 10)
    peaks = []
    for file in (orders, large):
        _clear(built, triggers=True)
        command = [sys.executable, "-m", "benchmarks.order_import", built.jobs_url, str(file)]
        peaks.append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return Result("order import, peak memory of ten times the file", peaks[1], peaks[0], MORE_MEMORY, unit="MB")


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql", 1)


def main() -> None:
    """Import one file in a process of its own and print the peak of its memory in MB."""
    url, file = sys.argv[1:]
    Place(Path(file).parent, "", url).load(Kind.ORDERS, Path(file))
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.1f}\n")


if __name__ == "__main__":
    main()
