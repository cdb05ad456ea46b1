"""The mail with the link by which somebody sets the first, or a new, password."""

from flask import current_app, g, render_template, request, url_for
from flask_babel import force_locale

from models.outbox import OutboxMail
from models.session import Session
from models.user import User
from models.user.people import locale_of
from models.user.sign_in import invite as new_token
from portal import formats
from portal.config import Config


def invite(db: Session, user: User) -> None:
    """Write the mail into the outbox, in the language the user chose or else the sender's."""
    settings: Config = current_app.config["PORTAL"]
    token = new_token(db, user)
    path = url_for("sign_in.show_invitation", token=token)
    context = {
        "company": settings.company,
        "name": user.name,
        "email": user.email,
        "sender": g.user.name,
        "link": (settings.public_url or request.url_root.rstrip("/")) + path,
    }
    locale = locale_of(db, user) or formats.current().language
    with formats.reading(locale, settings.timezone), force_locale(locale):
        subject = render_template("emails/invitation/subject.txt", **context).strip()
        body = render_template("emails/invitation/body.txt", **context)
    key = f"invitation:{user.id}:{token[:8]}"
    db.add(OutboxMail(idempotency_key=key, recipient=user.email, locale=locale, subject=subject, body_text=body))
