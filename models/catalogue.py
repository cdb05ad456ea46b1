"""What many pages need of the catalogue, kept in the process until the catalogue changes.

Every change of a product, brand or product group moves the head of the change feed's bucket `catalogue`, in the same
transaction. A session learns the head while it begins, so an answer kept under that head is never older than it.
"""

from collections.abc import Callable
from typing import TypeVar, cast

from models.session import Session

Answer = TypeVar("Answer")


def kept(db: Session, load: Callable[[Session], Answer]) -> Answer:
    """What `load` says: as it was read before, if the catalogue is still the same. Only for what everybody may read."""
    if db.catalogue is None:
        return load(db)
    head, answer = db.kept.get(load, (None, None))
    if head != db.catalogue:
        answer = load(db)
        db.kept[load] = db.catalogue, answer
    return cast(Answer, answer)
