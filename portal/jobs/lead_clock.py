"""Pulls leads back from dealers who let their time to answer pass."""

from models.base import now
from models.errors import N_, Refused
from models.lead.queries import get_lead, overdue_leads
from portal.jobs.job import Work
from portal.mail.messages import lead_expired


def expire_leads(work: Work) -> None:
    """Each lead in a transaction of its own: it is back with head office, and its dealer is told by mail."""
    at = now()
    with work.transaction() as db:
        overdue = overdue_leads(db, at)
    for lead_id in overdue:
        work.check()
        with work.transaction() as db:
            lead = get_lead(db, lead_id)
            try:
                ended = lead.expire(db, at)
            except Refused:  # the dealer answered meanwhile, or head office offered it anew
                continue
            lead_expired(db, work.config, lead, ended)
        work.count(N_("leads pulled back"))
