"""What the journeys share: a portal in a process of its own that can be killed, a Chromium that keeps its profile."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from models.session import Database
from portal.app import create_app
from portal.config import Config
from portal.supervisor import ROOT
from tests.browser import chromium
from tests.compiled import COMPILED
from tests.postgres import Postgres

PATIENCE = 30_000
"""Milliseconds that a page may take to show something: CI's machine is small and busy."""
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,HttpsUpgrades,PaintHolding,OptimizationHints",
)
"""Without the address bar's own page, half of a start's work. Of the features that the driver leaves out too, those
that could matter here: the last list counts."""


AXE = (ROOT / "node_modules/axe-core/axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Served:
    """A portal that is served at one address, can be killed, and comes back there."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment, self._log = environment, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and wait until the server answers."""
        command = [sys.executable, "-m", "portal", "serve", "--port", str(self.port), "--workers", "1", "--no-jobs"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        for _ in range(600):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            assert self._process.poll() is None, self._log.read_text()
            time.sleep(0.1)
        raise AssertionError(self._log.read_text())

    def kill(self) -> None:
        """End all of its processes at once, as a power cut does."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Laptop:
    """A browser with a profile that outlives it."""

    def __init__(self, playwright: Playwright, profile: Path, url: str) -> None:
        self._playwright, self._profile, self.url = playwright, profile, url
        self._context: BrowserContext | None = None
        self.page: Page

    def open(self, *, width: int = 1280, height: int = 800, locale: str = "en-GB") -> Page:
        """Open the browser with its profile."""
        path = chromium.find()
        assert path is not None, "the browser tests need a Chromium: python -m tests.browser.chromium"
        self._context = self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=path,
            args=FLAGS,
            viewport={"width": width, "height": height},
            locale=locale,
        )
        self.page = self._context.pages[0]
        self.page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        return self.page

    def close(self) -> None:
        """Close the browser as a person does."""
        if self._context is not None:
            self._context.close()
            self._context = None

    def kill(self) -> None:
        """End the browser and all of its processes at once."""
        mark = f"--user-data-dir={self._profile}"
        for process in psutil.process_iter(["cmdline"]):
            if mark in (process.info["cmdline"] or []):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        with suppress(Exception):
            self.close()
        self._context = None

    def sign_in(self, email: str, path: str = "/field/") -> None:
        """Sign in through the form and go on to `path`."""
        self.page.goto(f"{self.url}/sign-in?next={path}")
        self.page.fill("[name=email]", email)
        self.page.fill("[name=password]", "demo-portal")
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(f"**{path}")


@pytest.fixture
def served(postgres: Postgres, database_name: str, tmp_path: Path) -> Iterator[Served]:
    """The portal on this test's database, in processes of its own."""
    settings = {"DATABASE_URL": postgres.admin_url(database_name), "PORTAL_DATA_DIR": str(postgres.folder)}
    serving = Served({**settings, "PORTAL_PRODUCTION": "1"}, tmp_path / "serve.log")
    serving.start()
    yield serving
    serving.kill()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The driver of all browsers."""
    with sync_playwright() as driver:
        yield driver


class Hosted:
    """A portal in threads of this process, which can be out of reach for a while: there at once, where processes of its
    own need four seconds each."""

    def __init__(self, database: Database) -> None:
        self._app = create_app(
            Config(data_dir=Path("/nonexistent"), secret_key="only for tests", production=True), database
        )
        self._app.jinja_env.bytecode_cache = COMPILED
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Answer, at the same address as before."""
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        self._port = self._server.port
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody, until started again."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def hosted(database: Database) -> Iterator[Hosted]:
    """The portal on this test's database, in threads."""
    portal = Hosted(database)
    yield portal
    portal.stop()


@pytest.fixture
def address(request: pytest.FixtureRequest) -> str:
    """Where the portal answers: in processes of its own for a test that asks for them, else in threads."""
    portal: Served | Hosted = request.getfixturevalue("served" if "served" in request.fixturenames else "hosted")
    return portal.url


@pytest.fixture
def laptop(playwright: Playwright, address: str, tmp_path: Path) -> Iterator[Laptop]:
    """The rep's laptop, with its browser open."""
    machine = Laptop(playwright, tmp_path / "profile", address)
    machine.open()
    yield machine
    machine.close()


@pytest.fixture
def complaints(laptop: Laptop) -> list[str]:
    """What the browser complains of on its console, the Content-Security-Policy's refusals above all."""
    seen: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            seen.append(message.text)

    laptop.page.on("console", note)
    laptop.page.on("pageerror", lambda error: seen.append(str(error)))
    return seen


def faults(page: Page) -> list[str]:
    """What axe-core finds on a page that follows the machine's theme: everything in light, contrasts in dark, too."""
    page.evaluate(AXE)
    found = _run_axe(page, {"type": "tag", "values": RULES})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")  # so that no colour is on its way
    found += [f"in dark: {fault}" for fault in _run_axe(page, {"type": "rule", "values": ["color-contrast"]})]
    page.emulate_media(color_scheme="light")
    return found


def _run_axe(page: Page, only: dict[str, Any]) -> list[str]:
    found: dict[str, Any] = page.evaluate("only => axe.run(document, {runOnly: only})", only)
    return [f"{page.url}: {each['id']} at {each['nodes'][0]['target']}" for each in found["violations"]]
