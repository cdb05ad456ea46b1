"""One run of a job: alone, with a row that tells when it started, what it did, and how it ended."""

import logging
import os
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from models.access import Principal
from models.base import now
from models.job_run import begin_requested, begin_run, end_run, interrupt_runs, note_progress
from models.locks import Locks
from models.session import Database, Session
from portal.config import Config
from portal.ending import Ending
from portal.jobs.due import last_due
from portal.jobs.job import Ended, Job, Work, describe

log = logging.getLogger(__name__)

LATE = timedelta(minutes=1)
"""A run that begins later than this after it was due has been caught up."""
PROGRESS_EVERY = 2.0
"""Seconds between two notes of how far a run is."""

Begin = Callable[[Session], UUID | None]


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    status: str
    counts: Counter[str]
    error: str | None


class Runner:
    """Runs jobs in this process. A job never runs twice at a time: here by a mutex, between processes by its lock.

    Whoever holds the lock knows that a row still `running` belongs to a process that is gone.
    """

    def __init__(self, database: Database, config: Config, locks: Locks, ending: Ending) -> None:
        self.database, self.config, self.locks, self.ending = database, config, locks, ending
        self.process = f"{socket.gethostname()}:{os.getpid()}"
        self.failed_at: dict[str, float] = {}
        self._mutexes: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def run_due(self, job: Job) -> Outcome | None:
        """Run what is due by the schedule, unless some process has run it; waits for a run that is under way."""
        due = last_due(job.schedule, self.config.timezone, now())
        trigger = "catch_up" if due and now() - due > LATE else "schedule"
        return self._run(
            job, lambda db: begin_run(db, job.name, trigger, self.process, due) if due else None, wait=True
        )

    def run_requested(self, job: Job) -> Outcome | None:
        """Run what head office asked for; None while the job is busy."""
        return self._run(job, lambda db: begin_requested(db, job.name, self.process), wait=False)

    def run_wanted(self, job: Job) -> Outcome | None:
        """Run because something waits; None while the job is busy."""
        return self._run(job, lambda db: begin_run(db, job.name, "demand", self.process), wait=False)

    def run_now(self, job: Job) -> Outcome | None:
        """Run at once, after whichever run is under way: for the command line."""
        return self._run(job, lambda db: begin_run(db, job.name, "command", self.process), wait=True)

    def is_busy(self, job: Job) -> bool:
        """Whether this process is running the job."""
        return self._mutexes[job.name].locked()

    def _run(self, job: Job, begin: Begin, *, wait: bool) -> Outcome | None:
        with self._alone(job.name, wait=wait) as alone:
            if not alone:
                return None
            with self._transaction() as db:
                interrupt_runs(db, job.name)
                run_id = begin(db)
            return self._do(job, run_id) if run_id is not None else None

    @contextmanager
    def _alone(self, name: str, *, wait: bool) -> Iterator[bool]:
        mutex = self._mutexes[name]
        if not mutex.acquire(blocking=wait):
            yield False
            return
        try:
            taken = self.locks.take(name)
            while not taken and wait and not self.ending.wait(0.5):
                taken = self.locks.take(name)
            try:
                yield taken
            finally:
                if taken:
                    self.locks.release(name)
        finally:
            mutex.release()

    def _do(self, job: Job, run_id: UUID) -> Outcome:
        work = Work(job.name, self.database, self.config, self._may_go_on, self._notes(run_id))
        error: str | None = None
        try:
            job.function(work)
            status = "succeeded"
        except Ended:
            status, error = "interrupted", "The process was told to end, or lost its connection."
        except Exception as raised:  # a job that breaks must not take the others along
            log.exception("job %s failed", job.name)
            status, error = "failed", describe(raised)
            self.failed_at[job.name] = time.monotonic()
        with self._transaction() as db:
            end_run(db, run_id, status, work.counts, error)
        return Outcome(status, work.counts, error)

    def _may_go_on(self) -> bool:
        return not self.ending.is_set() and self.locks.alive()

    def _notes(self, run_id: UUID) -> Callable[[Counter[str]], None]:
        """Keeps the run's row up to date, but not at every single item."""
        noted = time.monotonic()

        def note(counts: Counter[str]) -> None:
            nonlocal noted
            if time.monotonic() - noted >= PROGRESS_EVERY:
                noted = time.monotonic()
                with self._transaction() as db:
                    note_progress(db, run_id, counts)

        return note

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self.database.transaction(Principal.system("job runner")) as db:
            yield db
