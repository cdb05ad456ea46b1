"""`portal user`: what it does to the database, and what it says to wrong input."""

from collections.abc import Callable
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from models.access import Principal
from models.event import Event
from models.session import Database
from models.user.people import user_by_email
from models.user.sign_in import WrongPassword, sign_in
from portal.cli import main
from tests.postgres import Postgres
from tests.world import PASSWORD

Run = Callable[..., Result]
SYSTEM = Principal.system("test")
LONG = "a long password"
NEW = ("create", "--role", "hq", "--email", "Yeni@example.com", "--name", "Yeni Kişi", "--password", LONG)


@pytest.fixture
def user(postgres: Postgres, database_name: str) -> Run:
    """Runs `portal user …` on the test's database; `typed` is what is typed when it asks."""
    environment = {"DATABASE_URL": postgres.admin_url(database_name), "PORTAL_DATA_DIR": str(postgres.folder)}

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["user", *arguments], input=typed, env=environment, prog_name="portal")

    return run


def signs_in(database: Database, email: str, password: str) -> bool:
    try:
        sign_in(database, email, password, "192.0.2.7", "test")
    except WrongPassword:
        return False
    return True


def test_the_first_user_of_an_empty_portal_signs_in(user: Run, database: Database, system_database: Database) -> None:
    done = user(*NEW)
    assert (done.exit_code, done.stdout) == (0, "Yeni@example.com can sign in.\n"), done.stderr
    assert signs_in(database, "yeni@EXAMPLE.com", LONG)
    with system_database.open(SYSTEM) as db:
        made = user_by_email(db, "yeni@example.com")
        assert made is not None
        assert (made.name, made.role) == ("Yeni Kişi", "hq")
        event = db.query(Event).filter_by(record_id=made.id, kind="user").one()
        assert (event.action, event.reason) == ("created", "portal user create")
    again = user(*NEW)
    assert (again.exit_code, again.stderr) == (1, "Error: Somebody with this e-mail address exists already.\n")


def test_what_is_not_named_is_asked_for(user: Run, database: Database) -> None:
    done = user("create", "--role", "rep", typed=f"yeni@example.com\nYeni Kişi\n{LONG}\n{LONG}\n")
    assert done.exit_code == 0, done.stderr
    assert "E-mail address: " in done.stdout
    assert LONG not in done.stdout + done.stderr
    assert signs_in(database, "yeni@example.com", LONG)
    assert user("create", "--role", "rep").exit_code == 1, "nobody answers"


@pytest.mark.parametrize(
    ("changed", "code", "said"),
    [
        ({"--role": "boss"}, 2, "'boss' is not one of 'dealer_owner', 'dealer_staff', 'rep', 'manager', 'hq'"),
        ({"--email": "nobody"}, 1, "Error: Write an e-mail address like name@example.com."),
        ({"--email": "ali veli@example.com"}, 1, "Error: Write an e-mail address like name@example.com."),
        ({"--name": "  "}, 1, "Error: Say the name of the user."),
        ({"--password": "short"}, 1, "characters."),
        ({"--role": "dealer_owner"}, 1, "Error: Name the dealer this user acts for."),
        ({"--role": "dealer_owner", "--dealer": "nope"}, 1, "Error: There is no dealer with the code nope."),
        ({"--role": "manager"}, 1, "Error: Name the region this user manages."),
        ({"--role": "manager", "--region": "nope"}, 1, "Error: There is no region with the code nope."),
        ({"--email": "rep@example.com"}, 1, "Error: Somebody with this e-mail address exists already."),
    ],
)
def test_wrong_input_is_refused_in_words_and_nobody_is_made(
    user: Run, system_database: Database, world: ModuleType, changed: dict[str, str], code: int, said: str
) -> None:
    options = dict(zip(NEW[1::2], NEW[2::2], strict=True)) | changed
    done = user("create", *(part for pair in options.items() for part in pair))
    assert done.exit_code == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    with system_database.open(SYSTEM) as db:
        assert user_by_email(db, "yeni@example.com") is None


def test_dealer_and_region_are_named_by_their_codes(user: Run, system_database: Database, world: ModuleType) -> None:
    with system_database.open(SYSTEM) as db:
        owner, manager = user_by_email(db, "dealer@example.com"), user_by_email(db, "manager@example.com")
        assert owner is not None
        assert owner.dealer is not None
        assert manager is not None
        assert manager.region is not None
        dealer, region = owner.dealer.code, manager.region.code
    for email, place in (
        ("a@example.com", ("dealer_staff", "--dealer", dealer)),
        ("b@example.com", ("manager", "--region", region)),
    ):
        done = user("create", "--role", *place, "--email", email, "--name", "Biri", "--password", LONG)
        assert done.exit_code == 0, done.stderr
    with system_database.open(SYSTEM) as db:
        staff, other = user_by_email(db, "a@example.com"), user_by_email(db, "b@example.com")
        assert staff is not None
        assert other is not None
        assert (staff.dealer_id, other.region_id) == (owner.dealer_id, manager.region_id)


def test_a_new_password_ends_every_session_and_the_old_one(user: Run, database: Database, world: ModuleType) -> None:
    token = sign_in(database, "rep@example.com", PASSWORD, "192.0.2.7", "test")
    done = user("password", "REP@example.com", typed=f"{LONG}\n{LONG}\n")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (
        0,
        "REP@example.com signs in with the new password from now on.",
    ), done.stderr
    assert database.resume(token) is None
    assert signs_in(database, "rep@example.com", LONG)
    assert not signs_in(database, "rep@example.com", PASSWORD)


def test_whoever_is_blocked_is_out_at_once_and_back_when_unblocked(
    user: Run, database: Database, world: ModuleType
) -> None:
    token = sign_in(database, "rep@example.com", PASSWORD, "192.0.2.7", "test")
    assert user("block", "rep@example.com").exit_code == 0
    assert database.resume(token) is None
    assert not signs_in(database, "rep@example.com", PASSWORD)
    assert "rep@example.com  rep  Cem Güneş  (cannot sign in)" in user("list").stdout
    assert "once unblocked" in user("password", "rep@example.com", "--password", LONG).stdout
    assert user("unblock", "rep@example.com").exit_code == 0
    assert signs_in(database, "rep@example.com", LONG)


@pytest.mark.parametrize(
    "command", [("password", "nobody@example.com", "--password", LONG), ("block", "x"), ("unblock", "x")]
)
def test_somebody_unknown_is_said(user: Run, world: ModuleType, command: tuple[str, ...]) -> None:
    done = user(*command)
    assert (done.exit_code, done.stderr) == (1, f"Error: Nobody signs in with {command[1]}.\n")
