"""The search field: everybody finds what they may see, however it is typed."""

from collections.abc import Callable
from types import ModuleType

import pytest
from flask.testing import FlaskClient

AsUser = Callable[[str], FlaskClient]


@pytest.mark.parametrize("words", ["gemi onar", "GEMİ", "gemı", "B-KORDON", "kordon", "bazik", "e7018", "ismail"])
def test_a_rep_finds_by_folded_words_and_codes(as_user: AsUser, world: ModuleType, words: str) -> None:
    page = as_user("rep@example.com").get("/search", query_string={"q": words})
    assert 'class="open"' in page.text


def test_a_dealer_finds_his_order_and_not_the_other_dealers(as_user: AsUser, world: ModuleType) -> None:
    assert "S-kordon-1" in as_user("dealer@example.com").get("/search?q=S-").text
    assert "S-bogaz-1" not in as_user("dealer@example.com").get("/search?q=S-").text


def test_a_dealer_finds_no_account(as_user: AsUser, world: ModuleType) -> None:
    assert "Nothing found" in as_user("dealer@example.com").get("/search?q=gemi").text


@pytest.mark.parametrize("words", ["", "a", "%%", "__", "\\", "' or 1=1 --"])
def test_words_that_find_nothing_say_what_to_do(as_user: AsUser, world: ModuleType, words: str) -> None:
    page = as_user("hq@example.com").get("/search", query_string={"q": words})
    assert page.status_code == 200
    assert "Nothing found" in page.text
