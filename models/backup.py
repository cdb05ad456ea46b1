"""Back up a whole database to one file, and fill an empty database from it.

The file holds tables, data and triggers in PostgreSQL's custom format. It holds no roles, and the rights in it are left
out at restore: roles are the server's, and rights are rendered anew from the code, so a restored database is guarded by
this release's policies under its own roles. The sync epoch is left out too and made anew, so that every field client
notices that time went backwards and sends again what the backup does not know.
"""

import subprocess
import tempfile
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from models.embedded.programs import Programs, find_clients
from models.migrate import alembic_config, migrate, prepare
from models.secrets_file import Secrets
from models.server import ServerTrouble

NOT_RESTORED = (" POLICY ", " ACL ", " DEFAULT ACL ", " TABLE DATA public sync_epoch ")
"""Entries of the file's table of contents that are made anew instead."""


def back_up(admin_url: str, path: Path) -> None:
    """Write the database to a new file that its owner alone may read. It appears under its name only when complete."""
    if path.exists():
        raise ServerTrouble(f"{path} exists already.", "Name another file: a backup is never overwritten.")
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
        options = ("--no-owner", "--no-acl", f"--role={prefix}_owner", "--single-transaction", "--exit-on-error")
        _client("pg_restore", admin_url, *options, f"--use-list={chosen.name}", str(path.resolve()))
    return migrate(admin_url, secrets)


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


def _client(name: str, admin_url: str, *options: str) -> subprocess.CompletedProcess[str]:
    programs: Programs = find_clients()
    url: URL = make_url(admin_url)
    address = url.set(drivername="postgresql")._replace(password=None).render_as_string()
    done = programs.run(name, f"--dbname={address}", *options, password=str(url.password or ""))
    if done.returncode:
        remedy = f"{name} is version {programs.version}: it must be the server's or newer, and the disk not full."
        raise ServerTrouble(f"{name} failed: {done.stderr.strip()[-1500:]}", remedy)
    return done
