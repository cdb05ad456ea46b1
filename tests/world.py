"""The cast: two regions, three territories, two dealers, one person of each kind, and at least one row in every table.

Each row says who may see it. The visibility tests compare exactly that with what each person's session returns, so a
new table needs a row here. Ids follow from names: every test process knows them without asking the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from models.access import Principal, Role
from models.base import Base
from models.session import Session
from models.tables import metadata

KEPT_BY_THE_DATABASE = {"event", "sync_epoch", "bucket", "feed", "feed_pending", "feed_tx"}
"""Tables that only triggers write; who reads them is tested where they are."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PASSWORD = "demo-portal"

Audience = frozenset[str]
Row = tuple[Base, Audience]
Place = Mapping[str, Any]


def ident(name: str) -> UUID:
    """The id of the row called `name`, such as `dealer.kordon`."""
    return uuid5(NAMESPACE_URL, name)


def _people(names: str) -> Audience:
    return frozenset(names.split())


# ayse owns dealer Kordon (izmir, ege), where mehmet works; burak owns dealer Boğaz (istanbul, marmara).
# cem is the rep of izmir, deniz of manisa (both ege), ece of istanbul; filiz manages ege, gokhan marmara; hale is hq.
DEALERS = _people("ayse mehmet burak")
INTERNAL = _people("cem deniz ece filiz gokhan hale")
EVERYBODY = DEALERS | INTERNAL
NOBODY: Audience = frozenset()
HQ = _people("hale")
KORDON_FIELD = _people("cem filiz hale")
BOGAZ_FIELD = _people("ece gokhan hale")
MANISA_FIELD = _people("deniz filiz hale")
KORDON = _people("ayse mehmet") | KORDON_FIELD
BOGAZ = _people("burak") | BOGAZ_FIELD

EMAILS = {
    "ayse": "dealer@example.com",
    "mehmet": "staff@example.com",
    "burak": "dealer2@example.com",
    "cem": "rep@example.com",
    "deniz": "rep2@example.com",
    "ece": "rep3@example.com",
    "filiz": "manager@example.com",
    "gokhan": "manager2@example.com",
    "hale": "hq@example.com",
}


@cache
def principals() -> dict[str, Principal]:
    """Everybody's principal, as `resume_session` would describe it."""
    kordon, bogaz = ident("dealer.kordon"), ident("dealer.bogaz")
    ege, marmara = ident("region.ege"), ident("region.marmara")

    def rep(name: str, region: UUID, territory: str) -> Principal:
        held = (ident(f"territory.{territory}"),)
        return Principal.of(Role.REP, ident(f"user.{name}"), region_id=region, territory_ids=held)

    return {
        "ayse": Principal.of(Role.DEALER_OWNER, ident("user.ayse"), dealer_id=kordon),
        "mehmet": Principal.of(Role.DEALER_STAFF, ident("user.mehmet"), dealer_id=kordon),
        "burak": Principal.of(Role.DEALER_OWNER, ident("user.burak"), dealer_id=bogaz),
        "cem": rep("cem", ege, "izmir"),
        "deniz": rep("deniz", ege, "manisa"),
        "ece": rep("ece", marmara, "istanbul"),
        "filiz": Principal.of(Role.MANAGER, ident("user.filiz"), region_id=ege),
        "gokhan": Principal.of(Role.MANAGER, ident("user.gokhan"), region_id=marmara),
        "hale": Principal.of(Role.HQ, ident("user.hale")),
    }


def rows() -> list[Row]:
    """Every row of the cast with the people who may see it, parents first."""
    from tests import world_desk, world_field, world_people, world_sync

    return [*world_people.rows(), *world_desk.rows(), *world_field.rows(), *world_sync.rows()]


def build(db: Session) -> None:
    """Add the cast to an empty database."""
    for row, _ in rows():
        db.add(row)
        db.flush()


def audiences() -> Iterator[tuple[str, UUID, Audience]]:
    """(table, id, who sees it) of every row."""
    for row, audience in rows():
        yield str(row.__tablename__), getattr(row, key_of(str(row.__tablename__))), audience


def key_of(table: str) -> str:
    """The one column that names a row of `table`."""
    (column,) = metadata.tables[table].primary_key.columns
    return column.name


def days(count: float) -> timedelta:
    """A number of days."""
    return timedelta(days=count)


def amount(value: str) -> Decimal:
    """A decimal written as text."""
    return Decimal(value)
