"""The database's rights are exactly what the code declares."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from models import policies
from models.tables import mapped_classes


@pytest.fixture
def owner(admin_url: str) -> Iterator[Connection]:
    """A connection that acts as the tables' owner and leaves no trace."""
    engine: Engine = create_engine(admin_url)
    with engine.connect() as connection:
        connection.execute(text("select set_config('role', 'portal_owner', true)"))
        yield connection
        connection.rollback()
    engine.dispose()


def test_the_database_holds_the_declared_rights(owner: Connection) -> None:
    before = policies.snapshot(owner)
    policies.render(owner, "portal")
    assert policies.snapshot(owner) == before


@pytest.mark.parametrize(
    "drift",
    [
        "create policy generous on visit for select to portal_dealer using (true)",
        "alter policy dealer_select on dealer using (true)",
        "grant select on visit to portal_dealer",
        "alter table dealer disable row level security",
        "drop trigger audit_changed on dealer",
        "grant execute on function audit_created() to public",
    ],
)
def test_a_right_that_nobody_declared_is_noticed(owner: Connection, drift: str) -> None:
    declared = policies.snapshot(owner)
    owner.exec_driver_sql(drift)
    assert policies.snapshot(owner) != declared
    policies.render(owner, "portal")


def test_every_table_is_declared_and_guarded(owner: Connection) -> None:
    tables = policies.snapshot(owner)["tables"]
    declared = {str(mapped.__tablename__) for mapped in mapped_classes()}
    assert {name for name, *_ in tables} == declared | {"alembic_version"}
    for name, guarded, forced, table_owner in tables:
        assert guarded == (name != "alembic_version"), name
        assert not forced, name
        assert table_owner == "portal_owner", name


def test_nothing_belongs_to_a_superuser(owner: Connection) -> None:
    query = text(
        "select relname from pg_class c join pg_roles r on r.oid = c.relowner"
        " where relnamespace = 'public'::regnamespace and r.rolsuper"
        " union all select proname from pg_proc p join pg_roles r on r.oid = p.proowner"
        " where pronamespace = 'public'::regnamespace and r.rolsuper"
    )
    assert owner.execute(query).all() == []


def test_definer_functions_pin_their_search_path(owner: Connection) -> None:
    query = text(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
        " and not coalesce('search_path=public, pg_temp' = any(proconfig), false)"
    )
    assert owner.execute(query).all() == []


def test_a_class_without_access_is_refused() -> None:
    for mapped in mapped_classes():
        assert "__access__" in vars(mapped), f"{mapped.__name__} does not say who may see its rows"
