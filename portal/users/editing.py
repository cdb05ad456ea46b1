"""Between the user form and the model's verbs."""

from uuid import UUID

from models.access import DEALER_ROLES, Role
from models.session import Session
from models.user import User
from models.user.people import (
    add_user,
    dealer_by_code,
    held_by,
    hold,
    list_regions,
    list_territories,
    place,
    rename,
)
from portal.users.forms import UserForm


def form_for(db: Session, user: User | None) -> UserForm:
    """The form as sent, else filled from `user`."""
    data = {}
    if user is not None:
        data = {
            "name": user.name,
            "email": user.email,
            "role": user.role,
            "dealer": user.dealer.code if user.dealer else "",
            "rights": user.rights,
            "region": str(user.region_id or ""),
            "territories": [str(assignment.territory_id) for assignment in held_by(db, user)],
        }
    return UserForm(list_regions(db), list_territories(db), data=data)


def create_from(db: Session, form: UserForm) -> User:
    """The new user that the form describes."""
    role = Role(form.role.data)
    user = add_user(
        db,
        name=form.name.data,
        email=form.email.data,
        role=role,
        dealer_id=_dealer_id(db, form),
        region_id=_region_id(form),
        rights=form.rights.data if role is Role.DEALER_STAFF else (),
    )
    hold(db, user, {UUID(id) for id in form.territories.data} if role is Role.REP else set())
    return user


def save_from(db: Session, user: User, form: UserForm) -> None:
    """Change a user to what the form describes."""
    role = Role(form.role.data)
    rename(db, user, name=form.name.data, email=form.email.data)
    place(db, user, role, _dealer_id(db, form), _region_id(form))
    if role is Role.DEALER_STAFF:
        user.grant(set(form.rights.data))
    hold(db, user, {UUID(id) for id in form.territories.data} if role is Role.REP else set())


def _dealer_id(db: Session, form: UserForm) -> UUID | None:
    wanted = Role(form.role.data) in DEALER_ROLES and form.dealer.data
    return dealer_by_code(db, form.dealer.data).id if wanted else None


def _region_id(form: UserForm) -> UUID | None:
    return UUID(form.region.data) if form.region.data else None
