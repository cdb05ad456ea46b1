"""Commands that look after the database as a whole: `portal migrate`, `portal backup`, `portal restore`."""

from pathlib import Path

import click

from models.backup import back_up
from models.backup import restore as restore_database
from portal.cli import open_installation

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
def migrate() -> None:
    """Bring the database to this release: tables, roles, row policies. Safe to run again."""
    with open_installation() as place:
        place.migrate()
        click.echo("The database is at this release.")


@click.command()
@click.argument("file", type=FILE)
def backup(file: Path) -> None:
    """Write the whole database to a new FILE, which holds personal data: keep it accordingly."""
    with open_installation() as place:
        place.check()
        back_up(place.admin_url, file)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


@click.command()
@click.argument("file", type=FILE)
def restore(file: Path) -> None:
    """Fill an empty database from FILE; field clients then compare and send again what the backup does not know."""
    with open_installation() as place:
        restore_database(place.admin_url, file, place.secrets)
    click.echo("Restored. Start the portal with `portal serve`.")
