"""Nobody adds, changes or removes a row under somebody else's parent, for every table, role and command."""

from types import ModuleType
from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import ProgrammingError

from models.access import Principal
from models.session import Database
from models.tables import mapped_classes, metadata
from tests import world as cast

CLASSES = {str(mapped.__tablename__): mapped for mapped in mapped_classes()}

ADDED_UNSEEN = {
    "outbox_mail": set(cast.EMAILS),
    "invitation": {"ayse", "mehmet"},
    "notice": {"filiz", "gokhan"},
}
"""Tables to which people add rows that they cannot read: mail to others, an invitation of their own dealer's staff, a
notice to a rep of another region."""


def foreign_rows(name: str) -> list[tuple[str, UUID]]:
    """The rows that `name` must not see."""
    return [(table, row_id) for table, row_id, audience in cast.audiences() if name not in audience]


def affected(database: Database, principal: Principal, statement: str, row_id: UUID) -> int:
    """How many rows a statement touches; a missing right is no row."""
    with database.open(principal) as db:
        try:
            return db.connection().execute(text(statement), {"id": row_id}).rowcount
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", "") != "42501":
                raise
            return 0


@pytest.mark.parametrize("name", list(cast.EMAILS))
def test_nobody_changes_or_removes_a_row_they_cannot_see(database: Database, world: ModuleType, name: str) -> None:
    principal = world.principals()[name]
    for table, row_id in foreign_rows(name):
        key = cast.key_of(table)
        update = f'update "{table}" set {key} = {key} where {key} = :id'  # noqa: S608 - the names of our own tables
        delete = f'delete from "{table}" where {key} = :id'  # noqa: S608
        assert affected(database, principal, update, row_id) == 0, (table, "update")
        assert affected(database, principal, delete, row_id) == 0, (table, "delete")


@pytest.mark.parametrize("name", list(cast.EMAILS))
def test_nobody_adds_a_row_under_a_foreign_parent(
    database: Database, system_database: Database, world: ModuleType, name: str
) -> None:
    principal = world.principals()[name]
    for table, row_id in foreign_rows(name):
        if name in ADDED_UNSEEN.get(table, ()):
            continue
        mapped = CLASSES[table]
        with system_database.open(Principal.system("read what to copy")) as db:
            row = db.get_one(mapped, row_id)
            values = {c.name: getattr(row, c.key) for c in mapped.__table__.columns if c.computed is None}
        key = cast.key_of(table)
        if not mapped.__table__.c[key].foreign_keys:
            values[key] = cast.ident(f"copy of {row_id}")
        with database.open(principal) as db, pytest.raises(ProgrammingError, match=r"denied|row-level security"):
            db.execute(insert(metadata.tables[table]), values)
