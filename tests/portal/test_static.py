"""Static files, the component gallery, and the settings of the cookie."""

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from models.session import Database
from portal.app import create_app
from portal.config import Config, ConfigError
from portal.web.static import FOLDER, tree_version
from tests.portal.conftest import CONFIG, Browser

NOWHERE = Database("postgresql+psycopg://portal_web@127.0.0.1:1/nowhere")


def browser(**settings: object) -> Browser:
    app = create_app(replace(CONFIG, **settings), NOWHERE)  # type: ignore[arg-type]
    app.test_client_class = Browser
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


def test_files_are_kept_for_ever_under_the_address_of_their_version() -> None:
    client = browser(production=True)
    version = tree_version()
    assert f"/static/{version}/css/portal.css" in client.get("/sign-in").text
    answer = client.get(f"/static/{version}/css/portal.css")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == (FOLDER / "css/portal.css").read_bytes()
    older = client.get("/static/0123456789ab/css/portal.css")
    assert older.headers["Cache-Control"] == "no-cache", "a page from before the update is still open"


def test_texts_travel_compressed() -> None:
    client = browser(production=True)
    answer = client.get(f"/static/{tree_version()}/css/portal.css", headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/css"
    assert gzip.decompress(answer.data) == (FOLDER / "css/portal.css").read_bytes()


@pytest.mark.parametrize("name", ["../wsgi.py", "%2e%2e/wsgi.py", "css/../../wsgi.py", "nowhere.css", "css"])
def test_nothing_else_is_served(name: str) -> None:
    client = browser(production=True)
    assert client.get(f"/static/{tree_version()}/{name}", headers={"Accept-Encoding": "gzip"}).status_code == 404


def test_gallery_is_off_in_production() -> None:
    assert browser(production=True).get("/components").status_code == 404
    page = browser().get("/components")
    assert page.status_code == 200
    assert page.text.count('<section class="gallery"') == 2


def test_https_settings_reach_the_browser() -> None:
    answer = browser(secure_cookies=True).get("/sign-in", base_url="https://portal.example")
    assert answer.headers["Strict-Transport-Security"]
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-portal=")
    assert "Secure" in cookie
    assert "Strict-Transport-Security" not in browser().get("/sign-in").headers


def test_proxies_are_believed_only_as_far_as_told() -> None:
    seen = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "portal.example"}
    believed = browser(trusted_proxies=1).get("/users", headers=seen | {"HX-Request": "true"})
    assert believed.status_code == 401
    app = create_app(replace(CONFIG, trusted_proxies=1), NOWHERE)
    with app.test_client() as client:
        from flask import request

        client.get("/sign-in", headers=seen | {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
        assert (request.remote_addr, request.scheme, request.host) == ("198.51.100.7", "https", "portal.example")
    with create_app(CONFIG, NOWHERE).test_client() as client:
        client.get("/sign-in", headers=seen | {"X-Forwarded-For": "203.0.113.9"})
        assert (request.remote_addr, request.scheme) == ("127.0.0.1", "http")


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    config = Config.from_environment(
        {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_LOCALE": "tr", "PORTAL_PRODUCTION": "1"}
    )
    assert (config.locale, config.production, config.secure_cookies) == ("tr", True, False)
    again = Config.from_environment({"PORTAL_DATA_DIR": str(tmp_path)})
    assert config.secret_key == again.secret_key != ""
    assert config.secret_key not in repr(config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_LOCALE", "de"),
        ("PORTAL_TIMEZONE", "Mars/Olympus"),
        ("PORTAL_TRUSTED_PROXIES", "one"),
        ("PORTAL_DETOUR_FACTOR", "0.5"),
        ("PORTAL_KM_AN_HOUR", "fast"),
        ("PORTAL_SECURE_COOKIES", "maybe"),
        ("PORTAL_URL", "portal.example.com"),
    ],
)
def test_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=name):
        Config.from_environment({"PORTAL_DATA_DIR": str(tmp_path), name: value})
