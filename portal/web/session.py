"""The browser's cookie: what it is, how a sign-in starts a fresh one, and how it ends."""

import datetime as dt
from typing import Any

from flask import session

from models.user.session import ABSOLUTE
from portal.config import Config


def cookies(config: Config) -> dict[str, Any]:
    """Flask's settings for the cookie. It is signed, not secret: it holds the session's token and little else."""
    return {
        "SESSION_COOKIE_NAME": "__Host-portal" if config.secure_cookies else "portal",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(seconds=ABSOLUTE.total_seconds()),
        "WTF_CSRF_TIME_LIMIT": None,
    }


def begin_session(token: str) -> None:
    """Go on as the holder of `token`, in a cookie that holds nothing of the one before: no planted one survives."""
    session.clear()
    session.permanent = True
    session["_user_id"] = token  # what Flask-Login reads


def forget_session() -> None:
    """Take everything out of the browser's cookie."""
    session.clear()
