"""The line between a laptop and the real application, which is called in this process, and all that breaks on it."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import event

from portal.app import create_app
from portal.config import Config
from tests.fieldsync.simulation.stage import Stage

CONFIG = Config(data_dir=Path("/nonexistent"), secret_key="only for tests")


class Fault(StrEnum):
    """What may happen to one request."""

    NONE = "none"
    LOST = "request lost before the server"
    CUT = "half a request"
    CRASH = "server dies at a statement"
    MUTE = "answer lost after commit"
    TORN = "half an answer"
    TWICE = "request delivered twice"
    LATE = "request delivered later"
    PORTAL = "captive portal answers 200"
    BUSY = "server busy"
    SIGNED_OUT = "session ran out"
    SMALL = "a proxy takes small bodies only"


class Offline(Exception):
    """No answer that could be ours came back: whether the server acted is not known."""


class PowerCut(BaseException):
    """The server process dies here. No handler of the application may catch it."""


@dataclass(frozen=True)
class Sent:
    """A request as it went over the line: it can be delivered again at any time."""

    door: str
    data: bytes
    cookie: str
    offset: int | None = None
    """Where a part of a photo belongs; None for JSON."""
    announced: int | None = None
    """The length that its head promised, where the body broke off."""


class Wire:
    """Delivers requests to the application as a WSGI server does."""

    def __init__(self, stage: Stage) -> None:
        self.app = create_app(CONFIG, stage.database)
        self.cookies = {who: self._cookie(token) for who, token in stage.tokens.items()}
        self.countdown = 0
        self.observer: Callable[[Sent, int], None] = lambda _sent, _status: None
        self.engine = stage.database.engine
        self.used: set[Any] = set()
        event.listen(self.engine, "checkout", lambda connection, *_: self.used.add(connection))
        event.listen(self.engine, "checkin", lambda connection, *_: self.used.discard(connection))
        event.listen(self.engine, "before_cursor_execute", self._statement)
        self.engine.dialect.do_commit = self._commit(self.engine.dialect.do_commit)  # type: ignore[method-assign]

    def deliver(self, sent: Sent) -> tuple[int, bytes, str]:
        """(status, body, content type) of one request that reaches the server."""
        try:
            status, data, kind = call(self.app, sent)
        except PowerCut:
            self.countdown = 0
            self._hang_up()
            self.observer(sent, 0)
            raise
        assert not self.used, "a request gave its connection back"
        self.observer(sent, status)
        return status, data, kind

    def _hang_up(self) -> None:
        """A dead process has lost its connections, and their transactions with them, also those in use."""
        for connection in list(self.used):
            connection.close()
        self.used.clear()
        self.engine.dispose()

    @contextmanager
    def crash_after(self, statements: int) -> Iterator[None]:
        """Let the server die before its n-th statement from here on; a commit counts as one."""
        self.countdown = statements
        try:
            yield
        finally:
            self.countdown = 0

    def _statement(self, *_: Any) -> None:
        self._tick()

    def _commit(self, commit: Callable[[Any], None]) -> Any:
        """Not by the event of that name: what is raised there leaves the transaction open on a pooled connection."""

        def die_or_commit(connection: Any) -> None:
            self._tick()
            commit(connection)

        return die_or_commit

    def _tick(self) -> None:
        if self.countdown:
            self.countdown -= 1
            if self.countdown == 0:
                raise PowerCut

    def _cookie(self, token: str) -> str:
        http = self.app.test_client()
        with http.session_transaction() as session:
            session["_user_id"] = token
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = http.get_cookie(name)
        assert cookie is not None
        return f"{name}={cookie.value}"


class Line:
    """One laptop's connection: the faults that wait for its next requests, and what it does about each."""

    def __init__(self, wire: Wire, who: str, archive: list[Sent], late: list[Sent], happened: Counter[str]) -> None:
        self.happened = happened
        self.wire, self.cookie = wire, wire.cookies[who]
        self.archive, self.late = archive, late
        self.faults: list[tuple[Fault, int]] = []
        self.last_pull: tuple[int, Any] = (0, {})
        self.damaged: set[str] = set()
        """Photos whose next part loses a bit on its way."""

    def post(self, door: str, body: dict[str, Any]) -> tuple[int, Any]:
        """Status and JSON of the answer. Raises Offline where none arrived, or none of ours."""
        fault, number = self._next_fault()
        data = gzip.compress(json.dumps(body).encode(), compresslevel=1, mtime=0)
        status, decoded = self._exchange(
            Sent(door, data, "" if fault is Fault.SIGNED_OUT else self.cookie), fault, number
        )
        if door == "pull":
            self.last_pull = status, decoded
        return status, decoded

    def patch(self, door: str, offset: int, part: bytes) -> tuple[int, Any]:
        """Send a part of a photo."""
        fault, number = self._next_fault()
        sha256 = door.rpartition("/")[2]
        if sha256 in self.damaged:
            self.damaged.remove(sha256)
            part = bytes([part[0] ^ 1]) + part[1:]
        cookie = "" if fault is Fault.SIGNED_OUT else self.cookie
        return self._exchange(Sent(door, part, cookie, offset), fault, number)

    def _next_fault(self) -> tuple[Fault, int]:
        fault, number = self.faults.pop(0) if self.faults else (Fault.NONE, 0)
        self.happened[fault] += 1
        return fault, number

    def _exchange(self, sent: Sent, fault: Fault, number: int) -> tuple[int, Any]:
        status, answer, kind = self._carry(sent, fault, number)
        if fault is Fault.TORN:
            answer = answer[: number % max(len(answer), 1)]
        try:
            decoded = json.loads(answer)
        except ValueError:
            raise Offline(fault) from None
        if kind != "application/json" or (status == 200 and "server_time" not in decoded):
            raise Offline(fault)
        return status, decoded

    def _carry(self, sent: Sent, fault: Fault, number: int) -> tuple[int, bytes, str]:
        if fault is Fault.LOST:
            raise Offline(fault)
        if fault is Fault.LATE:
            self.late.append(sent)
            raise Offline(fault)
        if fault is Fault.PORTAL:
            return 200, b"<html>Welcome to our hotel</html>", "text/html"
        if fault is Fault.BUSY:
            return 503, b'{"error": "busy"}', "application/json"
        if fault is Fault.SMALL and len(sent.data) > 400:
            return 413, b'{"error": "too_large"}', "application/json"
        if fault is Fault.CUT:
            half = sent.data[: number % max(len(sent.data), 1)]
            return self.wire.deliver(replace(sent, data=half, announced=len(sent.data)))
        return self._arrive(sent, fault, number)

    def _arrive(self, sent: Sent, fault: Fault, number: int) -> tuple[int, bytes, str]:
        if fault is Fault.CRASH:
            with suppress(PowerCut), self.wire.crash_after(1 + number % 40):
                self.wire.deliver(sent)
            raise Offline(fault)
        answer = self.wire.deliver(sent)
        self.archive.append(sent)
        if fault is Fault.TWICE:
            answer = self.wire.deliver(sent)
        if fault is Fault.MUTE:
            raise Offline(fault)
        return answer


