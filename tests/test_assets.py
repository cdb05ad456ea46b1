"""The browser assets that the set-up copies from npm packages."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from portal import assets

VENDOR = assets.ROOT / "static/vendor"
CALL = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']""")


def test_sprite_has_a_drawn_symbol_for_every_listed_icon() -> None:
    symbols = ElementTree.parse(VENDOR / "icons.svg").getroot()  # noqa: S314
    drawn = {symbol.get("id") for symbol in symbols if len(symbol)}
    assert drawn >= set(assets.icon_names())


def test_list_holds_every_icon_that_templates_name() -> None:
    pages = (assets.ROOT / "templates").rglob("*.html")
    used = {name for page in pages for name in CALL.findall(page.read_text())}
    assert used - set(assets.icon_names()) == set()


def test_fonts_of_the_stylesheet_exist() -> None:
    named = re.findall(r"url\(([^)]+)\)", (VENDOR / "inter.css").read_text())
    assert len(named) == 2
    assert all((VENDOR / name).stat().st_size > 10_000 for name in named)


def test_unknown_icon_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        assets.build(assets.ROOT / "node_modules", tmp_path / "vendor", ["no-such-icon"])
    assert not (tmp_path / "vendor").exists()
