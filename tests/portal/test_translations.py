"""Every text of the screens, mails and documents exists in Turkish and Italian, with the same places to fill."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from portal.translations import FOLDER

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("tr", "it")
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "_l": None, "lazy_gettext": None}
KEYWORDS |= {"pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}  # type: ignore[dict-item]
PLACE = re.compile(r"%\(\w+\)\d*[a-z]")
Text = tuple[str, str | None]


@cache
def texts() -> dict[Text, str]:
    """Every text that code and templates ask for (with its context), and a file that does."""
    with (ROOT / "babel.cfg").open() as file:
        mapping, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: dict[Text, str] = {}
    for top in ("models", "portal", "fieldsync", "templates", "static/field"):
        inside = [(pattern.removeprefix(f"{top}/"), method) for pattern, method in mapping if pattern.startswith(top)]
        chosen = {key.removeprefix(f"{top}/"): value for key, value in options.items()}
        for name, _line, message, _comments, context in extract_from_dir(
            ROOT / top, inside, options_map=chosen, keywords=KEYWORDS
        ):
            first = message[0] if isinstance(message, tuple) else message
            found.setdefault((first, context), f"{top}/{name}")
    return found


@cache
def catalogue(language: str) -> Catalog:
    """What the translators wrote."""
    with (FOLDER / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=language)


def written(language: str, text: Text) -> list[str]:
    """The translations of a text: one, or one for each plural form."""
    message = catalogue(language).get(*text)
    string = (message.string if message else None) or ""
    return [string] if isinstance(string, str) else list(string)


def test_texts_are_found_at_all() -> None:
    assert len(texts()) > 300
    assert ("Sign in", None) in texts()
    assert any(file.startswith("templates/") for file in texts().values())
    assert any(file.startswith("models/") for file in texts().values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    missing = [
        f"{file}: {text[0]!r}" for text, file in sorted(texts().items(), key=str) if not all(written(language, text))
    ]
    assert missing == [], f"{len(missing)} texts: run `make messages` and translate them"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in catalogue(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_same_places_to_fill(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
        strings = [s or "" for s in (message.string if isinstance(message.string, list | tuple) else [message.string])]
        if message.id and any(sorted(PLACE.findall(s)) != sorted(PLACE.findall(ids[-1])) for s in strings if s):
            single = len(ids) > 1 and sorted(PLACE.findall(strings[0])) == sorted(PLACE.findall(ids[0]))
            if not single:
                wrong.append((ids, strings))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_end_as_the_text_does(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if isinstance(message.id, str) and message.id and message.string:
            ends = [(text[-1] in ":?", text == text.strip()) for text in (message.id, str(message.string))]
            if ends[0] != ends[1]:
                wrong.append((message.id, message.string))
    assert wrong == []


def test_turkish_addresses_people_formally() -> None:
    informal = re.compile(r"\b(sen|senin|sana|seni|girdiğin|yaptığın)\b", re.IGNORECASE)
    assert [m.string for m in catalogue("tr") if isinstance(m.string, str) and informal.search(m.string)] == []
