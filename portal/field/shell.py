"""The app's shell: which files a laptop keeps, and the version that all of them together are."""

from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from babel.support import Translations
from flask import current_app, render_template, url_for

from portal.translations import FOLDER as TRANSLATIONS
from portal.web.static import FOLDER, static_url

DOMAIN = "field"
"""The gettext domain of the app's texts, which travel to the laptop as a whole."""
TRANSLATED = ("tr", "it")
PATTERNS = ("field/**/*.js", "css/*.css", "vendor/fonts/*.woff2")
FILES = (
    "vendor/tabler.css",
    "vendor/inter.css",
    "vendor/icons.svg",
    "img/mark.svg",
    "img/field-192.png",
)


def file_names() -> list[str]:
    """The static files of the shell, by their names under `static/`."""
    found = [path for pattern in PATTERNS for path in FOLDER.glob(pattern)]
    names = [path.relative_to(FOLDER).as_posix() for path in found if path.name != "sw.js"]
    return sorted([*names, *FILES])


def addresses() -> list[str]:
    """Everything that the service worker keeps."""
    texts = [url_for("field.catalogue", locale=locale) for locale in TRANSLATED]
    return [url_for("field.index"), url_for("field.manifest"), *texts, *map(static_url, file_names())]


def version() -> str:
    """A digest of all that the shell is made of; in production it is made once."""
    return _kept_version() if current_app.config["PORTAL"].production else _version()


def page() -> str:
    """The one page of the app. It names nobody: whose work it shows is the laptop's own matter."""
    return render_template("field/index.html", version=version())


def worker() -> str:
    """The service worker with its list of files."""
    shell = current_app.json.dumps({"version": version(), "files": addresses()})
    return f"self.SHELL = {shell};\n{(FOLDER / 'field' / 'sw.js').read_text()}"


def texts(locale: str) -> dict[str, str | list[str]]:
    """The app's texts in a language: text → translation, or its forms for one and for many."""
    catalogue: Any = getattr(Translations.load(str(TRANSLATIONS), [locale], DOMAIN), "_catalog", {})
    found: dict[str, str | list[str]] = {}
    for key, value in catalogue.items():
        if isinstance(key, tuple):
            text, form = key
            forms = found.setdefault(text, [])
            if isinstance(forms, list):
                forms[form:] = [value]
        elif key and isinstance(value, str):
            found[key] = value
    return found


@cache
def _kept_version() -> str:
    return _version()


def _version() -> str:
    digest = blake2b(digest_size=6)
    for name in file_names():
        digest.update(f"{name}\0".encode() + (FOLDER / name).read_bytes())
    digest.update((FOLDER / "field" / "sw.js").read_bytes())
    for locale in TRANSLATED:
        digest.update(current_app.json.dumps(texts(locale)).encode())
    template = Path(current_app.root_path).parent / "templates" / "field" / "index.html"
    digest.update(template.read_bytes() + current_app.config["PORTAL"].company.encode())
    return digest.hexdigest()
