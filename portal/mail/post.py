"""Where mails go: to a mail server, or into a folder as long as there is none."""

import os
import smtplib
import ssl
import tempfile
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
TIMEOUT = 30.0
FOLDER = "mail"


class Away(Exception):
    """The mail server cannot be reached or refuses us altogether."""


class Rejected(Exception):
    """The mail server will never take this mail."""


class Post(Protocol):
    """A way to send mails, open for one run."""

    def send(self, message: EmailMessage) -> str:
        """Send it and say where it went. Raises Away, Rejected, or anything else if it may work later."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True)
class MailServer:
    """What PORTAL_SMTP_URL says."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """smtp:// (plain), starttls:// or smtps://, with `user:password@` if the server asks. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("expected smtp://, starttls:// or smtps://, then user:password@host:port")
        user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
        return cls(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], user, password)


class Server:
    """Sends over one connection, made with the first mail and again if the server hung up."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> str:
        """Hand the mail to the server."""
        connection = self._open()
        try:
            connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, told = next(iter(error.recipients.values()))
            raise _refusal(code, told) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (OSError, smtplib.SMTPServerDisconnected):
            self._drop()
            raise
        return f"{self._server.host}:{self._server.port}"

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = _connect(self._server)
            except (OSError, smtplib.SMTPException) as error:
                where = f"{self._server.host}:{self._server.port}"
                raise Away(f"The mail server {where} cannot be used: {error}") from error
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._connection is not None:
            try:
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._drop()


class Folder:
    """Writes each mail as a file that any mail program opens: what is kept is what would have been sent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> str:
        """Write the file whole or not at all. Written again after a kill, it is the same file."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0] + ".eml"
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=".draft-")
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes())
        Path(draft).replace(self._folder / name)
        return f"{self._folder.name}/{name}"

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass


def open_post(smtp_url: str | None, data_dir: Path) -> Post:
    """The mail server named by the settings, else a folder in the data folder."""
    return Server(MailServer.parse(smtp_url)) if smtp_url else Folder(data_dir / FOLDER)


def forget_files(data_dir: Path, before: datetime) -> int:
    """Remove the mails that were written as files before a moment; returns how many."""
    old = [file for file in (data_dir / FOLDER).glob("*.eml") if file.stat().st_mtime < before.timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _connect(server: MailServer) -> smtplib.SMTP:
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    if server.scheme == "starttls":
        connection.starttls(context=ssl.create_default_context())
    if server.user is not None:
        connection.login(server.user, server.password or "")
    return connection


def _refusal(code: int, told: bytes | str) -> Exception:
    text = f"{code} {told.decode(errors='replace') if isinstance(told, bytes) else told}"
    return Rejected(text) if code >= 500 else RuntimeError(text)
