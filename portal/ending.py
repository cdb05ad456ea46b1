"""How a process is asked to end by a signal."""

import signal
from contextlib import suppress
from queue import Empty, SimpleQueue


class Ending:
    """A request to end that a signal handler may make at any moment.

    `threading.Event` takes a lock to be set; two signals close together would wait for it for ever.
    """

    def __init__(self) -> None:
        self._asked = False
        self._wake: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Ask to end."""
        self._asked = True
        self._wake.put(None)

    def is_set(self) -> bool:
        """Whether the end was asked for."""
        return self._asked

    def wait(self, seconds: float) -> bool:
        """Sleep until the end is asked for, or so long; returns whether it was."""
        if not self._asked:
            with suppress(Empty):
                self._wake.get(timeout=seconds)
        return self._asked

    def on_signals(self) -> None:
        """Let SIGTERM and SIGINT ask for the end of this process."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.set())
