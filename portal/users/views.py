"""Head office's pages on everybody who signs in."""

from uuid import UUID

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.errors import N_
from models.user.people import get_user, list_users
from models.user.session import end_sessions_of
from portal.users.editing import create_from, form_for, save_from
from portal.web import db
from portal.web.invitations import invite, switch_as_sent
from portal.web.lists import Filter, Listing
from portal.web.navigation import ROLE_NAMES
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("users", __name__, url_prefix="/users")

LISTING = Listing(
    sorts=("name", "email", "role", "created_at"),
    default_sort="name",
    filters=(
        Filter("role", N_("Role"), tuple((role.value, label) for role, label in ROLE_NAMES.items())),
        Filter("active", N_("State"), (("yes", N_("Active")), ("no", N_("Cannot sign in")))),
    ),
)


@bp.get("")
@requires(Permission.MANAGE_USERS)
def index() -> Response:
    """All users."""
    state = LISTING.read()
    rows = list_users(
        db,
        q=state.q,
        chosen=state.chosen,
        sort=state.sort_key,
        descending=state.descending,
        limit=state.limit,
        offset=state.offset,
    )
    return render("users/index.html", partial="users/_table.html", page=state.page(rows), roles=ROLE_NAMES)


@bp.get("/new")
@requires(Permission.MANAGE_USERS)
def new() -> Response:
    """The form for a new user."""
    return render("users/new.html", form=form_for(db, None))


@bp.post("")
@requires(Permission.MANAGE_USERS)
def create() -> BaseResponse:
    """Create a user and mail the link that sets a password."""
    form = form_for(db, None)
    if not form.sent() or not form.run(lambda: invite(db, create_from(db, form))):
        return render("users/new.html", form=form, status=422)
    flash(_("The invitation to %(email)s is on its way.", email=form.email.data), "good")
    return see_other("users.index")


@bp.get("/<uuid:id>")
@requires(Permission.MANAGE_USERS)
def show(id: UUID) -> Response:
    """One user."""
    user = get_user(db, id)
    return render("users/show.html", user=user, form=form_for(db, user))


@bp.post("/<uuid:id>")
@requires(Permission.MANAGE_USERS)
def save(id: UUID) -> BaseResponse:
    """Change who a user is and for whom he acts; he is signed out, so that no page shows the old."""
    user = get_user(db, id)
    form = form_for(db, user)
    if not form.sent() or not form.run(lambda: save_from(db, user, form)):
        return render("users/show.html", user=user, form=form, status=422)
    flash(_("Saved."), "good")
    return see_other("users.show", id=id)


@bp.post("/<uuid:id>/activity")
@requires(Permission.MANAGE_USERS)
def switch(id: UUID) -> BaseResponse:
    """Let a user sign in, or no longer."""
    switch_as_sent(db, get_user(db, id))
    return see_other("users.show", id=id)


@bp.post("/<uuid:id>/invitation")
@requires(Permission.MANAGE_USERS)
def reset_password(id: UUID) -> BaseResponse:
    """Sign the user out everywhere and mail a link that sets a new password."""
    user = get_user(db, id)
    end_sessions_of(db, user.id)
    invite(db, user)
    flash(_("A link for a new password is on its way to %(email)s.", email=user.email), "good")
    return see_other("users.show", id=id)
