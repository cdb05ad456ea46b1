"""The signed-in user's own page: language, theme, password, and the browsers he is signed in with."""

from uuid import UUID

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.errors import NotFound
from models.user.people import own_user
from models.user.session import end_session, end_sessions_of, list_sessions
from models.user.sign_in import change_password
from portal.profile.forms import PasswordForm
from portal.web import db
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("profile", __name__, url_prefix="/profile")


@bp.get("")
@requires(Permission.USE_PORTAL)
def show() -> Response:
    """Who one is here, and what one may change of it."""
    return page(PasswordForm(formdata=None))


@bp.post("/password")
@requires(Permission.USE_PORTAL)
def set_password() -> BaseResponse:
    """Change the own password; every other browser is signed out, for it may be why the password changes."""
    form = PasswordForm()
    if not form.sent() or not form.run(lambda: change_password(db, form.current.data, form.password.data)):
        return page(form)
    ended = end_sessions_of(db, own_user(db).id, but=db.info["session_id"])
    flash(_("Your password is changed.") + " " + (_("Other browsers were signed out.") if ended else ""), "good")
    return see_other("profile.show")


@bp.post("/sign-ins/<uuid:id>/end")
@requires(Permission.USE_PORTAL)
def end_one(id: UUID) -> BaseResponse:
    """Sign one of the own browsers out."""
    if not end_session(db, id):
        raise NotFound
    flash(_("That browser is signed out."), "good")
    return see_other("profile.show")


@bp.post("/sign-ins/end")
@requires(Permission.USE_PORTAL)
def end_others() -> BaseResponse:
    """Sign out everywhere but here."""
    end_sessions_of(db, own_user(db).id, but=db.info["session_id"])
    flash(_("All other browsers are signed out."), "good")
    return see_other("profile.show")


def page(form: PasswordForm) -> Response:
    """The profile with a password form, as fresh or as sent."""
    here = db.info["session_id"]
    return render(
        "profile/show.html", form=form, user=own_user(db), sessions=list_sessions(db), here=here, status=form.status
    )
