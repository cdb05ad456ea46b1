"""Lock files pin by hash and name no place to download from, so any mirror serves."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NPM_LOCKS = ["package-lock.json", "benchmarks/peer/package-lock.json"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", *NPM_LOCKS])
def test_lock_file_names_no_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_python_package_is_pinned_with_hashes(name: str) -> None:
    pins = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert len(pins) > 20
    assert [pin.split("\n")[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("name", NPM_LOCKS)
def test_every_npm_package_is_pinned_with_a_hash(name: str) -> None:
    packages = json.loads((ROOT / name).read_text())["packages"]
    wanted = json.loads((ROOT / name).with_name("package.json").read_text())
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    for package, version in (wanted.get("dependencies", {}) | wanted["devDependencies"]).items():
        assert packages[f"node_modules/{package}"]["version"] == version
