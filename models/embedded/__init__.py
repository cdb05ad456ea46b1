"""The embedded PostgreSQL: a server in the data folder, shared by all the portal's processes on this machine.

Who uses the server holds a shared lock on a file. The kernel lets go of it when the holder ends, however it ends, so
the last one out knows that it is the last and stops the server, and a killed holder is never waited for.
"""

import atexit
import fcntl
import os
import pwd
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import platformdirs
from sqlalchemy.engine import URL

from models.embedded.cluster import PORT, SUPERUSER, Cluster
from models.embedded.programs import Programs, find_programs
from models.embedded.sockets import socket_folder
from models.secrets_file import NAME as SECRETS
from models.secrets_file import load_secrets
from models.server import ServerTrouble

__all__ = ["EmbeddedServer", "default_data_dir", "start"]


def default_data_dir() -> Path:
    """PORTAL_DATA_DIR, else `/var/lib/channel-portal` for root and the user's own data folder for anybody else."""
    if named := os.environ.get("PORTAL_DATA_DIR"):
        return Path(named)
    return Path("/var/lib/channel-portal") if os.geteuid() == 0 else platformdirs.user_data_path("channel-portal")


def start(data_dir: Path, *, fsync: bool = True) -> "EmbeddedServer":
    """Use the server of `data_dir`: make it the first time, start it unless it runs. Raises ServerTrouble.

    `fsync=False` is for tests: faster, and a power cut may cost the data. It counts only for whoever starts the server.
    """
    data_dir = data_dir.expanduser().resolve()
    _prepare(data_dir)
    programs = find_programs(data_dir)
    _refuse_private(data_dir, programs)
    owners = {os.geteuid()} | ({pwd.getpwnam(programs.user).pw_uid} if programs.user else set())
    cluster = Cluster(data_dir / "postgres", socket_folder(data_dir, owners), programs)
    return EmbeddedServer(data_dir, cluster, fsync=fsync)


class EmbeddedServer:
    """A hold on the embedded server; the server runs until the last hold on it is closed."""

    def __init__(self, data_dir: Path, cluster: Cluster, *, fsync: bool) -> None:
        self.data_dir = data_dir
        self._cluster = cluster
        self._fsync = fsync
        self._pid = os.getpid()
        with _locked(data_dir / "gate.lock"):
            self._hold: IO[bytes] | None = (data_dir / "holders.lock").open("ab")
            fcntl.flock(self._hold, fcntl.LOCK_SH)
            try:
                self._ensure()
            except BaseException:
                self._hold.close()
                raise
        atexit.register(self.close)

    def url(self, user: str, password: str, database: str) -> str:
        """The address of a database for one login, for SQLAlchemy."""
        query = {"host": str(self._cluster.socket_dir), "port": str(PORT)}
        url = URL.create("postgresql+psycopg", user, password, database=database, query=query)
        return url.render_as_string(hide_password=False)

    def admin_url(self, database: str = "postgres") -> str:
        """The same for the superuser: for migrations and backups, never for a process that answers the web."""
        return self.url(SUPERUSER, load_secrets(self.data_dir).admin_password, database)

    def ensure_running(self) -> None:
        """Start the server again if it was killed or lost its socket; does nothing while it runs."""
        if self._cluster.is_running() and not self._cluster.is_deaf():
            return
        with _locked(self.data_dir / "gate.lock"):
            self._ensure()

    def close(self) -> None:
        """Let go of the server, and stop it if nobody else holds it. Twice, or in a forked child, it does nothing."""
        if self._hold is None or os.getpid() != self._pid:
            return
        atexit.unregister(self.close)
        hold, self._hold = self._hold, None
        with hold, _locked(self.data_dir / "gate.lock"):
            try:
                fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self._cluster.is_running():
                self._cluster.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ensure(self) -> None:
        if not self._cluster.folder.exists():
            self._cluster.create(load_secrets(self.data_dir).admin_password)
        elif not (self.data_dir / SECRETS).exists():
            what = f"{self.data_dir} holds a database, but its passwords ({SECRETS}) are missing."
            raise ServerTrouble(what, "Restore that file from a backup of the data folder.")
        _refuse_other_version(self._cluster)
        if self._cluster.is_running() and self._cluster.is_deaf():
            self._cluster.stop()
        if not self._cluster.is_running():
            self._cluster.start(fsync=self._fsync)
        _await_answer(self._cluster)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a file's lock alone, for as long as a start or a stop takes."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _prepare(data_dir: Path) -> None:
    """Make the data folder: others may pass through it to a file they know the name of, and nothing more."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o711)
    except OSError as error:
        what = f"The data folder {data_dir} cannot be made or used: {error.strerror}."
        raise ServerTrouble(what, "Set PORTAL_DATA_DIR to a folder that you may write to.") from error


def _refuse_private(data_dir: Path, programs: Programs) -> None:
    """The system user must reach the data; a private home is never opened for that."""
    closed = [folder for folder in data_dir.parents if not folder.stat().st_mode & 0o001]
    if programs.user and closed:
        raise ServerTrouble(
            f"The database runs as the system user {programs.user}, who may not pass through {closed[0]}.",
            "Set PORTAL_DATA_DIR to a folder outside of private ones, like /var/lib/channel-portal.",
        )


def _refuse_other_version(cluster: Cluster) -> None:
    found, ours = cluster.version(), cluster.programs.version
    if found != ours:
        raise ServerTrouble(
            f"{cluster.folder} was written by PostgreSQL {found}, and this is PostgreSQL {ours}.",
            "Make a backup with the release that wrote it, and restore that into an empty data folder.",
        )


def _await_answer(cluster: Cluster, seconds: float = 300) -> None:
    """A server that was killed replays its log before it answers."""
    end = time.monotonic() + seconds
    while not cluster.answers():
        if time.monotonic() > end or not cluster.is_running():
            what = "The database server runs but does not answer on its socket."
            raise ServerTrouble(what, f"Look into {cluster.folder}/log; a restart of the portal repeats the attempt.")
        time.sleep(0.1)
