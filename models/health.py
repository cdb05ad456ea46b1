"""Whether the database answers at all."""

import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models.session import Database

log = logging.getLogger(__name__)


def answers(database: Database) -> bool:
    """Ask the database the smallest question. Why it did not answer goes to the log, not to the caller."""
    try:
        with database.open(None) as db:
            db.execute(text("select 1"))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return False
    return True
