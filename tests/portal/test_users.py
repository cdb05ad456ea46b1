"""Head office and everybody who signs in."""

from collections.abc import Callable
from types import ModuleType

import pytest
from sqlalchemy import select

from models.outbox import OutboxMail
from models.session import Database
from models.user import User
from models.user.people import held_by
from tests.portal.conftest import Browser
from tests.world import ident, principals

SignedIn = Callable[[str], Browser]
NEW = {"name": "Yeni Kişi", "email": "new@example.com"}


@pytest.fixture
def hq(as_user: SignedIn, world: ModuleType) -> Browser:
    return as_user("hq@example.com")


def test_head_office_finds_users_by_name_role_and_state(hq: Browser) -> None:
    everybody = hq.get("/users").text
    assert all(name in everybody for name in ("Ayşe Kılıç", "Cem Güneş", "Hale Arslan"))
    found = hq.get("/users?q=gokhan").text
    assert "Gökhan Ünal" in found
    assert "Cem Güneş" not in found
    assert "Ayşe Kılıç" not in hq.get("/users?role=rep").text
    assert "Nothing matches" in hq.get("/users?active=no").text


def test_htmx_gets_the_table_alone(hq: Browser) -> None:
    part = hq.get("/users", headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="users">')
    assert "HX-Request" in part.headers["Vary"]
    for header in ("HX-Boosted", "HX-History-Restore-Request"):
        page = hq.get("/users", headers={"HX-Request": "true", header: "true"})
        assert page.text.lstrip().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("dealer_owner", {"dealer": "B-kordon"}),
        ("dealer_staff", {"dealer": "B-kordon", "rights": ["see_leads"]}),
        ("manager", {"region": str(ident("region.ege"))}),
        ("hq", {}),
    ],
)
def test_head_office_creates_users_of_each_role(
    hq: Browser, database: Database, role: str, place: dict[str, object]
) -> None:
    assert hq.submit("/users", NEW | {"role": role} | place).location == "/users"
    with database.open(principals()["hale"]) as db:
        made = db.scalars(select(User).where(User.email == "new@example.com")).one()
        assert made.role == role
        assert (made.dealer is not None) == ("dealer" in place)
        assert (made.region is not None) == ("region" in place)
        assert db.scalars(select(OutboxMail).where(OutboxMail.recipient == "new@example.com")).one()


def test_rep_takes_over_a_territory_from_whoever_held_it(hq: Browser, database: Database) -> None:
    izmir = ident("territory.izmir")
    answer = hq.submit("/users", NEW | {"role": "rep", "territories": [str(izmir)]})
    assert answer.location == "/users"
    with database.open(principals()["hale"]) as db:
        made = db.scalars(select(User).where(User.email == "new@example.com")).one()
        assert [assignment.territory_id for assignment in held_by(db, made)] == [izmir]
        assert held_by(db, db.get_one(User, ident("user.cem"))) == []


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ({"role": "dealer_owner"}, "Name the dealer"),
        ({"role": "dealer_owner", "dealer": "nowhere"}, "There is no dealer with the code nowhere"),
        ({"role": "manager"}, "Name the region"),
        ({"role": "hq", "email": "REP@example.com"}, "exists already"),
        ({"role": "hq", "email": "not an address"}, "Write an e-mail address"),
        ({"role": "king"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_and_the_entries_stay(hq: Browser, entries: dict[str, str], error: str) -> None:
    answer = hq.submit("/users", NEW | entries)
    assert answer.status_code == 422
    assert error in answer.text
    assert "Yeni Kişi" in answer.text


def test_head_office_changes_a_user(hq: Browser, database: Database) -> None:
    path = f"/users/{ident('user.burak')}"
    assert "Boğaz" not in hq.get(path).text or "B-bogaz" in hq.get(path).text
    changed = {"name": "Burak Demir", "email": "burak@example.com", "role": "dealer_staff", "dealer": "B-kordon"}
    assert hq.submit(path, changed | {"rights": ["see_leads"]}).location == path
    with database.open(principals()["hale"]) as db:
        user = db.get_one(User, ident("user.burak"))
        assert (user.name, user.role, user.rights) == ("Burak Demir", "dealer_staff", ["see_leads"])
        assert user.dealer_id == ident("dealer.kordon")


def test_refused_change_changes_nothing(hq: Browser, database: Database) -> None:
    path = f"/users/{ident('user.burak')}"
    answer = hq.submit(path, {"name": "X", "email": "x@example.com", "role": "manager"})
    assert answer.status_code == 422
    with database.open(principals()["hale"]) as db:
        assert db.get_one(User, ident("user.burak")).name == "Burak Öztürk"


def test_head_office_resets_a_password_and_signs_the_user_out(
    hq: Browser, as_user: SignedIn, database: Database
) -> None:
    rep = as_user("rep@example.com")
    assert hq.submit(f"/users/{ident('user.cem')}/invitation").status_code == 303
    assert rep.get("/profile").status_code == 302
    with database.open(principals()["hale"]) as db:
        assert db.scalars(select(OutboxMail).where(OutboxMail.recipient == "rep@example.com")).one()


def test_nobody_locks_himself_out(hq: Browser) -> None:
    path = f"/users/{ident('user.hale')}"
    assert hq.submit(f"{path}/activity", {"active": "no"}).status_code == 409
    mine = {"name": "Hale Arslan", "email": "hq@example.com", "role": "rep"}
    assert "own role" in hq.submit(path, mine).text
    assert hq.get("/users").status_code == 200
