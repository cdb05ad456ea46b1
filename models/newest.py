"""Pages of the newest rows, quick for every kind of user.

A rep's row policy compares a row's territory with an array. The planner does not know the array: with a quiet
territory it walks the index of the whole company, which took over a second for 1,000,000 rows. So a rep's page is
gathered from one short index scan per territory; everybody else's policy is a single value that the indexes begin with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, Subquery, Uuid, bindparam, column, func, select, true
from sqlalchemy.orm import InstrumentedAttribute

from models.access import Scope
from models.base import Base

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Column = ColumnElement[Any] | InstrumentedAttribute[Any]
Count = int | ColumnElement[int] | None

LIMIT = bindparam("limit", type_=Integer(), literal_execute=True)
OFFSET = bindparam("offset", type_=Integer(), literal_execute=True)
"""Parameters for a page's statement that is built once; a limit of None means all rows.

Literals in the SQL: a plan that is kept for any values would else be made for a tenth of the table instead of 50 rows.
"""


def newest(
    scope: Scope,
    query: Query,
    entity: type[Base],
    by: Column,
    *conditions: ColumnElement[bool],
    limit: Count = LIMIT,
    offset: Count = OFFSET,
    descending: bool = True,
) -> Query:
    """`query`, which selects from `entity`, narrowed to one page and in its order, the largest `by` first."""
    if scope is Scope.DEALER:  # whose rows are few, and lie together in the index: nothing to be gained from ids
        ordered = query.where(*conditions).order_by(*_ordered((by, entity.__table__.c.id), descending))
        return ordered.limit(limit).offset(offset)
    page = newest_ids(scope, entity, by, *conditions, limit=limit, offset=offset, descending=descending)
    keys = (page.c.key, page.c.id)
    return query.join(page, page.c.id == entity.__table__.c.id).order_by(*_ordered(keys, descending))


def newest_ids(
    scope: Scope,
    entity: type[Base],
    by: Column,
    *conditions: ColumnElement[bool],
    limit: Count = LIMIT,
    offset: Count = 0,
    descending: bool = True,
) -> Subquery:
    """The `id` and the `key` (the value of `by`) of one page of the rows that somebody of `scope` sees.

    Two columns only: naming all of an entity's columns twice more costs longer than running the query. The class needs
    a `territory_id` with an index that begins with it and goes on with `by`.
    """
    table = entity.__table__.c
    rows = select(by.label("key"), table.id).where(*conditions).order_by(*_ordered((by, table.id), descending))
    if scope is not Scope.REP:
        return rows.limit(limit).offset(offset).subquery("page")
    held = func.unnest(func.portal_ids("portal.territory_ids")).table_valued(column("id", Uuid()), name="held")
    held = held.render_derived()
    enough = None if limit is None or offset is None else limit + offset
    each = rows.where(table.territory_id == held.c.id).limit(enough).lateral("each")
    merged = select(each.c.key, each.c.id).select_from(held).join(each, true())
    return merged.order_by(*_ordered((each.c.key, each.c.id), descending)).limit(limit).offset(offset).subquery("page")


def _ordered(keys: Sequence[Column], descending: bool) -> list[Any]:
    return [key.desc() if descending else key.asc() for key in keys]
