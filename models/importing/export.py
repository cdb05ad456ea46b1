"""Write what can be imported, so that the file, imported again, changes nothing."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import text

from models.importing.fields import Field, Kind, field_of
from models.session import Session

_FOLDER = Path(__file__).parent / "sql" / "export"
_AT_ONCE = 1000


def export_rows(db: Session, kind: Kind) -> tuple[list[Field], Iterator[Sequence[Any]]]:
    """The fields of a kind that are written, and the rows that this principal may see, a thousand in memory at a time.

    Their labels, untranslated, are headings that the kind's default mapping understands.
    """
    statement = text((_FOLDER / f"{kind}.sql").read_text(encoding="utf-8"))
    result = db.execute(statement, execution_options={"yield_per": _AT_ONCE})
    return [field_of(kind, name) for name in tuple(result.keys())], (tuple(map(_plain, row)) for row in result)


def _plain(value: Any) -> Any:
    """A number that can be read in one way only: 1.234 might be a thousand and more, 1.2340 is not."""
    if not isinstance(value, Decimal):
        return value
    decimals = -int(value.normalize().as_tuple().exponent)
    return value.quantize(Decimal(1).scaleb(-(4 if decimals == 3 else max(decimals, 0))))