def call(app: Any, sent: Sent) -> tuple[int, bytes, str]:
    """(status, unpacked body, content type): what a WSGI server does with a request."""
    answered: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        answered.update(status=int(status[:3]), **{name.lower(): value for name, value in headers})

    body = app(_environ(sent), start)
    data = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    if answered.get("content-encoding") == "gzip":
        data = gzip.decompress(data)
    return answered["status"], data, answered.get("content-type", "")


def _environ(sent: Sent) -> dict[str, Any]:
    json_body = {"CONTENT_TYPE": "application/json", "HTTP_CONTENT_ENCODING": "gzip", "REQUEST_METHOD": "POST"}
    part = {"CONTENT_TYPE": "application/offset+octet-stream", "REQUEST_METHOD": "PATCH"}
    return {
        **(json_body if sent.offset is None else {**part, "HTTP_UPLOAD_OFFSET": str(sent.offset)}),
        "SCRIPT_NAME": "",
        "PATH_INFO": f"/fieldsync/v1/{sent.door}",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "HTTP_ORIGIN": "http://localhost",
        "HTTP_ACCEPT": "application/json",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "HTTP_COOKIE": sent.cookie,
        "CONTENT_LENGTH": str(len(sent.data) if sent.announced is None else sent.announced),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(sent.data),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
