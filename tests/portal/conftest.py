"""What tests of screens share: a client that reads every page strictly, people who are signed in, a query counter."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint
from flask.testing import FlaskClient
from sqlalchemy import event, text
from werkzeug.test import TestResponse

from models.session import Database
from models.user.session import start_session
from portal import app as application
from portal.config import Config
from portal.web import Portal
from tests import world
from tests.compiled import COMPILED
from tests.portal.markup import faults

CONFIG = Config(data_dir=Path("/nonexistent"), secret_key="only for tests", company="Anadolu Kaynak")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
WRITES = re.compile(r"\s*(insert|update|delete|merge)\b", re.IGNORECASE)


class Browser(FlaskClient):
    """A client that fails on invalid markup, and posts with the token that a page would have given it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request; what comes back as HTML must be right."""
        response = super().open(*args, **({"buffered": True} | kwargs))
        if response.mimetype == "text/html" and response.text:
            wrong = faults(response.text)
            assert not wrong, f"{response.request.path}: " + "; ".join(wrong)
        return response

    def submit(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form as a browser does after having opened a page with one."""
        return self.post(path, data={"csrf_token": self.csrf_token()} | (data or {}), **kwargs)

    def csrf_token(self) -> str:
        """A token of this browser's session, from the profile page or from sign-in."""
        page = self.get("/sign-in")
        if page.status_code != 200:
            page = self.get("/profile")
        found = TOKEN.search(page.text)
        assert found, "the page has no form with a token"
        return found[1]


APPS: dict[tuple[Blueprint, ...], Portal] = {}
"""One application for each set of features: to make one takes as long as a test."""


@pytest.fixture
def app(database: Database) -> Iterator[Portal]:
    """The portal on this test's database."""
    features = application.FEATURES
    portal = APPS.get(features) or APPS.setdefault(features, make_app(database))
    settings, portal.database = dict(portal.config), database
    yield portal
    portal.config.clear()
    portal.config.update(settings)


def make_app(database: Database) -> Portal:
    """The portal as tests want it."""
    portal = application.create_app(CONFIG, database)
    portal.jinja_env.bytecode_cache = COMPILED
    portal.config.update(TESTING=True)
    portal.test_client_class = Browser
    return portal


@pytest.fixture
def client(app: Portal) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return app.test_client()


@pytest.fixture
def as_user(app: Portal, database: Database) -> Callable[[str], Browser]:
    """A browser in which somebody of the cast is signed in: `as_user("dealer@example.com")`."""
    names = {email: name for name, email in world.EMAILS.items()}

    def sign_in(email: str) -> Browser:
        with database.transaction(world.principals()[names[email]]) as db:
            token = start_session(db, "127.0.0.1", "test")
            # A test may travel in time; the database, which judges whether a session still counts, cannot.
            db.execute(text("update user_session set expires_at = now() + interval '100 years', last_seen_at = now()"))
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = token
        assert isinstance(browser, Browser)
        return browser

    return sign_in


@pytest.fixture
def statements(database: Database) -> Callable[[], AbstractContextManager[list[str]]]:
    """The SQL that runs in a block: `with statements() as sql: browser.get("/orders")`, then `len(sql)`."""

    @contextmanager
    def record() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    return record


def writes(sql: list[str]) -> list[str]:
    """The statements that change rows: reading a page must have none."""
    return [statement for statement in sql if WRITES.match(statement)]
