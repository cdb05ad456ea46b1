"""`portal demo`: fill an empty database with the demo world, and say who may sign in."""

from datetime import datetime
from time import monotonic

import click

from models.access import Principal
from models.tables import holds_records
from models.user import User
from portal.cli import open_installation
from portal.demo.calendar import today
from portal.demo.chance import ident
from portal.demo.people import PASSWORD, SIGN_INS
from portal.demo.scene import SMALL, WHOLE
from portal.demo.world import build


@click.command()
@click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="The day that is today in it; the same day, the same world."
)
@click.option("--small", is_flag=True, help="A tenth of it, within seconds.")
@click.option("--if-empty", is_flag=True, help="Do nothing, and no harm, where the database holds something.")
def demo(day: datetime | None, small: bool, if_empty: bool) -> None:
    """Fill an empty database with an invented maker, its dealers, customers and a year of their business."""
    started = monotonic()
    system = Principal.system("portal demo")
    with open_installation() as place, place.database() as database:
        with database.transaction(system) as db:
            empty = not holds_records(db)
            if empty:
                build(db, day.date() if day else today(), SMALL if small else WHOLE)
            elif not if_empty:
                raise click.ClickException(
                    "The database holds records already, and the demo world would mix with them."
                    "\nName an empty one in DATABASE_URL, or an empty folder in PORTAL_DATA_DIR, and repeat."
                )
            known = db.get(User, ident("user", "hq")) is not None
        # Said once it is kept: a reader of the output that goes away must not take the world with it.
        if empty:
            click.echo(f"The demo world is built ({monotonic() - started:.0f} s).")
        if known:
            click.echo(sign_ins())


def sign_ins() -> str:
    """Who may sign in, and with which password."""
    rows = (f"  {name + '@example.com':22} {who}" for name, (_, who) in SIGN_INS.items())
    return "\n".join([f"Sign in as one of these, password {PASSWORD}:", *rows])
