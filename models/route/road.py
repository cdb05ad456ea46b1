"""What head office knows of the road between two accounts; everything else is guessed from the great circle."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.access import ALL, Access, read, through, write
from models.base import Base, Key
from models.route.travel import Leg, Roads
from models.session import Session

OF_SEEN_ACCOUNTS = f"{through('account', 'from_account_id')} and {through('account', 'to_account_id')}"


class RoadLeg(Base):
    """The way from one account to another as somebody measured it; the way back is a row of its own."""

    __tablename__ = "road_leg"
    __audited__ = False
    __access__ = Access(rep=read(OF_SEEN_ACCOUNTS), manager=read(OF_SEEN_ACCOUNTS), hq=write(ALL))
    __table_args__ = (
        CheckConstraint("minutes between 0 and 1440 and km between 0 and 2000", name="length"),
        CheckConstraint("from_account_id <> to_account_id", name="two_accounts"),
        UniqueConstraint("from_account_id", "to_account_id"),
    )

    id: Mapped[Key]
    from_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    to_account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    minutes: Mapped[int]
    km: Mapped[float]


def read_roads(db: Session, account_ids: Iterable[UUID]) -> Roads:
    """What is known of the roads among these accounts."""
    wanted = list(account_ids)
    query = select(RoadLeg).where(RoadLeg.from_account_id.in_(wanted), RoadLeg.to_account_id.in_(wanted))
    return {(row.from_account_id, row.to_account_id): Leg(row.minutes, row.km) for row in db.scalars(query)}
