"""Letting people in: the mail with the link by which somebody sets a password, and whether he may sign in at all."""

from flask import current_app, flash, g, request, url_for
from flask_babel import gettext as _

from models.session import Session
from models.user import User
from models.user.people import locale_of, set_active
from models.user.sign_in import invite as new_token
from portal import formats
from portal.config import Config
from portal.mail import messages


def invite(db: Session, user: User) -> None:
    """Write the mail into the outbox, in the language the user chose or else the sender's."""
    settings: Config = current_app.config["PORTAL"]
    token = new_token(db, user)
    path = url_for("sign_in.show_invitation", token=token)
    messages.invitation(
        db,
        settings,
        user,
        sender=g.user.name,
        link=(settings.public_url or request.url_root.rstrip("/")) + path,
        occasion=f"{user.id}:{token[:8]}",
        locale=locale_of(db, user) or formats.current().language,
    )


def switch_as_sent(db: Session, user: User) -> None:
    """Let a user sign in, or no longer, as the button that was pressed says."""
    set_active(db, user, active=request.form.get("active") == "yes")
    text = _("%(name)s can sign in.") if user.active else _("%(name)s can no longer sign in.")
    flash(text % {"name": user.name}, "good")
