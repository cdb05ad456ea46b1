"""The word lists and tables beside this package, read once."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

DATA = files("portal.demo") / "data"


@cache
def words(name: str) -> dict[str, Any]:
    """The word lists of `data/<name>.toml`; a text of several words is meant as their list."""
    read = tomllib.loads((DATA / f"{name}.toml").read_text("utf-8"))
    return {key: _listed(value) for key, value in read.items()}


@cache
def table(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>.csv`, separated by semicolons."""
    return list(csv.DictReader((DATA / f"{name}.csv").read_text("utf-8").splitlines(), delimiter=";"))


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _listed(each) for key, each in value.items()}
    if isinstance(value, str) and "\n" in value:
        return value.split()
    return value
