"""`portal import` and `portal export`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import IO

import click

from models.access import Principal
from models.importing.export import export_rows
from models.importing.fields import Kind
from models.importing.history import record
from models.importing.loading import import_file
from models.importing.matching import missing_fields
from models.importing.profile import Profile, find_profile
from models.importing.source import open_source
from portal.cli import open_installation
from portal.config import Config
from portal.imports.printing import Bar, report_lines
from portal.web.export import WRITERS, Column

KIND = click.Choice([str(kind) for kind in Kind])
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)


class Setting(click.ParamType[tuple[str, str]]):
    """FIELD=VALUE."""

    name = "field=value"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """The two sides of the equals sign."""
        field, sign, content = value.partition("=")
        if not sign:
            self.fail(f"{value!r} is not of the form field=value", param, ctx)
        return field.strip(), content.strip()


@click.command("import")
@click.argument("kind", type=KIND)
@click.argument("file", type=EXISTING)
@click.option("--mapping", help="A mapping that is shipped, or the path of a TOML file. Default: by the headings.")
@click.option(
    "--set", "constants", type=Setting(), multiple=True, help="A field's value for all rows; may be repeated."
)
@click.option("--source", help="Whose keys the file uses, if the mapping does not say it right.")
@click.option("--accept", multiple=True, metavar="CODE", help="Load in spite of this doubt; its code is in the report.")
@click.option("--dry-run", is_flag=True, help="Only say what would be loaded.")
def import_(
    kind: str,
    file: Path,
    mapping: str | None,
    constants: tuple[tuple[str, str], ...],
    source: str | None,
    accept: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Load FILE (CSV or XLSX) of KIND: all of it, or nothing and the reasons."""
    profile = _complete(find_profile(Kind(kind), mapping), file, dict(constants), source)
    who = Principal.system(f"import of {file.name}")
    with open_installation() as place, place.database() as database, Bar() as bar, database.transaction(who) as db:
        report = import_file(db, file, profile, dry_run=dry_run, accept=frozenset(accept), progress=bar.advance)
        if report.loaded:
            record(db, report, profile)
    for line in report_lines(report):
        click.echo(line)
    if report.refused:
        raise click.exceptions.Exit(1)


def _complete(profile: Profile, file: Path, constants: dict[str, str], source: str | None) -> Profile:
    """The profile with what the command line adds; stock without a date of its own is as old as its file."""
    profile = profile.in_zone(Config.from_environment().timezone).revised(source=source or profile.source)
    profile = profile.with_constants(**constants)
    if profile.kind is Kind.STOCK and any(
        field.name == "as_of" for field in missing_fields(open_source(file, profile))
    ):
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        profile = profile.with_constants(as_of=written.isoformat(timespec="seconds"))
    return profile


@click.command()
@click.argument("kind", type=KIND)
@click.argument("file", type=NEW)
def export(kind: str, file: Path) -> None:
    """Write everything of KIND to a new FILE, CSV or XLSX by its name; imported again, it changes nothing."""
    write = WRITERS.get(file.suffix.lower().lstrip("."))
    if write is None:
        raise click.BadParameter("end the name with .csv or .xlsx", param_hint="FILE")
    if file.exists():
        raise click.BadParameter(f"{file} exists already", param_hint="FILE")
    who = Principal.system(f"export of {kind}")
    with open_installation() as place, place.database() as database, database.open(who) as db, _new(file) as target:
        fields, rows = export_rows(db, Kind(kind))
        write(target, [Column(field.label, itemgetter(index)) for index, field in enumerate(fields)], rows)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB")


@contextmanager
def _new(file: Path) -> Iterator[IO[bytes]]:
    """Write beside the file and put it in its place once it is whole."""
    draft = file.with_name(f".{file.name}.part")
    try:
        with draft.open("wb") as target:
            yield target
        draft.rename(file)
    finally:
        draft.unlink(missing_ok=True)
