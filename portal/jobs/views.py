"""What the jobs did, for head office, which may also ask for a run."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.base import now
from models.errors import N_, NotFound
from models.job_run import STATUSES, TRIGGERS, JobRun, latest_runs, list_runs, request_run
from models.locks import LEADER, is_held
from portal.jobs.due import next_due
from portal.jobs.job import Job
from portal.jobs.schedule import JOBS, find_job
from portal.web import db
from portal.web.lifecycle import portal
from portal.web.lists import Filter, Listing
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

TONES = {"requested": "info", "running": "info", "succeeded": "good", "failed": "late", "interrupted": "soon"}
LISTING = Listing(
    sorts=("requested_at",),
    default_sort="-requested_at",
    filters=(
        Filter("job", N_("Job"), tuple((job.name, job.name) for job in JOBS)),
        Filter("status", N_("Status"), tuple(STATUSES.items())),
    ),
    size=25,
)


@dataclass(frozen=True)
class Shown:
    """A job as the page shows it."""

    job: Job
    rhythm: str
    last: JobRun | None
    next_at: datetime | None


@bp.get("")
@requires(Permission.RUN_JOBS)
def index() -> BaseResponse:
    """The jobs and their runs, newest first."""
    state = LISTING.read()
    runs = list_runs(
        db,
        name=state.chosen.get("job"),
        status=state.chosen.get("status"),
        limit=state.limit,
        offset=state.offset,
    )
    return render(
        "jobs/index.html",
        partial={"jobs": "jobs/_jobs.html", "runs": "jobs/_runs.html"},
        jobs=shown(),
        worked=is_held(db, LEADER),
        page=state.page(runs),
        chips={status: (_(label), TONES[status]) for status, label in STATUSES.items()},
        said=_,  # as a function it answers with text; in a template it would be taken for markup
        triggers={name: _(label) for name, label in TRIGGERS.items()},
    )


@bp.post("/<name>/runs")
@requires(Permission.RUN_JOBS)
def create(name: str) -> BaseResponse:
    """Ask for a run; the process that leads the jobs takes it up within a second."""
    if find_job(name) is None:
        raise NotFound
    request_run(db, name)
    flash(_("Asked for a run of %(job)s.", job=name), "good")
    return see_other("jobs.index")


def shown() -> list[Shown]:
    """Every job with its last run and its next time."""
    timezone = portal().settings.timezone
    latest = latest_runs(db)
    return [
        Shown(job, rhythm(job.schedule), latest.get(job.name), next_due(job.schedule, timezone, now())) for job in JOBS
    ]


def rhythm(schedule: str) -> str:
    """A cron line in words, as far as there are any for it."""
    minute, hour, *days = schedule.split()
    if days != ["*"] * 3:
        return schedule
    if (minute, hour) == ("*", "*"):
        return str(_("every minute"))
    if minute.startswith("*/") and hour == "*":
        return str(_("every %(count)s minutes", count=minute[2:]))
    if minute.isdecimal() and hour.isdecimal():
        return str(_("every day at %(time)s", time=f"{int(hour):02}:{int(minute):02}"))
    return schedule
