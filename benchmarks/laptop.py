"""The field app of a rep with 10,000 accounts beside one of a rep with 100, in a real Chromium without a network.

The records are made up and taken in by the app's own `takeIn`, then the server goes away. Every start is a new browser
process on the kept profile. Usable means that today's list is shown and that a visit's form has taken a letter.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from benchmarks.measure import Result, report
from benchmarks.scene import fill, ident, place
from benchmarks.serving import cookie, serve
from tests.browser.chromium import find
from tests.browser.conftest import FLAGS

FILL = Path(__file__).with_name("exchange.sql")
SCRIPT = Path(__file__).with_name("laptop.js")
SIZES: dict[str, dict[str, int]] = {
    "small": {"accounts": 100, "visits": 200, "products": 500},
    "large": {"accounts": 10_000, "visits": 20_000, "products": 50_000},
}
ROUNDS, WARM_UP, PATIENCE = 5, 1, 60_000
QUERIES = ("kaynak 7", "izmir", "çelik mak", "deniz")
USABLE, PAINT = 1.5, 2.0


def run() -> Iterator[Result]:
    """Time to usable from cold, and from a keystroke in the search to its paint."""
    with sync_playwright() as playwright, _profiles(playwright) as laptops:
        times: dict[str, list[dict[str, float]]] = {size: [] for size in SIZES}
        for round_ in range(WARM_UP + ROUNDS):
            for size, laptop in laptops.items():
                measured = laptop.measure()
                if round_ >= WARM_UP:
                    times[size].append(measured)
        figures = {size: _medians(measured) for size, measured in times.items()}
        for size, found in figures.items():
            report(
                f"field app, {SIZES[size]['accounts']:,} accounts: "
                + ", ".join(f"{k} {v:.0f} ms" for k, v in found.items())
            )
        small, large = figures["small"], figures["large"]
        yield Result("field app: cold start to usable, 10,000 accounts", large["usable"], small["usable"], USABLE)
        yield Result("field app: search keystroke to paint", large["paint"], small["paint"], PAINT)


def _medians(measured: list[dict[str, float]]) -> dict[str, float]:
    return {name: median(each[name] for each in measured) for name in measured[0]}


class Laptop:
    """A profile of the browser on disk."""

    def __init__(self, playwright: Playwright, folder: Path, base: str) -> None:
        self._playwright, self._folder, self._base = playwright, folder, base

    @contextmanager
    def open(self) -> Iterator[tuple[BrowserContext, Page]]:
        """A new browser process."""
        context = self._playwright.chromium.launch_persistent_context(
            self._folder, executable_path=find(), args=FLAGS, viewport={"width": 1280, "height": 800}, locale="tr-TR"
        )
        page = context.pages[0]
        page.set_default_timeout(PATIENCE)
        try:
            yield context, page
        finally:
            context.close()

    def prepare(self, signed_in: str, sizes: Mapping[str, int]) -> None:
        """Sign in, take the app in, and then as many records as this rep has."""
        name, _, value = signed_in.partition("=")
        with self.open() as (context, page):
            context.add_cookies([{"name": name, "value": value, "url": self._base}])
            page.goto(f"{self._base}/field/")
            page.wait_for_function(
                "navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))"
            )
            page.locator(".sync-good").wait_for()
            context.set_offline(True)
            page.evaluate(SCRIPT.read_text())
            page.evaluate("sizes => made(sizes)", {**sizes, "territory": str(ident("territory-3"))})

    def measure(self) -> dict[str, float]:
        """Milliseconds of one cold start, and of a keystroke in the search."""
        with self.open() as (_, page):
            page.goto(f"{self._base}/field/", wait_until="commit")
            page.evaluate(SCRIPT.read_text())
            times: dict[str, float] = page.evaluate("usable()")
            page.evaluate("searching()")
            for query in QUERIES:
                page.fill("#search", "")
                page.locator("#search").press_sequentially(query, delay=60)
            paints: list[float] = page.evaluate("painted()")
            return times | {"paint": median(paints)}


@contextmanager
def _profiles(playwright: Playwright) -> Iterator[dict[str, Laptop]]:
    """A profile of each size. The server is gone by the time they are used."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    try:
        with place() as scene:
            sizes = {"reps": 3, "accounts": 1, "few": 1, "many": 1}
            fill(scene.admin_url, FILL, sizes, {"rep-3": "rep-3"})
            with serve(scene) as (port, _):
                laptops = {size: Laptop(playwright, folder / size, f"http://127.0.0.1:{port}") for size in SIZES}
                for size, laptop in laptops.items():
                    laptop.prepare(cookie(scene, "rep-3"), SIZES[size])
        yield laptops
    finally:
        shutil.rmtree(folder, ignore_errors=True)
