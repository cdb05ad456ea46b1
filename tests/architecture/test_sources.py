"""Shapes of code that are banned because they would open a hole which no other test sees."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import APPLICATION, calls, files, name

SYSTEM_PRINCIPAL = re.compile(r"portal/(jobs/.*|.+/commands|upkeep|demo/.*)\.py|models/access\.py")
"""Where the wide principal may be opened: jobs and the command line."""
COMMITS = re.compile(r"portal/web/lifecycle\.py|portal/jobs/.*\.py|models/session\.py")
"""Where a transaction may be committed: the request lifecycle, the job runner, and a session one that only read."""
SCHEMA = re.compile(r"models/(migrate|policies|backup|installation|baseline|event|sync/triggers)\.py")
"""Statements on tables, roles and rights cannot take parameters; these modules put in names of our own only."""


def strings(path: Path) -> list[str]:
    """The texts in a file that are not docstrings' prose: every string constant, and whole files of SQL."""
    if path.suffix == ".sql":
        return [path.read_text()]
    return [
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (
            r"set_config\s*\([^()]*(\([^()]*\)[^()]*)*,\s*false\s*\)",
            "the next user of a pooled connection would keep it",
        ),
        (r"(?im)^\s*set\s+(session\s+)?role\b", "the next user of a pooled connection would keep the role: SET LOCAL"),
        (r"(?im)^\s*set\s+session\s+authorization\b", "nothing of ours changes who is logged in"),
    ],
)
def test_settings_never_outlive_their_transaction(pattern: str, why: str) -> None:
    sources = files(*APPLICATION, suffixes=(".py", ".sql"))
    found = [name(path) for path in sources if any(re.search(pattern, text) for text in strings(path))]
    assert found == [], why


def test_sql_is_never_built_from_strings() -> None:
    found = [
        f"{name(path)}:{call.lineno}"
        for path in files(*APPLICATION)
        if not SCHEMA.fullmatch(name(path))
        for call in calls(path, "text", "exec_driver_sql", "literal_column", "execute")
        if call.args and not _is_fixed(call.args[0])
    ]
    assert found == []


def _is_fixed(argument: ast.expr) -> bool:
    """Not an f-string with places in it, a `+` or `%` of strings, or `.format`."""
    if isinstance(argument, ast.JoinedStr):
        return not any(isinstance(part, ast.FormattedValue) for part in argument.values)
    if isinstance(argument, ast.BinOp):
        return not any(isinstance(node, ast.Constant) and isinstance(node.value, str) for node in ast.walk(argument))
    return not (isinstance(argument, ast.Call) and getattr(argument.func, "attr", "") == "format")


def test_wide_principal_is_opened_by_jobs_and_the_command_line_only() -> None:
    opened = {
        name(path)
        for path in files(*APPLICATION)
        for call in calls(path, "system")
        if ast.unparse(call.func) in ("Principal.system", "cls.system")
    }
    assert [path for path in sorted(opened) if not SYSTEM_PRINCIPAL.fullmatch(path)] == []


def test_only_the_lifecycle_and_the_job_runner_commit() -> None:
    committing = {name(path) for path in files(*APPLICATION) for _ in calls(path, "commit")}
    assert [path for path in sorted(committing) if not COMMITS.fullmatch(path)] == []


def test_no_sql_outside_the_models() -> None:
    found = [
        f"{name(path)}:{call.lineno}"
        for path in files("portal", "fieldsync")
        for call in calls(path, "execute", "scalars", "scalar")
    ]
    assert found == []


@pytest.mark.parametrize(
    "pattern", [r"\sstyle\s*=", r"\son[a-z]+\s*=\s*[\"']", r"<script(?![^>]*\ssrc=)", r"<style\b", r"javascript:"]
)
def test_pages_hold_no_inline_script_or_style(pattern: str) -> None:
    pages = [path for path in files("templates", suffixes=(".html",)) if "emails" not in path.parts]
    assert [name(path) for path in pages if re.search(pattern, path.read_text())] == []
