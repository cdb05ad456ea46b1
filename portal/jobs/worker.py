"""`portal jobs work`: one process of several leads and runs the jobs, the others stand by for the day it falls."""

import logging
import time
from collections.abc import Callable
from datetime import UTC
from functools import partial

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from models.access import Principal
from models.job_run import requested_jobs
from models.locks import LEADER, Locks
from models.session import Database
from models.sync.audit import notice_restore
from models.trouble import DatabaseError
from portal.config import Config
from portal.ending import Ending
from portal.jobs.due import trigger
from portal.jobs.job import Job
from portal.jobs.runner import Outcome, Runner

log = logging.getLogger(__name__)

Run = Callable[[Job], Outcome | None]
QUIET_AFTER_FAILURE = 60.0
"""Seconds for which a job that failed is not run again merely because something waits for it."""


class Worker:
    """The process that runs jobs. It leads while it holds the leader's lock, and finds that out every second."""

    def __init__(self, database: Database, config: Config, jobs: tuple[Job, ...]) -> None:
        self.database, self.config, self.jobs = database, config, jobs
        self.ending = Ending()
        self.locks = Locks(database)
        self.runner = Runner(database, config, self.locks, self.ending)
        self.leading = False
        self.scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(2 * len(jobs))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def work(self) -> None:
        """Run jobs until `ending` is set; then let those under way come to the end of their item."""
        for job in self.jobs:
            when = trigger(job.schedule, self.config.timezone)
            self.scheduler.add_job(partial(safely, self.runner.run_due, job), when, id=job.name)
        self.scheduler.start(paused=True)
        try:
            while not self.ending.is_set():
                self.tick()
                self.ending.wait(1.0)
        finally:
            self.ending.set()
            self.scheduler.shutdown(wait=True)
            self.locks.close()

    def tick(self) -> None:
        """Take or keep the lead, and as the leader look for work that somebody waits for."""
        try:
            leads = self.locks.alive() if self.leading else self.locks.take(LEADER)
            if leads != self.leading:
                self._turn(leads)
            elif leads:
                self._look()
        except DatabaseError as error:
            log.warning("the database does not answer: %s", error)
            self.locks.close()
            if self.leading:
                self._turn(leads=False)

    def _turn(self, leads: bool) -> None:
        """Begin to lead, noticing a restore and catching up what was missed, or stop leading."""
        self.leading = leads
        if not leads:
            log.warning("%s no longer leads the jobs", self.runner.process)
            self.scheduler.pause()
            return
        log.info("%s leads the jobs", self.runner.process)
        with self.database.transaction(Principal.system("job runner")) as db:
            if notice_restore(db):
                log.warning("the database was restored: field clients compare, and send again what it does not know")
        self.scheduler.resume()
        for job in self.jobs:
            self._start(self.runner.run_due, job)

    def _look(self) -> None:
        """Start what head office asked for and what something waits for, unless it is under way."""
        free = [job for job in self.jobs if not self.runner.is_busy(job)]
        with self.database.transaction(Principal.system("job runner")) as db:
            requested = requested_jobs(db)
            wanted = {job.name for job in free if job.wanted and not self._is_quiet(job) and job.wanted(db)}
        for job in free:
            if job.name in requested:
                self._start(self.runner.run_requested, job)
            elif job.name in wanted:
                self._start(self.runner.run_wanted, job)

    def _is_quiet(self, job: Job) -> bool:
        failed = self.runner.failed_at.get(job.name)
        return failed is not None and time.monotonic() - failed < QUIET_AFTER_FAILURE

    def _start(self, run: Run, job: Job) -> None:
        """Run in one of the scheduler's threads."""
        self.scheduler.add_job(partial(safely, run, job), id=f"{job.name} {run.__name__}", replace_existing=True)


def safely(run: Run, job: Job) -> None:
    """Whatever goes wrong around a run, such as a lost database, must not end the process."""
    try:
        outcome = run(job)
    except Exception:
        log.exception("job %s could not be run", job.name)
        return
    if outcome is not None and (outcome.counts or outcome.error):
        counts = ", ".join(f"{number} {what}" for what, number in outcome.counts.items())
        log.info("job %s %s: %s", job.name, outcome.status, outcome.error or counts)
