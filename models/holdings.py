"""Who holds which territory, by names alone: what lists offer as filters. `models.team` has the whole of it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, or_, select

from models.region import Territory, TerritoryAssignment
from models.session import Session
from models.text import sort_key
from models.user import User


class Holding(NamedTuple):
    """A territory and whoever holds it now, by id and name."""

    territory_id: UUID
    territory: str
    user_id: UUID | None
    user: str | None


def list_holdings(db: Session) -> list[Holding]:
    """The territories that the principal works in, each with its holder. A rep's own came with the session."""
    own = db.info.get("territories")
    if own is not None:
        rep = db.principal.user_id, db.info["user_name"]
        return sorted((Holding(territory_id, name, *rep) for territory_id, name in own), key=_by_name)
    values = {"held": [*db.principal.territory_ids] or None, "region": db.principal.region_id}
    return [Holding._make(row) for row in db.rows(_HOLDINGS, values)]


def _by_name(holding: Holding) -> str:
    return sort_key(holding.territory)


_TERRITORY, _ASSIGNED, _USER = Territory.__table__.c, TerritoryAssignment.__table__.c, User.__table__.c
_HELD, _REGION = bindparam("held", type_=ARRAY(Uuid())), bindparam("region", type_=Uuid())
_HOLDINGS = (
    select(_TERRITORY.id, _TERRITORY.name, _USER.id, _USER.name)
    .select_from(Territory.__table__)
    .outerjoin(
        TerritoryAssignment.__table__,
        and_(_ASSIGNED.territory_id == _TERRITORY.id, _ASSIGNED.held_until.is_(None)),
    )
    .outerjoin(User.__table__, _USER.id == _ASSIGNED.user_id)
    .where(
        or_(_HELD.is_(None), _TERRITORY.id == any_(_HELD)),
        or_(_REGION.is_(None), _TERRITORY.region_id == _REGION),
    )
    .order_by(_TERRITORY.name_sort)
)
