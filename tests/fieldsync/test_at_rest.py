"""What laptops are asked to do with data at rest, and who gets the server's half of their keys."""

from base64 import b64decode
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import ProgrammingError

from models.access import Principal, Role
from models.base import now
from models.session import Database
from models.sync.at_rest import DeviceKey, get_policy
from models.sync.device_order import Command, order
from models.user.session import UserSession
from tests.fieldsync.cast import SYSTEM, Cast
from tests.fieldsync.test_routes import Browser, browser, stranger

__all__ = ["browser", "stranger"]


@pytest.fixture
def encrypted(system_database: Database, cast: Cast) -> None:
    with system_database.transaction(SYSTEM) as db:
        policy = get_policy(db)
        policy.encrypted, policy.lease_days = True, 3
        db.add(policy)


def ask(browser: Browser, **more: object) -> tuple[int, dict[str, object]]:
    answer = browser.post("unlock", {"client": browser.client, **more})
    body = answer.get_json()
    return answer.status_code, body.get("half") or body


def asked(browser: Browser) -> object:
    body = {"client": browser.client, "schema": 1, "cursors": {}, "limit": 1}
    return browser.post("pull", body).get_json()["at_rest"]


def told(database: Database, cast: Cast, browser: Browser, command: Command) -> None:
    with database.transaction(cast.principal("manager")) as db:
        order(db, UUID(browser.device), command, confirmed=True)


def test_nothing_is_asked_until_head_office_asks(browser: Browser) -> None:
    assert asked(browser) is None
    assert browser.register().get_json()["at_rest"] is None


@pytest.mark.usefixtures("encrypted")
def test_laptop_hears_the_policy_and_which_half_the_server_has(browser: Browser) -> None:
    policy = {"idle_minutes": 15, "lease_days": 3, "pin_length": 6}
    assert asked(browser) == {**policy, "half": None}
    status, half = ask(browser, new=True)
    assert (status, len(b64decode(str(half["half"])))) == (200, 32)
    assert asked(browser) == {**policy, "half": half["mark"]} == browser.register().get_json()["at_rest"]


@pytest.mark.usefixtures("encrypted")
def test_half_is_handed_out_only_after_a_fresh_sign_in(browser: Browser, system_database: Database) -> None:
    _, half = ask(browser, new=True)
    assert ask(browser) == (200, half)
    with system_database.transaction(SYSTEM) as db:
        db.execute(update(UserSession).values(created_at=now() - timedelta(hours=1)))
    status, refusal = ask(browser)
    assert (status, refusal["error"]) == (403, "sign_in_again")
    assert ask(browser, new=True)[1]["half"] != half["half"], "a new one opens nothing that was there before"


@pytest.mark.usefixtures("encrypted")
@pytest.mark.parametrize("command", [Command.FREEZE, Command.LOSE, Command.WIPE])
def test_stopped_laptop_gets_no_half_and_one_to_be_erased_has_none_any_more(
    browser: Browser, cast: Cast, database: Database, system_database: Database, command: Command
) -> None:
    ask(browser, new=True)
    told(database, cast, browser, command)
    status, answer = ask(browser)
    assert status == 401 if command is Command.LOSE else answer["half"] is None
    with system_database.open(SYSTEM) as db:
        assert (db.scalar(select(DeviceKey.device_id)) is None) == (command is Command.WIPE)


@pytest.mark.usefixtures("encrypted")
def test_nobody_else_sees_a_half(browser: Browser, cast: Cast, database: Database) -> None:
    ask(browser, new=True)
    with database.open(cast.principal("rep2")) as db:
        assert db.scalars(select(DeviceKey)).all() == []
    hq = Principal.of(Role.HQ, cast.manager)
    for principal in (cast.principal("manager"), hq, Principal.visitor()):
        with database.open(principal) as db, pytest.raises(ProgrammingError, match="permission denied"):
            db.scalars(select(DeviceKey)).all()
