"""The people and records of the sync tests: two reps of one region, their manager, and what they start with."""

from dataclasses import dataclass
from uuid import UUID

from models.access import Principal, Role
from models.account import Account, Contact
from models.base import new_id
from models.product import Brand, Product, ProductGroup
from models.region import Region, Territory, assign_territory
from models.session import Database, Session
from models.user import User
from models.user.sign_in import set_password

SYSTEM = Principal.system("test")
PASSWORD = "demo-portal"


@dataclass(frozen=True)
class Cast:
    """Ids of everybody and everything."""

    region: UUID
    ege: UUID
    marmara: UUID
    rep: UUID
    rep2: UUID
    manager: UUID
    account: UUID
    other_account: UUID
    contact: UUID
    group: UUID
    brands: tuple[UUID, UUID, UUID]

    def principal(self, who: str) -> Principal:
        """The principal of `rep`, `rep2` or `manager`."""
        if who == "manager":
            return Principal.of(Role.MANAGER, self.manager, region_id=self.region)
        user, territory = (self.rep, self.ege) if who == "rep" else (self.rep2, self.marmara)
        return Principal.of(Role.REP, user, region_id=self.region, territory_ids=(territory,))


def make_cast(system_database: Database) -> Cast:
    """Write the cast into an empty database."""
    ids = {name: new_id() for name in Cast.__annotations__ if name != "brands"}
    cast = Cast(brands=(new_id(), new_id(), new_id()), **ids)
    with system_database.transaction(SYSTEM) as db:
        db.add(Region(id=cast.region, code="W", name="West"))
        db.flush()
        ege = Territory(id=cast.ege, code="EGE", name="Ege", region_id=cast.region)
        marmara = Territory(id=cast.marmara, code="MAR", name="Marmara", region_id=cast.region)
        rep = User(id=cast.rep, email="rep@example.com", name="Ayşe Yılmaz", role="rep")
        rep2 = User(id=cast.rep2, email="rep2@example.com", name="Murat Şahin", role="rep")
        manager = User(
            id=cast.manager, email="manager@example.com", name="İlker Öz", role="manager", region_id=cast.region
        )
        db.add_all([ege, marmara, rep, rep2, manager])
        db.flush()
        for user in (rep, rep2, manager):
            set_password(db, user, PASSWORD)
        assign_territory(db, ege, rep)
        assign_territory(db, marmara, rep2)
        _records(db, cast)
    return cast


def _records(db: Session, cast: Cast) -> None:
    place = {"territory_id": cast.ege, "region_id": cast.region}
    db.add(Account(id=cast.account, name="Ege Tersane", town="İzmir", visit_interval_days=30, **place))
    db.add(Account(id=cast.other_account, name="Bursa Kazan", territory_id=cast.marmara, region_id=cast.region))
    db.flush()
    db.add(Contact(id=cast.contact, name="Hasan Demir", account_id=cast.account, **place))
    db.add(ProductGroup(id=cast.group, code="BE", name="Basic electrodes", base_unit="kg"))
    names = (("Ours", True), ("Kıvılcım", False), ("Ark", False))
    for brand_id, (name, ours) in zip(cast.brands, names, strict=True):
        db.add(Brand(id=brand_id, code=name[:3], name=name, ours=ours))
    db.flush()
    db.add(Product(code="P1", name="Electrode 2.5", product_group_id=cast.group, brand_id=cast.brands[0], unit="kg"))
