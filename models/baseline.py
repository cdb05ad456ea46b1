"""Writes the first migration anew from the mapped classes. Only until the first release; then migrations add up.

Run as `python -m models.baseline`; it needs an empty scratch database of the embedded server.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, text

from models import embedded
from models.migrate import alembic_config
from models.text import FOLD_SQL

REVISION = "0001"
VERSIONS = Path(__file__).with_name("migrations") / "versions"
FUNCTIONS = "    # The generated columns below call these two.\n    op.execute(FOLD_SQL)\n    op.execute(SORT_SQL)\n"


def write_baseline() -> Path:
    """Generate `0001_baseline.py` against an empty database and return its path."""
    for old in VERSIONS.glob("0001_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="baseline-") as folder, embedded.start(Path(folder), fsync=False) as server:
        engine = create_engine(server.admin_url())
        with engine.begin() as connection:
            connection.execute(text(FOLD_SQL))
            command.revision(alembic_config(connection), "baseline", autogenerate=True, rev_id=REVISION)
        engine.dispose()
    (path,) = VERSIONS.glob("0001_*.py")
    source = path.read_text().replace("def upgrade() -> None:\n", f"def upgrade() -> None:\n{FUNCTIONS}", 1)
    path.write_text(source.replace("revision =", "from models.text import FOLD_SQL, SORT_SQL\n\nrevision =", 1))
    return path


if __name__ == "__main__":
    write_baseline()
