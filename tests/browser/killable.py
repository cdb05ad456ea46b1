"""A Chromium that can be killed as a power cut does, saving visits as fast as it can."""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, Playwright
from sqlalchemy import select

from models.session import Database
from models.visit import Visit
from tests import world
from tests.browser import chromium
from tests.browser.conftest import FLAGS, PATIENCE, Laptop
from tests.browser.test_field_offline import SYSTEM, ready_for_the_road

SAVE = """async ({base, user, account, marks}) => {
  const load = name => import(`${base}/${name}.js`);
  const [{open}, {save}, {newId}] = await Promise.all(["db", "outbox", "ids"].map(load));
  const database = await open(user, () => undefined);
  for (const mark of marks) {
    const [visit, contact] = [newId(), newId()];
    await save(database, {id: visit, kind: "visit", about: mark}, [
      {kind: "contact", id: contact, action: "create", patch: {account_id: account, name: mark}},
      {kind: "visit", id: visit, action: "create", patch: {
        account_id: account, kind: "visit", status: "completed", happened_at: new Date().toISOString(),
        summary: mark, participants: [contact]}},
    ]);
    await savedOnThisLaptop(mark);
    dispatchEvent(new Event("online"));
  }
}"""
"""What the form does when it is submitted, as fast as it can be: the page says "saved" only behind the same `await`."""

HERE = """user => new Promise((resolve, reject) => {
  const opening = indexedDB.open(`field-${user}`);
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const tx = opening.result.transaction(["outbox", "ledger"]);
    const found = [tx.objectStore("outbox").getAll(), tx.objectStore("ledger").getAll()];
    tx.oncomplete = () => {
      opening.result.close();
      resolve(found.flatMap(each => each.result).map(item => item.payload.patch.summary).filter(Boolean));
    };
  };
})"""
"""Reads the outbox and the ledger."""


class Killable:
    """A browser of our own making, so that it can be killed whole, and opened again with what it left on the disk."""

    def __init__(self, playwright: Playwright, profile: Path, cookies: Any, what: dict[str, str]) -> None:
        self._playwright, self._profile, self._cookies, self._what = playwright, profile, cookies, what
        self.claims: list[str] = []

    def open(self, url: str) -> Page:
        """Start it and open the app."""
        port = self._profile / "DevToolsActivePort"
        port.unlink(missing_ok=True)
        command = [str(chromium.find()), "--headless=new", "--remote-debugging-port=0", *FLAGS]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={self._profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while not port.exists() or not port.read_text().strip():
            assert self._process.poll() is None, "the browser ended by itself"
            time.sleep(0.01)
        address = f"http://127.0.0.1:{port.read_text().split()[0]}"
        self._browser: Browser = self._playwright.chromium.connect_over_cdp(address)
        context = self._browser.contexts[0]
        context.add_cookies(self._cookies)
        page = context.pages[0]
        page.set_default_timeout(PATIENCE)
        page.expose_function("savedOnThisLaptop", lambda mark: self.claims.append(mark))
        page.goto(url, wait_until="commit")
        page.wait_for_selector(".sync")
        return page

    def save(self, page: Page, marks: list[str]) -> None:
        """Begin to save visits, one behind the other, and do not wait for it."""
        page.evaluate(f"what => {{ ({SAVE})(what).catch(() => undefined) }}", {**self._what, "marks": marks})

    def kept(self, page: Page) -> set[str]:
        """The visits that the laptop's own store knows."""
        return set(page.evaluate(HERE, self._what["user"]))

    def kill(self) -> None:
        """End it as a power cut does."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        with suppress(Exception):
            self._browser.close()


def on_server(database: Database) -> Counter[str]:
    """How often each visit is on the server, by its summary."""
    with database.open(SYSTEM) as db:
        return Counter(db.scalars(select(Visit.summary).where(Visit.summary.like("mark-%"))))


@contextmanager
def signed_in(playwright: Playwright, url: str) -> Iterator[Killable]:
    """The rep's browser with his records, in a profile apart from pytest's folders, which runs clear away.

    A mark in it tells if somebody cleared this one.
    """
    with TemporaryDirectory(prefix="field-kills-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder, "profile")
        mark = profile / "Default" / "mark"
        mark.parent.mkdir(parents=True)
        mark.touch()
        machine = Laptop(playwright, profile, url)
        page = machine.open()
        machine.sign_in("rep@example.com")
        ready_for_the_road(page)
        base = page.evaluate("document.querySelector('script[type=module]').src.replace('/app.js', '')")
        what = {"base": base, "user": str(world.ident("user.cem")), "account": str(world.ident("account.gemi"))}
        killable = Killable(playwright, profile, page.context.cookies(), what)
        machine.close()
        try:
            yield killable
        finally:
            killable.kill()
        assert mark.exists(), "somebody removed the browser's profile: nothing is proved"
