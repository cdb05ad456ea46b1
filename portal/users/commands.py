"""`portal user`: the first head-office user comes from here, and whoever has locked himself out."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from models.access import Principal, Role
from models.errors import Refused
from models.region import region_by_code
from models.session import Session
from models.user import User
from models.user.people import add_user, dealer_by_code, list_every_user, set_active, user_by_email
from models.user.session import end_sessions_of
from models.user.sign_in import set_password
from portal.cli import open_installation

PASSWORD = click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Else it is asked.")


@contextmanager
def whole_database(reason: str) -> Iterator[Session]:
    """One transaction on everything, for the reason that its events will name."""
    system = Principal.system(reason)
    with open_installation() as place, place.database() as database, database.transaction(system) as db:
        yield db


def known(db: Session, email: str) -> User:
    """Whoever signs in with this address. Refused when nobody does."""
    found = user_by_email(db, email)
    if found is None:
        raise Refused(f"Nobody signs in with {email}.")
    return found


@click.group()
def user() -> None:
    """Create and change users."""


@user.command()
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--email", prompt="E-mail address", help="Else it is asked.")
@click.option("--name", prompt=True, help="Else it is asked.")
@click.option("--dealer", help="The dealer's code, for the two dealer roles.")
@click.option("--region", help="The region's code, for a manager.")
@PASSWORD
def create(role: str, email: str, name: str, dealer: str | None, region: str | None, password: str) -> None:
    """Create a user who signs in with a password."""
    with whole_database("portal user create") as db:
        created = add_user(
            db,
            name=name,
            email=email,
            role=Role(role),
            dealer_id=dealer_by_code(db, dealer).id if dealer else None,
            region_id=region_by_code(db, region).id if region else None,
        )
        set_password(db, created, password)
    click.echo(f"{email} can sign in.")


@user.command("password")
@click.argument("email")
@PASSWORD
def reset(email: str, password: str) -> None:
    """Set a user's password and sign every browser of his out."""
    with whole_database("portal user password") as db:
        found = known(db, email)
        set_password(db, found, password)
        end_sessions_of(db, found.id)
        blocked = not found.active
    click.echo(f"{email} signs in with the new password {'once unblocked' if blocked else 'from now on'}.")


@user.command()
@click.argument("email")
def block(email: str) -> None:
    """Let a user sign in no longer, and sign every browser of his out."""
    with whole_database("portal user block") as db:
        found = known(db, email)
        set_active(db, found, active=False)
        end_sessions_of(db, found.id)
    click.echo(f"{email} cannot sign in any more.")


@user.command()
@click.argument("email")
def unblock(email: str) -> None:
    """Let a user sign in again, with the password he had."""
    with whole_database("portal user unblock") as db:
        set_active(db, known(db, email), active=True)
    click.echo(f"{email} can sign in again.")


@user.command("list")
def list_() -> None:
    """Everybody, with role and state."""
    with whole_database("portal user list") as db:
        for each in list_every_user(db):
            state = "" if each.active else "  (cannot sign in)"
            click.echo(f"{each.email}  {each.role}  {each.name}{state}")
