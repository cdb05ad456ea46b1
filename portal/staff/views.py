"""The pages on which a dealer's owner invites staff and sets what each may do."""

from uuid import UUID

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission, Role
from models.user import User
from models.user.people import add_user, get_staff, list_staff
from portal.staff.forms import InviteForm, RightsForm
from portal.web import db
from portal.web.invitations import invite, switch_as_sent
from portal.web.permissions import requires
from portal.web.render import render, see_other
from portal.web.rights import RIGHTS

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("")
@requires(Permission.MANAGE_STAFF)
def index() -> Response:
    """Everybody who acts for this dealer."""
    return render("staff/index.html", staff=list_staff(db), rights=RIGHTS)


@bp.get("/new")
@requires(Permission.MANAGE_STAFF)
def new() -> Response:
    """The form for an invitation."""
    return render("staff/new.html", form=InviteForm())


@bp.post("")
@requires(Permission.MANAGE_STAFF)
def create() -> BaseResponse:
    """Invite somebody: a user without a password, and a mail with the link that sets one."""
    form = InviteForm()
    if not form.sent() or not form.run(lambda: _invite(form)):
        return render("staff/new.html", form=form, status=422)
    flash(_("The invitation to %(email)s is on its way.", email=form.email.data), "good")
    return see_other("staff.index")


@bp.get("/<uuid:id>")
@requires(Permission.MANAGE_STAFF)
def show(id: UUID) -> Response:
    """One member of staff."""
    member = get_staff(db, id)
    return render("staff/show.html", member=member, form=RightsForm(data={"rights": member.rights}))


@bp.post("/<uuid:id>/rights")
@requires(Permission.MANAGE_STAFF)
def grant(id: UUID) -> BaseResponse:
    """Set what one member may do."""
    member, form = get_staff(db, id), RightsForm()
    if not form.sent() or not form.run(lambda: member.grant(set(form.rights.data))):
        return render("staff/show.html", member=member, form=form, status=422)
    flash(_("Saved what %(name)s may do.", name=member.name), "good")
    return see_other("staff.show", id=id)


@bp.post("/<uuid:id>/activity")
@requires(Permission.MANAGE_STAFF)
def switch(id: UUID) -> BaseResponse:
    """Let a member sign in, or no longer."""
    switch_as_sent(db, get_staff(db, id))
    return see_other("staff.show", id=id)


@bp.post("/<uuid:id>/invitation")
@requires(Permission.MANAGE_STAFF)
def invite_again(id: UUID) -> BaseResponse:
    """Mail a fresh link: the first was lost, or the password was."""
    member = get_staff(db, id)
    invite(db, member)
    flash(_("The invitation to %(email)s is on its way.", email=member.email), "good")
    return see_other("staff.show", id=id)


def _invite(form: InviteForm) -> User:
    member = add_user(
        db,
        name=form.name.data,
        email=form.email.data,
        role=Role.DEALER_STAFF,
        dealer_id=db.principal.dealer_id,
        rights=form.rights.data,
    )
    invite(db, member)
    return member
