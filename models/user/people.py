"""What is done with users: their own preferences, a dealer's staff, and everybody for head office."""

from __future__ import annotations

from models.session import Session
from models.user import User, UserPreference


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
