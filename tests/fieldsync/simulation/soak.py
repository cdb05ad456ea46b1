"""Plays schedules in batches, each from a seed of its own: `python -m tests.fieldsync.simulation`, or `make soak`.

A batch whose seed is given again plays the same schedules again, so a failure of the night can be looked at
in the morning.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections import Counter

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fieldsync.simulation.machine import Schedules, Theatre
from tests.postgres import Postgres

BATCH = 100
NIGHT = 100_000
STEPS, STEPS_AT_NIGHT = 12, 20
"""How long a schedule may be in the suite, and how long at night."""


def play(theatre: Theatre, number: int, count: int, *, steps: int = STEPS, shortest: bool = True) -> Counter[str]:
    """Play `count` schedules drawn from a seed; returns what they came to.

    Raises what a check raised, with the shortest schedule that shows it, or at once with the first.
    """

    class Drawn(Schedules):
        pass

    Drawn.theatre, Drawn.seen = theatre, Counter()
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    chosen = settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shortest else (Phase.generate,),
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=quiet,
    )
    run_state_machine_as_test(seed(number)(Drawn), settings=chosen)
    return Drawn.seen


def soak(count: int, first: int, *, shortest: bool) -> int:
    """Play that many schedules in batches, printing the seed of each. The exit code of the command."""
    logging.disable(logging.CRITICAL)  # refusals are what is being played, thousands of them
    postgres = Postgres()
    database = postgres.clone()
    total, began = Counter[str](), time.monotonic()
    try:
        with Theatre.opened(postgres, database) as theatre:
            for number in range(first, first + -(-count // BATCH)):
                print(f"seed {number}", end=" ", flush=True)
                total += play(theatre, number, min(BATCH, count), steps=STEPS_AT_NIGHT, shortest=shortest)
                print(_rate(total, time.monotonic() - began), flush=True)
    except BaseException:
        print(f'\nPlay it again: make soak ARGS="--seed {number} --count {min(BATCH, count)}"', flush=True)
        raise
    finally:
        postgres.drop(database)
        postgres.close()
    print("What was drawn:", ", ".join(f"{what} {times}" for what, times in sorted(total.items())))
    return 0


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--count", type=int, default=NIGHT, help=f"schedules to play ({NIGHT})")
    parser.add_argument(
        "--seed", type=int, default=time.time_ns() // 10**9, help="the seed of the first batch (the time)"
    )
    parser.add_argument("--first", action="store_true", help="show the first failing schedule, not the shortest")
    chosen = parser.parse_args(arguments)
    return soak(chosen.count, chosen.seed, shortest=not chosen.first)


def _rate(total: Counter[str], seconds: float) -> str:
    return (
        f"{total['schedules']} schedules, {total['steps'] / seconds:.0f} steps/s, {total['schedules'] / seconds:.1f}/s"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
