"""What a job is, and what it is given to work with."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from models.access import Principal
from models.errors import N_
from models.queue import Queued, claim, give_back, hold, put_off
from models.session import Database, Session
from portal.config import Config

Item = TypeVar("Item", bound=Queued)


class Ended(Exception):
    """The process shall end, or has lost its locks: what is not done yet is left to the next run."""


class Unavailable(Exception):
    """What the whole job depends on is away, such as the mail server; no single item is to blame."""


class Hopeless(Exception):
    """This item will never work, so trying it again is of no use."""


@dataclass
class Work:
    """One run's door to the database and its tally. Jobs commit item by item, so that a kill loses nothing."""

    job: str
    database: Database
    config: Config
    may_go_on: Callable[[], bool] = lambda: True
    note: Callable[[Counter[str]], None] = lambda _counts: None
    counts: Counter[str] = field(default_factory=Counter)

    def transaction(self) -> AbstractContextManager[Session]:
        """A session of the system's that commits at its end."""
        return self.database.transaction(Principal.system(f"job {self.job}"))

    def count(self, what: str, number: int = 1) -> None:
        """Add to the tally; nothing is not counted, so that a run with nothing to do leaves an empty one."""
        if number:
            self.counts[what] += number
            self.note(self.counts)

    def check(self) -> None:
        """Raise Ended if this run must not go on. Called between items."""
        if not self.may_go_on():
            raise Ended

    def each(self, kind: type[Item], act: Callable[[Session, Item], str]) -> None:
        """Do `act` with every item that is due and count what it returns, each item in a transaction of its own.

        An item that fails is put off with its error and holds up no other.
        """
        while True:
            self.check()
            with self.transaction() as claims:  # open until the outcome is written down: no other worker comes between
                item_id = claim(claims, kind)
                if item_id is None:
                    return
                if self._begin(kind, item_id):
                    self._do(kind, item_id, act)

    def _begin(self, kind: type[Item], item_id: UUID) -> bool:
        with self.transaction() as db:
            item = hold(db, kind, item_id)
            begun = item is not None and item.begin()
        if item is not None and not begun:
            self.count(N_("given up"))
        return begun

    def _do(self, kind: type[Item], item_id: UUID, act: Callable[[Session, Item], str]) -> None:
        try:
            with self.transaction() as db:
                item = hold(db, kind, item_id)
                done = act(db, item) if item is not None else ""
        except Unavailable:
            with self.transaction() as db:
                give_back(db, kind, item_id)
            raise
        except Exception as error:  # whatever one item brings up must not stop the others
            with self.transaction() as db:
                put_off(db, kind, item_id, describe(error), for_good=isinstance(error, Hopeless))
            done = N_("failed")
        if done:
            self.count(done)


@dataclass(frozen=True)
class Job:
    """A job: when it runs (a cron line in the portal's time zone), what it does, and why there is such a thing.

    `wanted` tells whether something waits for it now; it then runs within a second instead of at its next time.
    """

    name: str
    schedule: str
    function: Callable[[Work], None]
    why: str
    wanted: Callable[[Session], bool] | None = None


def describe(error: BaseException) -> str:
    """An error in one line, its kind first."""
    told = " ".join(str(error).split())
    return f"{type(error).__name__}: {told}" if told else type(error).__name__
