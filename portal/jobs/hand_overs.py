"""Carries out hand-overs on their day."""

from models.errors import N_
from models.hand_over import carry_out_due, is_due
from models.session import Session
from portal.jobs.job import Work


def hand_over_due(work: Work) -> None:
    """Everything that is due, in one transaction: the reps' laptops hear of all of it at once."""
    work.check()
    with work.transaction() as db:
        work.count(N_("handed over"), carry_out_due(db))


def waiting_hand_overs(db: Session) -> bool:
    """Whether one takes effect now."""
    return is_due(db)
