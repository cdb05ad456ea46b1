"""Short files of short functions: what one can read whole is what one can keep right."""

import statistics
from collections.abc import Iterable

from tests.architecture.sources import APPLICATION, ROOT, files, functions, length, lines, name

CODE = [*files(*APPLICATION, "benchmarks"), *files("templates", "static", suffixes=(".html", ".js", ".css"))]
FUNCTIONS = [
    (f"{name(path)}:{f.name}", length(f)) for path in files(*APPLICATION, "benchmarks") for f in functions(path)
]
VIEWS = [
    (f"{name(path)}:{f.name}", length(f))
    for path in files("portal")
    if path.stem.endswith("views")
    for f in functions(path)
]

LONGER_FILES: dict[str, int] = {}
"""Files over their budget: path → lines. Only ever shrinks: an entry must be exact, and goes once it is not needed."""
LONGER_FUNCTIONS: dict[str, int] = {}
"""Functions over their budget, likewise: path:name → lines."""


def over(measured: Iterable[tuple[str, int]], budget: int) -> dict[str, int]:
    return {what: size for what, size in measured if size > budget}


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def test_no_file_is_longer_than_its_budget() -> None:
    code = over(((name(path), lines(path)) for path in CODE), 400)
    tests = over(((name(path), lines(path)) for path in files("tests")), 500)
    assert code | tests == LONGER_FILES


def test_files_are_short_on_the_whole() -> None:
    sizes = [lines(path) for path in CODE]
    assert statistics.median(sizes) <= 120
    assert percentile(sizes, 0.95) <= 300


def test_no_function_is_longer_than_its_budget() -> None:
    assert over(FUNCTIONS, 50) | over(VIEWS, 28) == LONGER_FUNCTIONS


def test_functions_are_short_on_the_whole() -> None:
    assert statistics.median(size for _, size in FUNCTIONS) <= 8


def test_allow_lists_name_files_that_exist() -> None:
    listed = [*LONGER_FILES, *(what.split(":")[0] for what in LONGER_FUNCTIONS)]
    assert [path for path in listed if not (ROOT / path).is_file()] == []
