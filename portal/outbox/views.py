"""The outbox: every mail with its state, and each one to read as it was written."""

from uuid import UUID

from flask import Blueprint, Response, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.errors import N_, NotFound
from models.outbox import STATES, get_mail, list_mails, send_again
from portal.mail.envelope import message_of
from portal.web import db
from portal.web.headers import POLICY
from portal.web.lifecycle import portal
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("outbox", __name__, url_prefix="/outbox")

TONES = {"waiting": "info", "sent": "good", "failed": "late"}
OCCASIONS = {
    "invitation": N_("invitation"),
    "lead_offered": N_("lead offered"),
    "lead_expired": N_("lead pulled back"),
    "quote_ready": N_("quote ready"),
}
LISTING = Listing(
    sorts=("requested_at",),
    default_sort="-requested_at",
    filters=(Filter("state", N_("State"), tuple(STATES.items())),),
)
SEALED = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
"""A mail's HTML may look as it likes, and do nothing: no script, no form, nothing fetched, nothing of this site's."""


@bp.get("")
@requires(Permission.SEE_OUTBOX)
def index() -> Response:
    """Mails, newest first."""
    state = LISTING.read()
    mails = list_mails(db, state=state.chosen.get("state"), q=state.q, limit=state.limit, offset=state.offset)
    return render(
        "outbox/index.html",
        partial="outbox/_table.html",
        page=state.page(mails),
        chips=chips(),
        smtp=portal().settings.smtp_url is not None,
    )


@bp.get("/<uuid:id>")
@requires(Permission.SEE_OUTBOX)
def show(id: UUID) -> Response:
    """One mail, its text as text and its HTML in a sealed frame."""
    mail = get_mail(db, id)
    occasion = _(OCCASIONS.get(mail.message, mail.message))
    page = render("outbox/show.html", mail=mail, chip=chips()[mail.state], occasion=occasion)
    page.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return page


@bp.get("/<uuid:id>/html")
@requires(Permission.SEE_OUTBOX)
def html(id: UUID) -> Response:
    """The HTML part alone, for the frame."""
    mail = get_mail(db, id)
    if mail.body_html is None:
        raise NotFound
    response = Response(mail.body_html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@bp.get("/<uuid:id>.eml")
@requires(Permission.SEE_OUTBOX)
def download(id: UUID) -> Response:
    """The mail as a file that any mail program opens."""
    mail = get_mail(db, id)
    content = message_of(mail, portal().settings.mail_from).as_bytes()
    response = Response(content, mimetype="message/rfc822")
    response.headers.set("Content-Disposition", "attachment", filename=f"{mail.id}.eml")
    return response


@bp.post("/<uuid:id>/attempts")
@requires(Permission.SEE_OUTBOX)
def retry(id: UUID) -> BaseResponse:
    """Send a mail again that was given up."""
    send_again(get_mail(db, id))
    flash(_("The mail waits to be sent again."), "good")
    return see_other("outbox.show", id=id)


def chips() -> dict[str, tuple[str, str]]:
    """Label and tone of each state."""
    return {state: (_(label), TONES[state]) for state, label in STATES.items()}
