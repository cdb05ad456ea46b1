"""What one part of the demo world tells the next: who and what is there already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from models.account import Account, Contact
from models.base import Base
from models.bulk import Batch
from models.dealer import Dealer
from models.product import Brand, Product, ProductGroup
from models.region import Province, Region, Territory
from models.session import Session
from models.user import User
from portal.demo.calendar import Calendar


@dataclass(frozen=True)
class Scale:
    """How large the world is."""

    dealers: int
    accounts: int


WHOLE, SMALL = Scale(dealers=120, accounts=2_000), Scale(dealers=12, accounts=200)


@dataclass(frozen=True, slots=True)
class Town:
    """A town of a province."""

    name: str
    province_id: UUID
    latitude: float
    longitude: float
    weight: float


@dataclass(slots=True)
class Listed:
    """What a product costs at present on its open list, and what it costs us."""

    currency: str
    price: Decimal
    cost: Decimal


@dataclass(slots=True)
class Shop:
    """A dealer as the other parts need him: how important he is, what he carries, where he is."""

    dealer: Dealer
    rank: str
    plate: str
    town: Town
    place: dict[str, float]
    """Latitude and longitude of the first branch."""
    groups: list[str]
    contacts: list[Contact] = field(default_factory=list)


@dataclass(slots=True)
class Customer:
    """An account as the other parts need it: where it is, how large, and what it truly uses."""

    account: Account
    plate: str
    size: str
    contacts: list[Contact]
    uses: dict[str, float] = field(default_factory=dict)
    """Product group → base units a year."""
    brands: dict[str, dict[str, float]] = field(default_factory=dict)
    """Product group → brand → share, the main brand first."""


@dataclass
class Scene:
    """Everything built so far. Dictionaries are keyed by code, or by id where the name says so."""

    db: Session
    calendar: Calendar
    scale: Scale
    regions: dict[str, Region] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)
    provinces: dict[str, Province] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    towns: dict[str, list[Town]] = field(default_factory=dict)
    groups: dict[str, ProductGroup] = field(default_factory=dict)
    brands: dict[str, Brand] = field(default_factory=dict)
    products: list[Product] = field(default_factory=list)
    listed: dict[UUID, Listed] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    holders: dict[UUID, list[tuple[datetime, User]]] = field(default_factory=dict)
    shops: list[Shop] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)
    shipped: dict[UUID, list[tuple[datetime, Decimal]]] = field(default_factory=dict)
    """By dealer: when he ordered what was shipped to him since, and for how many liras."""

    def add(self, records: Iterable[Base]) -> None:
        """Write records, kind by kind in the order in which the kinds come: what is referred to goes first."""
        batch = Batch()
        batch.put_all(records)
        batch.write(self.db)

    def holder(self, territory_id: UUID, at: datetime) -> User:
        """The rep who held the territory then, the first one for the time before."""
        found = self.holders[territory_id][0][1]
        for since, user in self.holders[territory_id]:
            if since <= at:
                found = user
        return found
