"""Where the server's unix socket lies: its path may be 107 bytes long on Linux and 103 on macOS, and no longer."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from models.server import ServerTrouble

LONGEST = 103
FILE_NAME = ".s.PGSQL.5432"


def socket_folder(data_dir: Path, owners: set[int]) -> Path:
    """`run` in the data folder or, where that path is too long, a short folder of our own for temporary files.

    `owners` are the user ids that may own that folder: others could listen there in the server's place.
    """
    for folder in (data_dir / "run", Path(tempfile.gettempdir()) / f"portal-{_digest(data_dir)}"):
        if len(os.fsencode(folder / FILE_NAME)) <= LONGEST:
            _refuse_foreign(folder, owners)
            return folder
    raise ServerTrouble(
        f"The paths of {data_dir} and of the temporary folder are too long for a unix socket ({LONGEST} bytes).",
        "Set PORTAL_DATA_DIR to a folder with a shorter path.",
    )


def _digest(data_dir: Path) -> str:
    return hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]


def _refuse_foreign(folder: Path, owners: set[int]) -> None:
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in owners:
        what = f"{folder}, the place for the database's socket, belongs to somebody else."
        raise ServerTrouble(what, "Remove it, or set PORTAL_DATA_DIR to a folder with a shorter path.")
