"""The field app's shell: complete, the same for everybody, and in the reader's language."""

import json
import re
from collections.abc import Callable
from os.path import normpath
from types import ModuleType

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from portal.field import shell
from portal.supervisor import ROOT
from portal.translations import FOLDER
from tests.portal.conftest import Browser

SignedIn = Callable[[str], Browser]
MARKED = re.compile(r"""(?<![\w.])(?:_|N_|ngettext)\(\s*"((?:[^"\\]|\\.)*)\"""")
PLACE = re.compile(r"%\(\w+\)s")


def shell_of(client: FlaskClient) -> tuple[str, list[str]]:
    """(version, files) as the service worker knows them."""
    text = client.get("/field/sw.js").text
    described = json.loads(text[text.index("{") : text.index(";\n")])
    return described["version"], described["files"]


def test_every_file_that_the_laptop_keeps_is_there_and_needs_no_sign_in(client: FlaskClient) -> None:
    version, files = shell_of(client)
    assert [path for path in files if client.get(path).status_code != 200] == []
    assert f'content="{version}"' in client.get("/field/").text
    assert not any(path.startswith("/fieldsync") for path in files)


def test_scripts_import_only_what_is_kept(client: FlaskClient) -> None:
    _, files = shell_of(client)
    kept = {path.split("/", 3)[3] for path in files if path.startswith("/static/")}
    missing = []
    for script in (ROOT / "static" / "field").rglob("*.js"):
        for name in re.findall(r'from "(\.[^"]+)"', script.read_text()):
            target = (script.parent / name).resolve().relative_to(ROOT / "static").as_posix()
            if target not in kept:
                missing.append(f"{script.name}: {name}")
    assert missing == []


def test_styles_ask_only_for_what_is_kept(client: FlaskClient) -> None:
    _, files = shell_of(client)
    kept = {path.split("/", 3)[3] for path in files if path.startswith("/static/")}
    missing = []
    for name in [name for name in kept if name.endswith(".css")]:
        path = ROOT / "static" / name
        for url in re.findall(r"""url\(["']?([^"')]+)""", path.read_text()):
            if url.startswith(("data:", "#")):
                continue
            if normpath(path.parent / url).removeprefix(f"{ROOT}/static/") not in kept:
                missing.append(f"{name}: {url}")
    assert missing == []


def test_worker_keeps_its_address_and_is_asked_for_each_time(client: FlaskClient) -> None:
    response = client.get("/field/sw.js")
    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"


def test_version_changes_with_any_file(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    before, _ = shell_of(client)
    monkeypatch.setattr(shell, "FILES", shell.FILES[:-1])
    assert shell_of(client)[0] != before


def test_page_is_the_same_for_everybody(client: FlaskClient, as_user: SignedIn, world: ModuleType) -> None:
    assert as_user("rep@example.com").get("/field/").text == client.get("/field/").text


def test_rep_is_told_who_he_is_and_others_are_not_let_in(
    as_user: SignedIn, client: FlaskClient, world: ModuleType
) -> None:
    rep = as_user("rep@example.com")
    told = rep.get("/field/session").get_json()
    assert told["user"]["id"] == str(world.ident("user.cem"))
    assert [territory["name"] for territory in told["user"]["territories"]] == ["İzmir"]
    assert told["csrf"]
    assert as_user("dealer@example.com").get("/field/session").status_code == 403
    assert client.get("/field/session", headers={"Accept": "application/json"}).status_code == 401


def test_every_text_of_the_app_is_translated_with_its_places() -> None:
    sources = [*(ROOT / "static" / "field").rglob("*.js"), *(ROOT / "fieldsync").glob("*.py")]
    used = {text for path in sources for text in MARKED.findall(path.read_text())}
    assert len(used) > 150
    for locale in shell.TRANSLATED:
        with (FOLDER / locale / "LC_MESSAGES" / "field.po").open("rb") as file:
            messages = {m.id[0] if isinstance(m.id, list | tuple) else m.id: m for m in read_po(file) if m.id}
        assert sorted(used - set(messages)) == [], f"{locale}: run `make messages` and translate"
        for text, message in messages.items():
            forms = [message.string] if isinstance(message.string, str) else list(message.string or [""])
            assert all(forms), f"{locale}: {text}"
            assert all(set(PLACE.findall(form)) == set(PLACE.findall(text)) for form in forms), f"{locale}: {text}"
