"""`portal jobs list|run NAME|work`."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from models.access import Principal
from models.base import now
from models.job_run import latest_runs
from models.locks import Locks
from models.session import Database
from portal import formats
from portal.cli import open_installation
from portal.config import Config
from portal.ending import Ending
from portal.jobs.due import next_due
from portal.jobs.job import Job
from portal.jobs.runner import Runner
from portal.jobs.schedule import JOBS, find_job
from portal.jobs.worker import Worker


@click.group()
def jobs() -> None:
    """List the jobs, run one, or work them all."""


@jobs.command("list")
def list_() -> None:
    """The jobs: when they run, when they ran last and how it went, and when they run next."""
    with _opened() as (database, config), database.open(Principal.system("portal jobs list")) as db:
        latest = latest_runs(db)
    writes = formats.of("en", config.timezone)
    for job in JOBS:
        run = latest.get(job.name)
        last = f"{run.status} {writes.datetime(run.started_at or run.requested_at)}" if run else "never run"
        upcoming = writes.datetime(next_due(job.schedule, config.timezone, now()))
        click.echo(f"{job.name:14} {job.schedule:12} last: {last:28} next: {upcoming}\n{'':14} {job.why}")


@jobs.command()
@click.argument("name")
def run(name: str) -> None:
    """Run the job NAME now, after a run of it that may be under way elsewhere."""
    job = _known(name)
    with _opened() as (database, config):
        locks, ending = Locks(database), Ending()
        ending.on_signals()
        outcome = Runner(database, config, locks, ending).run_now(job)
        locks.close()
    if outcome is None:
        raise click.ClickException(f"{name} was not run: told to end before its turn came.")
    for what, number in outcome.counts.items():
        click.echo(f"{number} {what}")
    click.echo(f"{name} {outcome.status}" + (f": {outcome.error}" if outcome.error else ""))
    sys.exit(outcome.status != "succeeded")


@jobs.command()
def work() -> None:
    """Run all jobs by their schedule until told to end. Of several such processes one leads, the others stand by."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    with _opened() as (database, config):
        worker = Worker(database, config, JOBS)
        worker.ending.on_signals()
        worker.work()


def _known(name: str) -> Job:
    job = find_job(name)
    if job is None:
        raise click.ClickException(f"There is no job {name}. There are: {', '.join(job.name for job in JOBS)}.")
    return job


@contextmanager
def _opened() -> Iterator[tuple[Database, Config]]:
    with open_installation() as place, place.database("jobs") as database:
        yield database, Config.from_environment()
