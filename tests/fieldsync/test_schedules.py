"""2,000 schedules of everything that can go wrong between laptops and server; `make soak` plays 100,000 others."""

import logging
from collections import Counter

import pytest

from tests.fieldsync.simulation.machine import Theatre
from tests.fieldsync.simulation.soak import BATCH, play
from tests.fieldsync.simulation.wire import Fault

PARTS, BATCHES = 4, 5
"""In parts, so that several processes share them."""
DRAWN = (
    "applied", "merged", "conflict", "held", "needs_fix", "out_of_scope", "conflict records", "edit", "move", "give",
    "delete", "block", "decide", "restore", "blobs 200",
)  # fmt: skip
"""What must have happened in a part: schedules in which nothing goes wrong would prove nothing."""


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_whatever_happens(theatre: Theatre, part: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    seen = Counter[str]()
    for number in range(part * BATCHES, (part + 1) * BATCHES):
        seen += play(theatre, number, BATCH)
    assert seen["schedules"] >= BATCHES * BATCH
    missing = [what for what in (*DRAWN, *Fault) if not seen[what]]
    assert not missing, f"never drawn: {missing}"
