"""One PostgreSQL data directory: made once, started, found running, stopped."""

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from models.embedded.programs import Programs
from models.embedded.sockets import FILE_NAME
from models.server import ServerTrouble

SUPERUSER = "postgres"
PORT = 5432
"""Names the socket file only: the server listens on no network address."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The data directory at `folder`, served on a unix socket in `socket_dir`."""

    folder: Path
    socket_dir: Path
    programs: Programs

    def create(self, password: str) -> None:
        """Make the data directory, with a password asked of everybody from the first moment on.

        It is made under another name and renamed when complete, so a killed set-up leaves nothing half-made behind.
        """
        self._end_leftover()
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        descriptor, pwfile = tempfile.mkstemp(dir=self.folder.parent, prefix=".password-")
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(password)
            self._give(draft, Path(pwfile))
            made = self.programs.run("initdb", *_initdb_arguments(draft, pwfile))
        finally:
            Path(pwfile).unlink()
        if made.returncode:
            raise ServerTrouble(f"The database could not be created: {made.stderr.strip()}", self._remedy())
        draft.rename(self.folder)

    def start(self, *, fsync: bool) -> None:
        """Start the server and wait until it answers; a stale `postmaster.pid` of a killed one is no obstacle."""
        self.socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(self.socket_dir)
        for stale in (self.folder / "postmaster.pid", self.socket_dir / f"{FILE_NAME}.lock"):
            stale.unlink(missing_ok=True)
        options = shlex.join(f"--{name}={value}" for name, value in _settings(self.socket_dir, fsync=fsync).items())
        log = self.folder / "start.log"
        log.unlink(missing_ok=True)
        for attempt in range(40):  # the last processes of a killed server need a moment to notice and end
            started = self._control("start", "--options", options, "--log", str(log), "--timeout=300")
            if started.returncode == 0:
                return
            text = log.read_text() if log.exists() else started.stderr
            if "still in use" not in text or attempt == 39:
                raise ServerTrouble(f"The database server did not start:\n{text.strip()[-1500:]}", self._remedy())
            log.unlink()
            time.sleep(0.25)

    def stop(self) -> None:
        """Stop the server, ending open connections; returns once the data is safely on disk."""
        stopped = self._control("stop", "--mode=fast", "--timeout=60")
        if stopped.returncode and self.is_running():
            raise ServerTrouble(f"The database server did not stop: {stopped.stderr.strip()}", self._remedy())

    def is_deaf(self) -> bool:
        """Whether somebody removed the socket's file, as cleaners of temporary folders do: nobody can connect again."""
        return not (self.socket_dir / FILE_NAME).exists()

    def is_running(self) -> bool:
        """Whether a server process of this very data directory is alive (process ids are used again after a crash)."""
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split("\n")[0])
            command = psutil.Process(pid).cmdline()
        except (OSError, ValueError, psutil.Error):
            return False
        return str(self.folder) in command

    def answers(self) -> bool:
        """Whether the server takes connections on its socket."""
        arguments = (f"--host={self.socket_dir}", f"--port={PORT}", "--timeout=1")
        return self.programs.run("pg_isready", *arguments).returncode == 0

    def version(self) -> int:
        """The major version that wrote the data directory."""
        return int((self.folder / "PG_VERSION").read_text())

    def _end_leftover(self) -> None:
        """End a server whose data directory was deleted under it: on noticing it would remove the new one's socket."""
        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] == "postgres" and str(self.folder) in (process.info["cmdline"] or ()):
                process.kill()
                process.wait(10)

    def _control(self, action: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.programs.run("pg_ctl", action, "--wait", "--silent", "--pgdata", str(self.folder), *arguments)

    def _give(self, *paths: Path) -> None:
        if self.programs.user:
            entry = pwd.getpwnam(self.programs.user)
            for path in paths:
                os.chown(path, entry.pw_uid, entry.pw_gid)

    def _remedy(self) -> str:
        return f"Look into {self.folder}/log, check the free space, or set DATABASE_URL to another PostgreSQL."


def _initdb_arguments(folder: Path, pwfile: str) -> list[str]:
    """Plain settings that exist in every build: UTF-8, order by code point, PostgreSQL's own case rules."""
    return [
        f"--pgdata={folder}",
        f"--username={SUPERUSER}",
        f"--pwfile={pwfile}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
    ]


def _settings(socket_dir: Path, *, fsync: bool) -> dict[str, str]:
    """Server settings given at each start. The log keeps seven files, one a weekday, and overwrites them."""
    durability = {} if fsync else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return durability | {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "%a.log",
        "log_rotation_age": "1d",
        "log_truncate_on_rotation": "on",
    }
