"""Operations of older clients, said in the words of the newest records.

A client may be three versions behind and still push and pull; older ones still push, for ever. What a version changed
is one function here, from that version to the next, and stays: an operation that waited in a drawer for a year goes
through all of them. The inbox keeps what was sent, with its version; only what is understood is brought up.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from fieldsync import records

log = logging.getLogger(__name__)

Body = Mapping[str, Any]
Upcast = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: dict[int, Upcast] = {}
"""From each version to the next one, where the meaning of something changed; what was only added needs none."""


def bring_up(body: Body, schema: int) -> dict[str, Any] | None:
    """An operation of that version as the newest one says it; None if it cannot be said, so that it is held.

    An operation of a version that is not known yet stays as it is: what is understood of it counts.
    """
    said = dict(body)
    try:
        for version in range(max(schema, 1), records.SCHEMA):
            if step := STEPS.get(version):
                said = step(said)
    except Exception:  # a client's content must never become an error of ours
        log.exception("an operation of version %s could not be brought up", schema)
        return None
    return said
