"""The server's half of a laptop's key: made when the laptop begins to encrypt, handed out when the PIN is forgotten."""

from __future__ import annotations

from base64 import b64encode

from fieldsync.devices import find_caller
from fieldsync.exchange import Body, Failure
from models.session import Session
from models.sync.at_rest import hand_out, make_half, signed_in_freshly


def unlock(db: Session, body: Body) -> Body:
    """A new half, which opens nothing that was there before; or the present one, for who has just signed in.

    `half` is null for a laptop that was stopped, or whose half is gone: then only the PIN opens it.
    """
    _, device, common = find_caller(db, body)
    new = body.get("new") is True
    if not new and not signed_in_freshly(db):
        raise Failure(403, "sign_in_again")
    key = make_half(db, device) if new else hand_out(db, device)
    half = None if key is None else {"half": b64encode(key.half).decode(), "mark": key.mark}
    return {**common, "half": half}
