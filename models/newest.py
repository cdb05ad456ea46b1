"""Pages of the newest rows, quick for every kind of user.

A rep's row policy compares a row's territory with an array. The planner does not know the array: with a quiet
territory it walks the index of the whole company, which took over a second for 1,000,000 rows. So a rep's page is
gathered from one short index scan per territory; everybody else's policy is a single value that the indexes begin with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Subquery, Uuid, column, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from models.access import Scope
from models.base import Base
from models.session import Session

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def newest(
    db: Session,
    query: Query,
    entity: type[Base],
    by: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
    limit: int | None,
    offset: int = 0,
    descending: bool = True,
) -> Query:
    """`query`, which selects from `entity`, narrowed to one page and in its order, the largest `by` first."""
    page = newest_ids(db, entity, by, *conditions, limit=limit, offset=offset, descending=descending)
    keys = (page.c.key, page.c.id)
    return query.join(page, page.c.id == _column(entity, "id")).order_by(*_ordered(keys, descending))


def newest_ids(
    db: Session,
    entity: type[Base],
    by: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
    limit: int | None,
    offset: int = 0,
    descending: bool = True,
) -> Subquery:
    """The `id` and the `key` (the value of `by`) of one page of the visible rows.

    Two columns only: naming all of an entity's columns twice more costs longer than running the query. The class needs
    a `territory_id` with an index that begins with it and goes on with `by`.
    """
    columns = (by.label("key"), _column(entity, "id"))
    rows = select(*columns).where(*conditions).order_by(*_ordered((by, _column(entity, "id")), descending))
    if db.principal.scope is not Scope.REP:
        return rows.limit(limit).offset(offset).subquery("page")
    held = func.unnest(func.portal_ids("portal.territory_ids")).table_valued(column("id", Uuid()), name="held")
    held = held.render_derived()
    enough = None if limit is None else limit + offset
    each = rows.where(_column(entity, "territory_id") == held.c.id).limit(enough).lateral("each")
    merged = select(each.c.key, each.c.id).select_from(held).join(each, true())
    return merged.order_by(*_ordered((each.c.key, each.c.id), descending)).limit(limit).offset(offset).subquery("page")


def _ordered(keys: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]], descending: bool) -> list[Any]:
    return [key.desc() if descending else key.asc() for key in keys]


def _column(entity: type[Base], name: str) -> InstrumentedAttribute[Any]:
    column: InstrumentedAttribute[Any] = getattr(entity, name)
    return column
