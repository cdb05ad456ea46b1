"""Interest that is none: head office disqualifies a lead that no dealer has, for a reason that can be counted."""

from __future__ import annotations

from datetime import datetime

from models.base import now
from models.errors import N_, Refused
from models.lead import DISQUALIFY_REASONS, NOT_ON_OFFER, WAITS_FOR_HEAD_OFFICE, Lead
from models.session import Session

WITH_A_DEALER = N_("A dealer has this lead: it can be disqualified once it came back.")


def disqualify(db: Session, lead: Lead, reason: str, note: str | None = None, at: datetime | None = None) -> None:
    """Disqualify the lead, for one of `DISQUALIFY_REASONS`; the last of them needs a note.

    It no longer waits for anybody, and no dealer sees it any more. Offering it brings it back.
    """
    if reason not in DISQUALIFY_REASONS:
        raise Refused(N_("Choose a reason."))
    note = (note or "").strip() or None
    if reason == "other" and note is None:
        raise Refused(N_("Say the reason in a few words."))
    db.refresh(lead, ["status", "dealer_id"], with_for_update=True)
    if lead.status not in WAITS_FOR_HEAD_OFFICE:
        raise Refused(WITH_A_DEALER if lead.status == "offered" else NOT_ON_OFFER[lead.status])
    lead.status, lead.dealer_id = "disqualified", None
    lead.disqualified_at, lead.disqualify_reason, lead.disqualify_note = at or now(), reason, note
