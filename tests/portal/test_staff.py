"""A dealer's owner and his staff."""

import re
from collections.abc import Callable
from types import ModuleType

import pytest
from sqlalchemy import select

from models.access import Permission
from models.outbox import OutboxMail
from models.session import Database
from models.user import User
from tests.portal.conftest import Browser
from tests.world import ident, principals

SignedIn = Callable[[str], Browser]
NEW = {"name": "Ömer Iğdır", "email": "Omer@Example.com", "rights": ["see_orders", "see_leads"]}


@pytest.fixture
def owner(as_user: SignedIn, world: ModuleType) -> Browser:
    return as_user("dealer@example.com")


def test_owner_invites_staff_who_sets_a_password_and_signs_in(owner: Browser, database: Database) -> None:
    assert owner.submit("/staff", NEW).location == "/staff"
    assert "Ömer Iğdır" in owner.get("/staff").text
    with database.open(principals()["hale"]) as db:
        mail = db.scalars(select(OutboxMail).where(OutboxMail.recipient == "Omer@Example.com")).one()
    link = re.search(r"http://localhost(/invitations/\S+)", mail.body_text)
    assert link
    assert "Ayşe Kılıç" in mail.body_text
    stranger = owner.application.test_client()
    assert isinstance(stranger, Browser)
    stranger.get(link[1])
    passwords = {"password": "gökçe kırmızı", "again": "gökçe kırmızı"}
    assert stranger.submit(link[1], passwords).location == "/sign-in"
    signed_in = stranger.submit("/sign-in", {"email": "omer@example.com", "password": "gökçe kırmızı"})
    assert signed_in.status_code == 303
    assert stranger.get("/staff").status_code == 403
    assert stranger.submit(link[1], passwords).status_code == 422, "a link works once"


def test_owner_is_told_when_the_address_is_taken(owner: Browser) -> None:
    answer = owner.submit("/staff", NEW | {"email": "STAFF@example.com"})
    assert answer.status_code == 422
    assert "exists already" in answer.text
    assert "Ömer Iğdır" in answer.text, "what was typed stays"


def test_owner_sets_what_staff_may_do(owner: Browser, as_user: SignedIn, database: Database) -> None:
    path = f"/staff/{ident('user.mehmet')}"
    assert owner.submit(f"{path}/rights", {"rights": ["see_orders"]}).location == path
    with database.open(principals()["ayse"]) as db:
        assert db.get_one(User, ident("user.mehmet")).rights == [Permission.SEE_ORDERS]
    assert owner.submit(f"{path}/rights", {"rights": ["manage_users"]}).status_code == 422


def test_owner_deactivates_staff_whose_browser_is_signed_out(owner: Browser, as_user: SignedIn) -> None:
    staff = as_user("staff@example.com")
    assert staff.get("/profile").status_code == 200
    owner.submit(f"/staff/{ident('user.mehmet')}/activity", {"active": "no"})
    assert staff.get("/profile").location == "/sign-in?next=/profile"
    owner.submit(f"/staff/{ident('user.mehmet')}/activity", {"active": "yes"})
    assert staff.get("/profile").status_code == 200


def test_owner_reaches_neither_himself_nor_another_dealers_people(owner: Browser) -> None:
    for name in ("ayse", "burak", "cem"):
        path = f"/staff/{ident(f'user.{name}')}"
        assert owner.get(path).status_code == 404
        assert owner.submit(f"{path}/activity", {"active": "no"}).status_code == 404
