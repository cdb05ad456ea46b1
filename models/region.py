"""Regions, their territories, who holds a territory since when, and the provinces that lie in them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import ALL, Access, Scope, insert, read, update, write
from models.base import Base, Created, Degrees, Key, Named, now
from models.errors import N_, Refused
from models.session import Session
from models.user import User


class Region(Named, Base):
    """A part of the country under one manager."""

    __tablename__ = "region"
    __access__ = Access(dealer=read(ALL), rep=read(ALL), manager=read(ALL), hq=write(ALL))

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)


class Territory(Named, Base):
    """A part of a region that one rep holds at a time."""

    __tablename__ = "territory"
    __table_args__ = (UniqueConstraint("id", "region_id"),)
    __access__ = Access(rep=read(ALL), manager=read(ALL), hq=write(ALL))

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    region_id: Mapped[UUID] = mapped_column(ForeignKey("region.id"), index=True)

    region: Mapped[Region] = relationship()


OF_OWN_REGION = (
    "exists (select 1 from territory t where t.id = territory_assignment.territory_id"
    " and t.region_id = (select portal_id('portal.region_id')))"
)


class TerritoryAssignment(Base):
    """Who held a territory from when until when; the open row says who holds it now."""

    __tablename__ = "territory_assignment"
    __table_args__ = (
        Index("uq_territory_assignment_open", "territory_id", unique=True, postgresql_where=text("held_until is null")),
        CheckConstraint("held_until > held_from", name="period"),
    )
    __access__ = Access(rep=read(ALL), manager=read(ALL) + insert(OF_OWN_REGION) + update(OF_OWN_REGION), hq=write(ALL))

    id: Mapped[Key]
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user.id"), index=True)
    held_from: Mapped[Created]
    held_until: Mapped[datetime | None]

    territory: Mapped[Territory] = relationship()
    user: Mapped[User] = relationship()


class Province(Named, Base):
    """A province of the country: where a lead without coordinates is, and which territory it falls to."""

    __tablename__ = "province"
    __table_args__ = (
        ForeignKeyConstraint(
            ["territory_id", "region_id"], ["territory.id", "territory.region_id"], onupdate="CASCADE"
        ),
    )
    __access__ = Access(dealer=read(ALL), rep=read(ALL), manager=read(ALL), hq=write(ALL))

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(unique=True)
    territory_id: Mapped[UUID] = mapped_column(index=True)
    region_id: Mapped[UUID] = mapped_column(index=True)
    latitude: Mapped[Degrees | None]
    longitude: Mapped[Degrees | None]


def assign_territory(db: Session, territory: Territory, user: User, at: datetime | None = None) -> TerritoryAssignment:
    """Give a territory to a rep from `at` (now by default) on, ending whoever held it before."""
    at = at or now()
    holding = db.scalar(
        select(TerritoryAssignment).where(
            TerritoryAssignment.territory_id == territory.id, TerritoryAssignment.held_until.is_(None)
        )
    )
    if holding is not None:
        if holding.user_id == user.id:
            return holding
        holding.held_until = at
        db.flush()
    assignment = TerritoryAssignment(territory_id=territory.id, user_id=user.id, held_from=at)
    db.add(assignment)
    return assignment


def list_reach(db: Session) -> dict[UUID, UUID]:
    """The territories in which the principal may write, each with its region: a rep's own, the region's, or all."""
    principal, query = db.principal, select(Territory.id, Territory.region_id)
    if principal.scope is Scope.REP:
        query = query.where(Territory.id.in_(principal.territory_ids))
    elif principal.region_id is not None:
        query = query.where(Territory.region_id == principal.region_id)
    return {row.id: row.region_id for row in db.execute(query)}


def region_by_code(db: Session, code: str) -> Region:
    """The region with this code. Refused, and not NotFound, because somebody typed it."""
    region = db.scalar(select(Region).where(Region.code == code.strip()))
    if region is None:
        raise Refused(N_("There is no region with the code %(code)s."), code=code)
    return region


def list_provinces(db: Session) -> list[Province]:
    """All provinces, by name."""
    return list(db.scalars(select(Province).order_by(Province.name_sort)))
