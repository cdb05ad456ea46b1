"""A mail server on a port of its own that keeps what it is given, and refuses whom it is told to."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast


@dataclass
class Mailbox:
    """What came in, and how the server answers. `refusals` maps a recipient to the reply to RCPT."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    refusals: dict[str, str] = field(default_factory=dict)
    hangs_up_after: int | None = None
    """How many mails it takes on one connection before it hangs up."""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        box = cast("_Server", self.server).box
        box.connections += 1
        taken = 0
        self._say("220 test")
        while line := self.rfile.readline():
            command = line.decode().strip()
            verb = command[:4].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "RCPT":
                address = command.partition("<")[2].partition(">")[0]
                self._say(box.refusals.get(address, "250 ok"))
                if address not in box.refusals:
                    box.recipients.append(address)
            elif verb == "DATA":
                if box.hangs_up_after is not None and taken >= box.hangs_up_after:
                    return
                self._say("354 go on")
                box.mails.append(self._read())
                taken += 1
                self._say("250 kept")
            else:
                self._say("250 ok")

    def _read(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return message_from_bytes(b"".join(lines), policy=default)

    def _say(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    box: Mailbox


@contextmanager
def smtp_server() -> Iterator[Mailbox]:
    """A server that runs while the block does."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.box = Mailbox(port=int(server.server_address[1]))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.box
        finally:
            server.shutdown()
            thread.join()
