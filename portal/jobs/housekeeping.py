"""Ends what has run out, and removes what nobody will ask about any more: docs/deployment.md says what and when."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from models.base import now
from models.check_in import KEPT, forget_positions
from models.errors import N_
from models.importing.upload import forget_contents, forget_previews
from models.job_run import forget_runs
from models.market.run import thin_runs
from models.outbox import forget_bodies
from models.quote.drafting import expire_quotes
from models.session import Session
from models.sync.blob import forget_orphans
from models.user.session import forget_attempts, forget_sessions
from models.user.sign_in import forget_invitations
from portal.config import Config
from portal.jobs.job import Work
from portal.mail.post import forget_files

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
IDLE_RUNS = timedelta(days=2)


def keep_house(work: Work) -> None:
    """One transaction for each kind of thing, so that one that fails loses nothing of the others."""
    at = now()
    for what, act in tasks(at, work.config).items():
        work.check()
        with work.transaction() as db:
            work.count(what, act(db))


def tasks(at: datetime, config: Config) -> dict[str, Callable[[Session], int]]:
    """What is done, by the word under which it is counted. All of it may be done again at any time."""
    today = at.astimezone(ZoneInfo(config.timezone)).date()
    return {
        N_("quotes expired"): lambda db: expire_quotes(db, today),
        N_("sessions removed"): lambda db: forget_sessions(db, at - MONTH),
        N_("photos removed that belong nowhere"): lambda db: forget_orphans(db, at - MONTH),
        N_("positions of check-ins forgotten"): lambda db: forget_positions(db, at - KEPT),
        N_("sign-in attempts removed"): lambda db: forget_attempts(db, at - MONTH),
        N_("invitations removed"): lambda db: forget_invitations(db, at - MONTH),
        N_("mail bodies emptied"): lambda db: forget_bodies(db, at - QUARTER),
        N_("mail files removed"): lambda _db: forget_files(config.data_dir, at - QUARTER),
        N_("imported files emptied"): lambda db: forget_contents(db, at - MONTH),
        N_("imports never loaded removed"): lambda db: forget_previews(db, at - QUARTER),
        N_("market share runs removed"): lambda db: thin_runs(db, today - QUARTER),
        N_("job runs removed"): lambda db: forget_runs(db, idle_before=at - IDLE_RUNS, before=at - QUARTER),
    }
