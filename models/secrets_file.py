"""The secrets that the portal makes for itself, kept in its data folder and readable by its owner only."""

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from models.server import ServerTrouble

NAME = "secrets.json"


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Passwords of the database's logins, and the key that signs cookies. Never printed: it has no repr."""

    admin_password: str
    """Of the embedded server's superuser; unused with DATABASE_URL."""
    web_password: str
    """Of the login that the web processes use."""
    jobs_password: str
    """Of the login that jobs and the command line use."""
    secret_key: str


def load_secrets(data_dir: Path) -> Secrets:
    """Read the secrets of a data folder, making them the first time. Several processes may come first at once."""
    path = data_dir / NAME
    if not path.exists():
        _create(path)
    try:
        loaded = Secrets(**json.loads(path.read_text()))
    except PermissionError as error:
        what = f"{path} belongs to another user of this machine."
        raise ServerTrouble(
            what, "Run the portal as that user, or set PORTAL_DATA_DIR to a folder of yours."
        ) from error
    except (ValueError, TypeError) as error:
        what = f"{path} cannot be read as the portal's secrets."
        raise ServerTrouble(what, "Restore the file from a backup of the data folder.") from error
    path.chmod(0o600)
    return loaded


def _create(path: Path) -> None:
    """Write a whole file first and link it into place, so that a reader never finds half of it."""
    made = Secrets(*(secrets.token_urlsafe(32) for _ in range(4)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".secrets-")  # O_EXCL and mode 0600
    except OSError as error:
        what = f"The data folder {path.parent} cannot be made or used: {error.strerror}."
        raise ServerTrouble(what, "Set PORTAL_DATA_DIR to a folder that you may write to.") from error
    try:
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(made), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first: its secrets count
    finally:
        Path(draft).unlink()
