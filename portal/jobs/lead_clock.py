"""Pulls leads back from dealers who let their time to answer pass, and offers those that reps noted."""

from models.base import now
from models.errors import N_, Refused
from models.lead.intake import noted_leads, repeats
from models.lead.queries import get_lead, overdue_leads
from models.lead.routing import offer_lead
from portal.jobs.job import Work
from portal.mail.messages import lead_expired, lead_offered


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


def offer_noted_leads(work: Work) -> None:
    """To the best dealer each; what may repeat another lead, and what no dealer is competent for, is head office's."""
    with work.transaction() as db:
        noted = noted_leads(db)
    for lead_id in noted:
        work.check()
        with work.transaction() as db:
            lead = get_lead(db, lead_id)
            if lead.status != "received" or repeats(db, lead):
                continue
            try:
                lead_offered(db, work.config, offer_lead(db, lead))
            except Refused:  # nobody is competent, or head office was faster
                continue
        work.count(N_("leads offered"))
