"""A real browser killed with SIGKILL while it saves and sends, the server and its database too: what was called saved
is there once.

FIELD_KILLS, FIELD_SERVER_KILLS and FIELD_DATABASE_KILLS say how often each is killed, FIELD_SEED repeats the moments of
a seed.
"""

import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import psutil
import pytest
from playwright.sync_api import Page, Playwright, expect

from models.installation import Installation
from models.session import Database
from tests import world as cast
from tests.browser.conftest import Served
from tests.browser.killable import Killable, on_server, signed_in
from tests.browser.test_field_offline import SYSTEM

KILLS = int(os.environ.get("FIELD_KILLS", "50"))
SERVER_KILLS = int(os.environ.get("FIELD_SERVER_KILLS", "5"))
DATABASE_KILLS = int(os.environ.get("FIELD_DATABASE_KILLS", "3"))
SEED = int(os.environ.get("FIELD_SEED") or random.SystemRandom().randrange(2**32))


@pytest.fixture
def browser(playwright: Playwright, served: Served, world: ModuleType) -> Iterator[Killable]:
    """The rep's browser, signed in, with his records."""
    with signed_in(playwright, served.url) as killable:
        yield killable


def test_killed_at_random_moments_nothing_saved_is_lost_or_doubled(
    browser: Killable, served: Served, system_database: Database
) -> None:
    sys.stdout.write(f"FIELD_SEED={SEED}\n")
    dice = random.Random(SEED)
    moments = ["browser"] * KILLS + ["server"] * SERVER_KILLS
    dice.shuffle(moments)
    for turn, victim in enumerate(moments):
        page = browser.open(f"{served.url}/field/")
        kept = browser.kept(page)
        lost = set(browser.claims) - kept - set(on_server(system_database))
        assert not lost, f"lost, with FIELD_SEED={SEED} at turn {turn}: {sorted(lost)}; the laptop kept {len(kept)}"
        browser.save(page, [f"mark-{turn}-{place}" for place in range(40)])
        page.wait_for_timeout(dice.uniform(0, 600))
        if victim == "server":
            served.kill()
            page.wait_for_timeout(dice.uniform(0, 300))
        browser.kill()
        if victim == "server":
            served.start()
    page = browser.open(f"{served.url}/field/")
    send_everything(page)
    everything_is_there_once(browser, system_database)
    assert len(browser.claims) >= KILLS, "hardly anything was saved before the kills"


def send_everything(page: Page) -> None:
    """Let the page send what waits, to the end: somebody looks at it now and then, so it does not rest for long."""
    for _ in range(30):
        page.evaluate("dispatchEvent(new Event('online'))")
        with suppress(AssertionError):
            expect(page.locator(".sync")).to_contain_text("Everything is sent", timeout=2000)
            return
    expect(page.locator(".sync")).to_contain_text("Everything is sent")


def everything_is_there_once(browser: Killable, database: Database) -> None:
    """Every visit that was called saved is on the server, and none twice."""
    found = on_server(database)
    assert sorted(set(browser.claims) - set(found)) == [], f"lost, with FIELD_SEED={SEED}"
    assert [mark for mark, times in found.items() if times > 1] == [], f"doubled, with FIELD_SEED={SEED}"
    sys.stdout.write(f"{len(browser.claims)} saved, {len(found)} on the server\n")


@pytest.fixture
def place() -> Iterator[Path]:
    """The data folder of a portal with an embedded server of its own, which keeps what it commits, with the cast."""
    with TemporaryDirectory(prefix="kills-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the server runs as a user of its own
        with Installation(Path(folder)) as installation:
            installation.migrate()
            with installation.database() as database, database.transaction(SYSTEM) as db:
                cast.build(db)
            yield Path(folder)


def kill_database(place: Path) -> None:
    """End all processes of a data folder's server at once, when it runs again after the time before."""
    for _ in range(600):
        with suppress(psutil.NoSuchProcess, FileNotFoundError, IndexError):
            server = psutil.Process(int((place / "postgres" / "postmaster.pid").read_text().split()[0]))
            for process in [server, *server.children(recursive=True)]:
                process.send_signal(signal.SIGKILL)
            return
        time.sleep(0.1)
    raise AssertionError("nobody started the database again")


def test_database_killed_at_random_moments_loses_nothing_that_was_acknowledged(
    playwright: Playwright, place: Path, tmp_path: Path
) -> None:
    sys.stdout.write(f"FIELD_SEED={SEED}\n")
    dice = random.Random(SEED)
    served = Served({"PORTAL_DATA_DIR": str(place), "PORTAL_PRODUCTION": "1"}, tmp_path / "serve.log")
    served.start()
    try:
        with Installation(place) as installation, signed_in(playwright, served.url) as browser:
            page = browser.open(f"{served.url}/field/")
            for turn in range(DATABASE_KILLS):
                browser.save(page, [f"mark-{turn}-{number}" for number in range(40)])
                page.wait_for_timeout(dice.uniform(100, 1500))
                kill_database(place)
                page.wait_for_timeout(dice.uniform(0, 1500))
            while len(browser.claims) < 40 * DATABASE_KILLS:
                page.wait_for_timeout(100)
            send_everything(page)
            with installation.database() as database:
                everything_is_there_once(browser, database)
    finally:
        served.kill()
