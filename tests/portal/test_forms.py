"""Forms and what templates print."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import InputRequired

from models.errors import Refused
from models.session import Database
from models.user import User
from portal import formats
from portal.web import Portal, filters
from portal.web.forms import EmailField, Form, NumberField
from portal.web.render import is_local
from tests.portal.conftest import Browser
from tests.portal.markup import faults
from tests.world import ident, principals

SignedIn = Callable[[str], Browser]


class Sample(Form):
    """One of each of our own fields."""

    name = StringField(lazy_gettext("Name"), [InputRequired()])
    email = EmailField("Mail")
    amount = NumberField("Amount", places=2)


@pytest.fixture
def sent(app: Portal) -> Callable[..., Sample]:
    """The form as the server reads it from a post, by a reader of Turkish."""

    def send(**entries: str) -> Sample:
        app.config["WTF_CSRF_ENABLED"] = False
        with app.test_request_context("/", method="POST", data=entries), formats.reading("tr"):
            form = Sample()
            form.sent()
            str(form.amount())
            return form

    return send


def test_texts_lose_their_edges_and_what_the_database_cannot_hold(sent: Callable[..., Sample]) -> None:
    form = sent(name="  Öz\0 İş ", email=" a@example.com ", amount="")
    assert (form.name.data, form.email.data, form.amount.data, form.errors) == ("Öz İş", "a@example.com", None, {})
    assert sent(name=" \0 ").errors.keys() == {"name"}
    assert sent(name="Öz\x0b\x1f İş\uffff").name.data == "Öz İş"


def test_numbers_are_read_as_the_reader_writes_them(sent: Callable[..., Sample]) -> None:
    assert sent(name="x", amount="1.250,50").amount.data == Decimal("1250.50")


@pytest.mark.parametrize("amount", ["abc", "1,234", "12,345,6", "1.2.3", "1000000000000", "-" + "9" * 30])
def test_wrong_numbers_are_refused_and_stay_in_the_field(sent: Callable[..., Sample], amount: str) -> None:
    form = sent(name="x", amount=amount)
    assert form.errors.keys() == {"amount"}
    assert form.status == 422
    assert amount in str(form.amount())


@pytest.mark.parametrize("email", ["x", "@example.com", "a b@example.com", "a@b"])
def test_what_is_no_address_is_refused(sent: Callable[..., Sample], email: str) -> None:
    assert sent(name="x", email=email).errors.keys() == {"email"}


def test_refusal_undoes_what_was_done_before_it(app: Portal, database: Database, world: ModuleType) -> None:
    with app.test_request_context("/"), database.open(principals()["hale"]) as db:
        from flask import g

        g.db, g.db_stack = db, _Nothing()
        user = db.get_one(User, ident("user.cem"))

        def act() -> None:
            user.name = "Half done"
            db.flush()
            raise Refused("There is no dealer with the code %(code)s.", code="7")

        form = Sample()
        assert form.run(act) is False
        assert form.errors[""] == ["There is no dealer with the code 7."]
        assert user.name == "Cem Güneş"
        g.pop("db")


class _Nothing:
    def close(self) -> None:
        """For the end of the request."""


@pytest.mark.parametrize(
    ("path", "local"),
    [("/orders?q=a", True), ("//x", False), ("/\\x", False), ("x", False), ("", False), ("/a\nb", False)],
)
def test_only_paths_of_ours_are_local(path: str, local: bool) -> None:
    assert is_local(path) is local


def test_age_of_a_figure_is_told_and_an_old_one_is_called_stale(app: Portal) -> None:
    with app.test_request_context("/"):
        now = filters.now()
        assert "as of" in filters.age(now - dt.timedelta(hours=1))
        assert "stale" not in filters.age(now - dt.timedelta(hours=1))
        assert 'class="stale">stale, as of' in filters.age(now - dt.timedelta(hours=25))
        assert "stale" in filters.age(now - dt.timedelta(hours=3), hours=2)
        assert "age unknown" in filters.age(None)


def test_relative_time_keeps_its_date() -> None:
    moment = filters.now() - dt.timedelta(hours=2)
    written = filters.ago(moment)
    assert formats.current().datetime(moment) in written
    assert f'datetime="{moment.isoformat(timespec="seconds")}"' in written


def test_negative_amounts_are_marked_and_text_is_escaped() -> None:
    assert filters.money(Decimal("-3")) == '<span class="neg">−3.00</span>'
    assert filters.chip("<b>", "late") == '<span class="chip chip-late">&lt;b&gt;</span>'


def test_time_left_is_told_in_the_largest_units(app: Portal) -> None:
    with app.test_request_context("/"):
        for delta, words in ((50, "2 d 2 h"), (2.5, "2 h 30 min"), (0.2, "12 min"), (-3.25, "3 h 15 min")):
            seconds = 5 if delta > 0 else -5
            assert filters.time_left(filters.now() + dt.timedelta(hours=delta, seconds=seconds)) == words


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("<p>fine</p>", ""),
        ("<p><div></div></p>", "line 1"),
        ('<i id="a"></i><i id="a"></i>', "used 2 times"),
        ('<input name="q">', "has no label"),
        ('<label for="q">Q</label><input id="q">', ""),
        ('<p style="color:red">x</p>', "has style"),
        ("<script>x</script>", "inline <script>"),
    ],
)
def test_strict_reader_of_pages_finds_faults(page: str, fault: str) -> None:
    found = "; ".join(faults(page))
    assert (fault in found) if fault else (found == "")


def test_rail_holds_five_to_eight_entries_for_each_role(as_user: SignedIn, world: ModuleType) -> None:
    for email in ("dealer@example.com", "rep@example.com", "manager@example.com", "hq@example.com"):
        rail = as_user(email).get("/profile").text.partition('id="rail"')[2].partition("</nav>")[0]
        assert 5 <= rail.count("<li>") <= 8, email


def test_rail_counts_what_waits(as_user: SignedIn, world: ModuleType, database: Database) -> None:
    from models.waiting import waiting

    expected: dict[str, dict[str, Any]] = {}
    for name in ("ayse", "filiz", "hale", "cem"):
        with database.open(principals()[name]) as db:
            expected[name] = waiting(db)
    assert expected["ayse"].keys() == {"leads", "order_drafts"}
    assert expected["filiz"].keys() == {"visits", "decisions"}
    assert expected["hale"].keys() == {"leads", "jobs", "decisions"}
    assert expected["cem"].keys() == {"visits", "decisions"}
