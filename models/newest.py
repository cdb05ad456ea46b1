"""Pages of the newest rows, quick for every kind of user.

A rep's row policy compares a row's territory with an array. The planner does not know the array: with a quiet
territory it walks the index of the whole company, which took over a second for 1,000,000 rows. So a rep's page is
gathered from one short index scan per territory; everybody else's policy is a single value that the indexes begin with.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Uuid, column, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.access import Scope
from models.base import Base
from models.session import Session

Entity = TypeVar("Entity", bound=Base)


def newest(
    db: Session,
    entity: type[Entity],
    by: InstrumentedAttribute[Any],
    *conditions: ColumnElement[bool],
    limit: int | None,
    offset: int = 0,
    descending: bool = True,
) -> type[Entity]:
    """An alias of `entity` that holds only one page of its visible rows, the largest `by` first unless told otherwise.

    Select and join from the alias, and order by it again: a page is small. The class needs a `territory_id` with an
    index that begins with it and goes on with `by`.
    """
    order = [key.desc() if descending else key.asc() for key in (by, _column(entity, "id"))]
    rows = select(entity).where(*conditions).order_by(*order)
    if db.principal.scope is not Scope.REP:
        return aliased(entity, rows.limit(limit).offset(offset).subquery("page"))
    held = func.unnest(func.portal_ids("portal.territory_ids")).table_valued(column("id", Uuid()), name="held")
    held = held.render_derived()
    enough = None if limit is None else limit + offset
    each = rows.where(_column(entity, "territory_id") == held.c.id).limit(enough).lateral("each")
    merged = select(each).select_from(held).join(each, true())
    keys = (each.c[by.key], each.c.id)
    ordered = merged.order_by(*(key.desc() if descending else key.asc() for key in keys))
    return aliased(entity, ordered.limit(limit).offset(offset).subquery("page"))


def _column(entity: type[Base], name: str) -> InstrumentedAttribute[Any]:
    column: InstrumentedAttribute[Any] = getattr(entity, name)
    return column
