"""Signing in and out."""

from collections.abc import Callable
from types import ModuleType

import pytest
from flask.testing import FlaskClient

from tests.portal.conftest import Browser

SignedIn = Callable[[str], Browser]
RIGHT = {"email": "dealer@example.com", "password": "demo-portal"}


def sign_in(client: FlaskClient, **data: str) -> object:
    assert isinstance(client, Browser)
    return client.submit("/sign-in", RIGHT | data)


def test_stranger_sees_only_the_name_two_fields_and_a_button(client: FlaskClient, world: ModuleType) -> None:
    page = client.get("/sign-in")
    assert page.status_code == 200
    assert page.text.count('type="password"') == 1
    assert page.text.count("<nav") == 0


def test_stranger_is_sent_to_sign_in_and_back(client: Browser, world: ModuleType) -> None:
    answer = client.get("/profile?tab=1")
    assert answer.location == "/sign-in?next=/profile?tab%3D1"
    assert client.submit("/sign-in", RIGHT | {"next": "/profile?tab=1"}).location == "/profile?tab=1"
    assert client.get("/profile").status_code == 200


@pytest.mark.parametrize("next_", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(client: Browser, world: ModuleType, next_: str) -> None:
    assert client.submit("/sign-in", RIGHT | {"next": next_}).location == "/"
