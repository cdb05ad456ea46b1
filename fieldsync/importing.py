"""Taking in a file of unsent work at head office, when the laptop it comes from will not send it any more.

Each operation is kept as its writer's, once, whoever else sends it and when, and waits for a decision: nobody's
signature stands on the file, so a person looks before it counts.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fieldsync.exchange import Body, Failure
from fieldsync.exported import Exported, read_exported
from fieldsync.operations import Malformed, Operation, Result, message, read_operation
from fieldsync.push import row_of
from models.errors import N_, Refused
from models.session import Session
from models.sync import blob as blobs
from models.sync import inbox
from models.sync.audit import current_epoch
from models.sync.device import begin_import
from models.sync.inbox import Verdict

FROM_FILE = N_("Head office took this in from a file. It is kept until somebody decides.")
NOBODY = N_("The file is of somebody whom no laptop is known of.")
MOST = 5000
TOO_MANY = N_("The file holds more than %(count)s changes.")


@dataclass(frozen=True)
class Imported:
    """How many operations are new and wait now, how many were known already, and how many nobody could read.

    Of photos, how many came whole; those that are none count as unreadable.
    """

    name: str
    taken: int
    known: int
    unreadable: int
    drafts: int
    photos: int = 0


def import_file(db: Session, text: str, passphrase: str) -> Imported:
    """Take a file in. Refused, with nothing changed, when it cannot be opened or its rep is not known."""
    exported = read_exported(text, passphrase)
    if len(exported.bodies) > MOST:
        raise Refused(TOO_MANY, count=MOST)
    operations = _operations(exported, str(current_epoch(db)))
    taken = _keep(db, exported, operations)
    photos = sum(_keep_photo(db, exported.user_id, photo) for photo in exported.photos)
    unreadable = len(exported.bodies) - len(operations) + len(exported.photos) - photos
    return Imported(exported.name, taken, len(operations) - taken, unreadable, exported.drafts, photos)


def import_work(db: Session, body: Body) -> Body:
    """The door: `{file, passphrase}`, the file as a text."""
    text, passphrase = body.get("file"), body.get("passphrase")
    if not isinstance(text, str) or not isinstance(passphrase, str):
        raise Failure(400, "bad_request", field="file")
    try:
        done = import_file(db, text, passphrase)
    except Refused as refusal:
        raise Failure(422, "refused", message=message(refusal.message, **refusal.params)) from None
    counts = {"taken": done.taken, "known": done.known, "unreadable": done.unreadable}
    return {**counts, "drafts": done.drafts, "photos": done.photos}


def _operations(exported: Exported, life: str) -> list[Operation]:
    """Those that have an id of their own. What else is wrong with one is seen when somebody decides about it."""
    found = []
    for place, body in enumerate(exported.bodies, 1):
        try:
            found.append(read_operation({**body, "seq": place} if isinstance(body, dict) else body, life))
        except Malformed:
            continue
    return found


def _keep_photo(db: Session, user_id: UUID, photo: Any) -> bool:
    """Keep the bytes of a photo as its writer's, if they are what they are called; the attachment is an operation."""
    try:
        content = b64decode(photo["data"], validate=True)
        blobs.take_whole(db, user_id, photo["sha256"], photo["mime"], content)
    except (Refused, ValueError, KeyError, TypeError):
        return False
    return True


def _keep(db: Session, exported: Exported, operations: Sequence[Operation]) -> int:
    """Keep what is not there yet, in a sequence of its own beside those of the rep's laptops."""
    client = begin_import(db, exported.user_id, len(exported.bodies))
    if client is None:
        raise Refused(NOBODY)
    held = Result(Verdict.HELD, message=message(FROM_FILE))
    return inbox.take_in(db, [row_of(client, operation, held) for operation in operations], client)
