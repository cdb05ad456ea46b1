"""What a refusal of the database means to whoever asked; the web and the jobs see none of the driver's errors."""

from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, NoResultFound, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

DatabaseError = SQLAlchemyError
"""The class of all errors that `trouble_of` can tell apart."""


class Trouble(StrEnum):
    """Kinds of refusal."""

    UNSEEN = "unseen"
    """The row does not exist or a policy hides it: the two are deliberately the same."""
    CHANGED = "changed"
    """Somebody else changed or removed the row meanwhile."""
    TAKEN = "taken"
    """Such a row exists already, or is still needed by another."""
    BUSY = "busy"
    """Nothing is wrong with the request; the database could not serve it now."""


STATES = {
    "42501": Trouble.UNSEEN,
    "23505": Trouble.TAKEN,
    "23503": Trouble.TAKEN,
    "40001": Trouble.BUSY,
    "40P01": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "57014": Trouble.BUSY,
    "57P01": Trouble.BUSY,
    "57P03": Trouble.BUSY,
    "53300": Trouble.BUSY,
}
"""SQLSTATE → what it means. Anything else is a mistake of ours."""


def trouble_of(error: Exception) -> Trouble | None:
    """The kind of refusal, or None for an error that is nobody's but ours."""
    if isinstance(error, NoResultFound):
        return Trouble.UNSEEN
    if isinstance(error, StaleDataError):
        return Trouble.CHANGED
    if isinstance(error, PoolTimeout):
        return Trouble.BUSY
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        lost = state is None and isinstance(error, OperationalError | InterfaceError)
        return Trouble.BUSY if error.connection_invalidated or lost else STATES.get(state or "")
    return None
