"""Back up a whole database to one file, and fill an empty database from it.

The file holds tables, data and triggers in PostgreSQL's custom format. It holds no roles, and the rights in it are left
out at restore: roles are the server's, and rights are rendered anew from the code, so a restored database is guarded by
this release's policies under its own roles. The sync epoch is left out too and made anew, so that every field client
notices that time went backwards and sends again what the backup does not know.
"""

import os
import subprocess
import tempfile
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from models.embedded.programs import find_clients
from models.migrate import alembic_config, migrate, prepare
from models.secrets_file import Secrets
from models.server import ServerTrouble

NOT_RESTORED = (" POLICY ", " ACL ", " DEFAULT ACL ", " TABLE DATA public sync_epoch ")
"""Entries of the file's table of contents that are made anew instead."""
UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
HEADER_LINES = 40


def back_up(admin_url: str, path: Path) -> None:
    """Write the database to a new file that its owner alone may read. It appears under its name only when complete."""
    if path.exists():
        raise ServerTrouble(f"{path} exists already.", "Name another file: a backup is never overwritten.")
    if not os.access(path.parent, os.W_OK):
        what = f"The folder {path.parent} does not exist, or you may not write to it."
        raise ServerTrouble(what, "Make the folder, or name a file in another one.")
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as draft:
        try:
            _client("pg_dump", admin_url, "--format=custom", "--no-owner", f"--file={draft.name}")
            Path(draft.name).rename(path)
        finally:
            Path(draft.name).unlink(missing_ok=True)


def restore(admin_url: str, path: Path, secrets: Secrets) -> str:
    """Fill an empty database from the file, bring it to this release, and return the prefix of its roles."""
    contents = _contents(path)
    _refuse_unknown_revision(path)
    engine = create_engine(admin_url, poolclass=NullPool)
    with engine.begin() as connection:
        if connection.execute(text("select 1 from pg_tables where schemaname = 'public' limit 1")).scalar():
            what = f"The database {make_url(admin_url).database} is not empty."
            raise ServerTrouble(what, "Restore into an empty database: what is there is never overwritten.")
        prefix = prepare(connection, secrets)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        chosen.write("".join(line for line in contents if not any(kind in line for kind in NOT_RESTORED)))
        chosen.flush()
        _replay(admin_url, path, "--no-owner", "--no-acl", f"--role={prefix}_owner", f"--use-list={chosen.name}")
    return migrate(admin_url, secrets)


def _replay(admin_url: str, path: Path, *options: str) -> None:
    """Have the file's statements run in one transaction: all of them, or none.

    They go through our hands because pg_restore opens with a setting that servers before 17 do not know.
    """
    programs, (address, password) = find_clients(), _address(admin_url)
    arguments = ("--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null")
    reader = programs.open("pg_restore", *options, "--file=-", str(path.resolve()))
    writer = programs.open("psql", f"--dbname={address}", *arguments, password=password, stdin=subprocess.PIPE)
    with reader, writer:
        stopped = not _copy_statements(reader, writer)
        failed = reader.wait() != 0 and not stopped
        if failed:  # before psql sees the end of its input, and commits what it got
            writer.kill()
        errors = writer.communicate()[1]
        if failed and reader.stderr:
            _refuse_failure("pg_restore", reader.stderr.read(), reader.returncode)
        _refuse_failure("psql", errors, writer.returncode)


def _copy_statements(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> bool:
    """Hand the statements on; False when the writer stopped taking them because one of them failed."""
    assert reader.stdout and writer.stdin  # noqa: PT018 - both are pipes
    try:
        for number, line in enumerate(reader.stdout):
            if number > HEADER_LINES or line != UNKNOWN_BEFORE_17:
                writer.stdin.write(line)
        writer.stdin.flush()
    except BrokenPipeError:
        return False
    finally:
        reader.stdout.close()
    return True


def _contents(path: Path) -> list[str]:
    listed = find_clients().run("pg_restore", "--list", str(path.resolve()))
    if listed.returncode or "alembic_version" not in listed.stdout:
        what = f"{path} is not a backup of the portal: {listed.stderr.strip() or 'it has other tables'}"
        raise ServerTrouble(what, "Name a file that `portal backup` wrote.")
    return listed.stdout.splitlines(keepends=True)


def _refuse_unknown_revision(path: Path) -> None:
    """A backup of a newer release is refused before anything is restored."""
    options = ("--data-only", "--table=alembic_version", "--file=-", str(path.resolve()))
    written = set(find_clients().run("pg_restore", *options).stdout.split())
    known = {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}
    if not written & known:
        what = f"{path} was written by another release of the portal."
        raise ServerTrouble(what, "Restore it with that release, or a newer one.")


def _client(name: str, admin_url: str, *options: str) -> None:
    address, password = _address(admin_url)
    done = find_clients().run(name, f"--dbname={address}", *options, password=password)
    _refuse_failure(name, done.stderr.encode(), done.returncode)


def _refuse_failure(name: str, errors: bytes, code: int) -> None:
    if code:
        remedy = "Is the file whole, the disk not full, and pg_dump on the PATH not older than the server?"
        raise ServerTrouble(f"{name} failed: {errors.decode(errors='replace').strip()[-1500:]}", remedy)


def _address(admin_url: str) -> tuple[str, str]:
    """For PostgreSQL's programs: the address without its password, which others could read in the list of processes."""
    url = make_url(admin_url)
    shown = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    return shown, str(url.password or "")
