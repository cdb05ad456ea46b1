"""The command line: `portal COMMAND`, or `python -m portal COMMAND`. This table lists every command there is."""

import importlib
from typing import Any

import click

from models.errors import Refused
from models.installation import Installation
from models.server import ServerTrouble
from portal.config import Config, ConfigError

COMMANDS = {
    "serve": ("portal.serve:serve", "Serve the portal; on the embedded set-up with its jobs beside it."),
    "migrate": ("portal.upkeep:migrate", "Bring the database to this release."),
    "backup": ("portal.upkeep:backup", "Write the whole database to a file."),
    "restore": ("portal.upkeep:restore", "Fill an empty database from such a file."),
    "demo": ("portal.demo.commands:demo", "Fill an empty database with the demo world."),
    "user": ("portal.users.commands:user", "Create and change users."),
    "import": ("portal.imports.commands:import_", "Load dealers, products, prices, stock, orders, leads, accounts."),
    "export": ("portal.imports.commands:export", "Write the same kinds to a file."),
    "jobs": ("portal.jobs.commands:jobs", "List the jobs, run one, or work them all."),
}
"""Name → where the click command is, and what it is for. A module is imported only when its command is used."""


class Commands(click.Group):
    """The commands of the table, and what went wrong as one sentence instead of a traceback."""

    # ruff: noqa: ARG002 - click's signatures
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ServerTrouble, ConfigError, Refused) as error:
            raise click.ClickException(str(error)) from error


def open_installation() -> Installation:
    """The portal that the environment names: DATABASE_URL, else the embedded database under PORTAL_DATA_DIR."""
    config = Config.from_environment()
    return Installation(config.data_dir, config.database_url)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="channel-portal")
def main() -> None:
    """The channel portal. Settings come from the environment: see docs/deployment.md."""
