"""Names from the database in the filters of a list are text, whatever they look like."""

from collections.abc import Callable
from types import ModuleType

from flask.testing import FlaskClient

from models.access import Principal
from models.region import Territory
from models.session import Database
from tests import world as cast


def test_name_that_looks_like_markup_is_shown_as_text(
    as_user: Callable[[str], FlaskClient], world: ModuleType, system_database: Database
) -> None:
    with system_database.transaction(Principal.system("test")) as db:
        db.get_one(Territory, cast.ident("territory.izmir")).name = "<i>100 %</i> & co"
    territory = cast.ident("territory.izmir")
    for path in ("/visits", f"/visits?territory={territory}"):
        page = as_user("manager@example.com").get(path).text
        assert "<i>100" not in page
        assert "&lt;i&gt;100 %&lt;/i&gt; &amp; co" in page


def test_name_that_is_also_a_word_of_the_portal_is_not_translated(
    as_user: Callable[[str], FlaskClient], world: ModuleType, system_database: Database
) -> None:
    with system_database.transaction(Principal.system("test")) as db:
        db.get_one(Territory, cast.ident("territory.izmir")).name = "Home"
    territory = cast.ident("territory.izmir")
    page = as_user("manager@example.com").get(f"/visits?territory={territory}", headers={"Accept-Language": "tr"}).text
    assert f'<option value="{territory}" selected>Home</option>' in page
    assert "Sorumluluk alanı: Home" in page
