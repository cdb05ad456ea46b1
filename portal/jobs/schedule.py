"""The jobs of the portal: name, when (minute, hour, day, month, weekday), what, and why there is such a job."""

from models.errors import N_
from portal.jobs.catalogue import catalogue_is_behind, snapshot_catalogue
from portal.jobs.feed_audit import audit_field_sync
from portal.jobs.hand_overs import hand_over_due, waiting_hand_overs
from portal.jobs.housekeeping import keep_house
from portal.jobs.imports import do_imports, waiting_imports
from portal.jobs.job import Job
from portal.jobs.lead_clock import expire_leads, offer_noted_leads
from portal.jobs.market_share import consolidate_market
from portal.jobs.outbox import send_mails, waiting_mails
from portal.jobs.quote_pdfs import make_quote_pdfs, waiting_documents

JOBS: tuple[Job, ...] = (
    Job("quote_pdfs", "* * * * *", make_quote_pdfs, N_("Makes the PDFs of issued quotes."), waiting_documents),
    Job("outbox", "* * * * *", send_mails, N_("Sends the mails that wait in the outbox."), waiting_mails),
    Job("imports", "* * * * *", do_imports, N_("Checks and loads large files."), waiting_imports),
    Job("hand_overs", "* * * * *", hand_over_due, N_("Hands over territories and accounts."), waiting_hand_overs),
    Job("lead_clock", "*/5 * * * *", expire_leads, N_("Pulls back leads that nobody answered in time.")),
    Job("lead_routing", "*/5 * * * *", offer_noted_leads, N_("Offers the leads that reps noted to dealers.")),
    Job("market_share", "20 2 * * *", consolidate_market, N_("Consolidates the market shares of the last year.")),
    Job(
        "catalogue",
        "30 2 * * *",
        snapshot_catalogue,
        N_("Packs the catalogue for new laptops."),
        catalogue_is_behind,
    ),
    Job("feed_audit", "10 3 * * *", audit_field_sync, N_("Compares what field clients are told with what is there.")),
    Job("housekeeping", "45 3 * * *", keep_house, N_("Expires quotes and removes what is no longer needed.")),
)


def find_job(name: str) -> Job | None:
    """The job of that name."""
    return next((job for job in JOBS if job.name == name), None)
