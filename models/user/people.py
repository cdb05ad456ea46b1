"""What is done with users: their own preferences, a dealer's staff, and everybody for head office."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from models.access import DEALER_ROLES, Permission, Role
from models.base import new_id, now
from models.dealer import Dealer
from models.errors import N_, NotFound, Refused
from models.region import Region, Territory, TerritoryAssignment, assign_territory
from models.session import Session
from models.text import prefix_range
from models.user import User, UserPreference

SORTS = {"name": User.name_sort, "email": User.email_key, "role": User.role, "created_at": User.created_at}
NO_ADDRESS = N_("Write an e-mail address like name@example.com.")


def is_address(text: str) -> bool:
    """Whether this can be an e-mail address; whether it is one, only a mail can tell."""
    name, at, host = text.rpartition("@")
    return bool(at and name and "." in host) and not any(letter.isspace() for letter in text)


def prefer(db: Session, *, locale: str | None = None, theme: str | None = None) -> None:
    """Keep the principal's own language or theme; what is None stays as it was."""
    user_id = db.principal.user_id
    preference = db.get(UserPreference, user_id)
    if preference is None:
        preference = UserPreference(id=user_id)
        db.add(preference)
    preference.locale = locale or preference.locale
    preference.theme = theme or preference.theme


def own_user(db: Session) -> User:
    """The principal's own row."""
    return db.get_one(User, db.principal.user_id)


def list_users(
    db: Session, *, q: str, chosen: Mapping[str, str], sort: str, descending: bool, limit: int, offset: int
) -> list[User]:
    """Users whose name or e-mail address starts with `q`; `chosen` may name a `role` and `active` ("yes", "no")."""
    query = select(User).options(joinedload(User.dealer), joinedload(User.region))
    if q:
        query = query.where(
            _starts(User.name_key, *prefix_range(q)) | _starts(User.email_key, q.lower(), f"{q.lower()}~")
        )
    if role := chosen.get("role"):
        query = query.where(User.role == role)
    if active := chosen.get("active"):
        query = query.where(User.active.is_(active == "yes"))
    key = SORTS[sort]
    return list(db.scalars(query.order_by(key.desc() if descending else key, User.id).limit(limit).offset(offset)))


def _starts(key: InstrumentedAttribute[str], first: str, last: str) -> ColumnElement[bool]:
    """Keys in a half-open range; BETWEEN with a collated column is rendered as SQL that PostgreSQL cannot parse."""
    return and_(key >= first, key < last)


def list_staff(db: Session) -> list[User]:
    """Everybody who acts for the principal's own dealer, the owner first."""
    query = select(User).where(User.dealer_id == db.principal.dealer_id)
    return list(db.scalars(query.order_by(User.role, User.active.desc(), User.name_sort)))


def get_user(db: Session, user_id: UUID) -> User:
    """One user. Raises NotFound."""
    user = db.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def get_staff(db: Session, user_id: UUID) -> User:
    """One member of the own dealer's staff; the owner himself is none. Raises NotFound."""
    user = get_user(db, user_id)
    if user.role != Role.DEALER_STAFF:
        raise NotFound
    return user


def add_user(
    db: Session,
    *,
    name: str,
    email: str,
    role: Role,
    dealer_id: UUID | None = None,
    region_id: UUID | None = None,
    rights: Collection[Permission] = (),
) -> User:
    """A new user, who gets a password by an invitation. Refused if the address is none or taken, or the role lacks its
    place."""
    user = User(id=new_id(), email=_address(email), name=name.strip(), role=role)
    if not user.name:
        raise Refused(N_("Say the name of the user."))
    place(db, user, role, dealer_id, region_id)
    if rights:
        user.grant(set(rights))
    db.add(user)
    _flush(db)
    return user


def rename(db: Session, user: User, *, name: str, email: str) -> None:
    """Change a user's name and the address he signs in with. Refused when the address is taken."""
    user.name, user.email = name, _address(email)
    _flush(db)


def _address(email: str) -> str:
    if not is_address(email.strip()):
        raise Refused(NO_ADDRESS)
    return email.strip()


def _flush(db: Session) -> None:
    """Write, in a savepoint, so that a taken address leaves the transaction alive for the page that says so."""
    try:
        with db.begin_nested():
            db.flush()
    except IntegrityError as error:
        raise Refused(N_("Somebody with this e-mail address exists already.")) from error


def place(db: Session, user: User, role: Role, dealer_id: UUID | None, region_id: UUID | None) -> None:
    """Set what the user is and for whom he acts; what the role does not need is left empty. Nobody changes his own."""
    if user.id == db.principal.user_id and role != user.role:
        raise Refused(N_("You cannot change your own role."))
    if role in DEALER_ROLES and dealer_id is None:
        raise Refused(N_("Name the dealer this user acts for."))
    if role is Role.MANAGER and region_id is None:
        raise Refused(N_("Name the region this user manages."))
    user.role = role
    user.dealer_id = dealer_id if role in DEALER_ROLES else None
    user.region_id = region_id if role is Role.MANAGER else None
    if role is not Role.DEALER_STAFF:
        user.rights = []


def set_active(db: Session, user: User, *, active: bool) -> None:
    """Let a user sign in, or no longer: his open sessions end with the next request. Nobody can lock himself out."""
    if user.id == db.principal.user_id and not active:
        raise Refused(N_("You cannot deactivate yourself."))
    user.active = active


def hold(db: Session, user: User, territory_ids: Collection[UUID]) -> None:
    """Make these, and only these, the territories that a rep holds from now on; history stays."""
    if user.role != Role.REP and territory_ids:
        raise Refused(N_("Only a rep holds territories."))
    for assignment in held_by(db, user):
        if assignment.territory_id not in territory_ids:
            assignment.held_until = now()
    for territory_id in territory_ids:
        assign_territory(db, db.get_one(Territory, territory_id), user)


def held_by(db: Session, user: User) -> list[TerritoryAssignment]:
    """The territories that a user holds at present."""
    open_ones = TerritoryAssignment.held_until.is_(None)
    return list(db.scalars(select(TerritoryAssignment).where(TerritoryAssignment.user_id == user.id, open_ones)))


def dealer_by_code(db: Session, code: str) -> Dealer:
    """The dealer with this code. Refused, and not NotFound, because somebody typed it."""
    dealer = db.scalar(select(Dealer).where(Dealer.code == code.strip()))
    if dealer is None:
        raise Refused(N_("There is no dealer with the code %(code)s."), code=code)
    return dealer


def list_regions(db: Session) -> list[Region]:
    """All regions by name."""
    return list(db.scalars(select(Region).order_by(Region.name_sort)))


def list_territories(db: Session) -> list[Territory]:
    """All territories with their regions, by name."""
    return list(db.scalars(select(Territory).options(joinedload(Territory.region)).order_by(Territory.name_sort)))


def locale_of(db: Session, user: User) -> str | None:
    """The language a user chose, as far as the principal may know it; None if he chose none."""
    preference = db.get(UserPreference, user.id)
    return preference.locale if preference else None


def user_by_email(db: Session, email: str) -> User | None:
    """The user who signs in with this address, if there is one."""
    return db.scalar(select(User).where(User.email_key == email.strip().lower()))


def list_every_user(db: Session) -> Iterator[User]:
    """All users by address, read as they are used."""
    return iter(db.scalars(select(User).order_by(User.email_key).execution_options(yield_per=500)))
