"""Runs the portal's processes side by side, starts fallen ones again, and ends them all together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal.ending import Ending

ROOT = Path(__file__).resolve().parent.parent
GRACE = 30.0
"""Seconds that a process has to end what it does."""
LONGEST_PAUSE = 60.0
"""Seconds between attempts to start a process that keeps falling."""
PR_SET_PDEATHSIG = 1


@dataclass
class Process:
    """A program with its own environment. An `essential` one that falls takes the others with it."""

    command: Sequence[str]
    environment: Mapping[str, str]
    essential: bool = False
    _running: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _pause: float = field(default=1.0, init=False)
    _not_before: float = field(default=0.0, init=False)

    def start(self) -> None:
        """Start it; it will be told to end should this process die, however it dies."""
        self._running = subprocess.Popen(  # noqa: S603 - our own programs
            self.command, cwd=ROOT, env=dict(self.environment), preexec_fn=_end_with_parent, start_new_session=True
        )

    def exit_code(self) -> int | None:
        """The code with which it ended, None while it runs."""
        return self._running.poll() if self._running is not None else None

    def revive(self) -> None:
        """Start it again after a pause that doubles with each fall."""
        if self._running is not None:
            self._not_before, self._running = time.monotonic() + self._pause, None
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        elif time.monotonic() >= self._not_before:
            self.start()

    def stop(self, signal_number: int = signal.SIGTERM) -> None:
        """Ask it to end, without waiting."""
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(signal_number)

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, and end it by force after so many seconds."""
        if self._running is None:
            return
        try:
            self._running.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait()


def run(processes: Sequence[Process], *, each_second: Callable[[], None]) -> int:
    """Run until an essential process falls or a signal asks to end; returns the exit code for this process."""
    ending = Ending()
    ending.on_signals()
    for process in processes:
        process.start()
    code = 0
    try:
        while not ending.wait(1.0) and not code:
            each_second()
            code = _look_after(processes)
    finally:
        _stop(processes)
    return code


def _look_after(processes: Sequence[Process]) -> int:
    """Revive what has fallen; the exit code of an essential process that did, never 0, else 0."""
    for process in processes:
        ended = process.exit_code()
        if ended is not None and process.essential:
            return ended or 1
        if ended is not None or process._running is None:
            process.revive()
    return 0


def _stop(processes: Sequence[Process]) -> None:
    end = time.monotonic() + GRACE
    for process in processes:
        process.stop()
    for process in processes:
        process.wait(end - time.monotonic())


def _end_with_parent() -> None:
    """In the child, before it becomes another program: on Linux the kernel signals it when its parent dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
