"""Sign-in, sign-out, and the page behind an invitation's link."""

from flask import Blueprint, Response, flash, g, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from models.errors import Refused
from models.user.session import end_session
from models.user.sign_in import Throttled, accept_invitation, sign_in
from portal.sign_in.forms import InvitationForm, SignInForm
from portal.web import db
from portal.web.lifecycle import as_visitor, portal
from portal.web.permissions import public
from portal.web.render import render, see_next, see_other
from portal.web.session import begin_session, forget_session

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@public
def show() -> BaseResponse:
    """The product's name, two fields, one button, the language; nothing else."""
    if g.principal:
        return see_next("home.show")
    return render("sign_in/show.html", form=SignInForm())


@bp.post("/sign-in")
@public
def create() -> BaseResponse:
    """Sign in and go on to where one was going."""
    form = SignInForm()
    if not form.sent():
        return render("sign_in/show.html", form=form, status=422)
    agent = request.user_agent.string
    try:
        token = sign_in(portal().database, form.email.data, form.password.data, request.remote_addr or "", agent)
    except Throttled as throttled:
        return wait(form, throttled.minutes)
    except Refused as refusal:
        form.form_errors.append(_(refusal.message, **refusal.params))
        return render("sign_in/show.html", form=form, status=422)
    begin_session(token)
    return see_next("home.show")


def wait(form: SignInForm, minutes: int) -> Response:
    """Too many tries: say for how long."""
    text = ngettext(
        "Too many tries. Try again in %(num)d minute.", "Too many tries. Try again in %(num)d minutes.", minutes
    )
    form.form_errors.append(text)
    response = render("sign_in/show.html", form=form, status=429)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


@bp.post("/sign-out")
@public
def delete() -> BaseResponse:
    """End this browser's session. What the browser keeps of pages is cleared, what it keeps for field work is not."""
    if g.principal:
        end_session(db, db.info["session_id"])
    forget_session()
    response = see_other("sign_in.show")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@bp.get("/invitations/<token>")
@public
def show_invitation(token: str) -> Response:
    """The form behind the link of an invitation."""
    return render("sign_in/invitation.html", form=InvitationForm(), token=token)


@bp.post("/invitations/<token>")
@public
def accept(token: str) -> BaseResponse:
    """Set the password; the next step is to sign in with it."""
    form = InvitationForm()
    if not form.sent() or not form.run(lambda: accept_invitation(as_visitor(), token, form.password.data)):
        return render("sign_in/invitation.html", form=form, token=token, status=422)
    forget_session()
    flash(_("Your password is set. Please sign in with it."), "good")
    return redirect("/sign-in", 303)
