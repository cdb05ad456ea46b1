"""`portal serve`: the web server and, on the embedded set-up, the jobs beside it.

The web processes are given the web login's address and nothing else, the jobs process the jobs login's: neither ever
holds the installer's password.
"""

import os
import socket
import sys
from collections.abc import Callable

import click

from models.installation import Installation
from models.server import ServerTrouble
from portal.cli import open_installation
from portal.supervisor import Process, run


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--threads", default=4, show_default=True, help="Requests that a web process answers at a time.")
@click.option("--jobs/--no-jobs", default=None, help="Work the jobs too. Default: on the embedded database only.")
def serve(host: str, port: int, workers: int, threads: int, jobs: bool | None) -> None:
    """Serve the portal until told to end (Ctrl-C, SIGTERM)."""
    _refuse_taken(host, port)
    with open_installation() as place:
        place.check()
        web = Process(web_command(host, port, workers, threads), environment(place, "web"), essential=True)
        processes = [web]
        if jobs or (jobs is None and place.server is not None):
            reached = {"PORTAL_URL": f"http://{host}:{port}"}  # for links in mails; the settings go before it
            command = [sys.executable, "-m", "portal", "jobs", "work"]
            processes.append(Process(command, reached | environment(place, "jobs")))
        code = run(processes, each_second=_watch(place, host, port))
    sys.exit(code)


def web_command(host: str, port: int, workers: int, threads: int) -> list[str]:
    """Granian with blocking threads: docs/decisions/0005-web-server.md says why."""
    options = {"--interface": "wsgi", "--host": host, "--port": port, "--workers": workers}
    options |= {"--blocking-threads": threads, "--log-level": "warning", "--workers-kill-timeout": 20}
    settings = [str(part) for pair in options.items() for part in pair]
    return [sys.executable, "-m", "granian", *settings, "--no-ws", "wsgi:app"]


def environment(place: Installation, login: str) -> dict[str, str]:
    """What a process of the portal is told: its own login's address and the key that signs cookies."""
    own = {"DATABASE_URL": place.url(login), "PORTAL_DATA_DIR": str(place.data_dir)}
    return {"PORTAL_SECRET_KEY": place.secrets.secret_key} | dict(os.environ) | own


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            what = f"Nothing can listen on {host}:{port}: {error.strerror}."
            raise click.ClickException(f"{what}\nName another port: `make run PORT=8010`, `--port 8010`.") from error


def _watch(place: Installation, host: str, port: int) -> Callable[[], None]:
    """Once a second: start the embedded server again if it was killed, and tell the address once it answers."""
    told = False

    def look() -> None:
        nonlocal told
        if place.server is not None:
            try:
                place.server.ensure_running()
            except ServerTrouble as error:
                click.echo(str(error), err=True)
        if not told and _listens(host, port):
            told = True
            click.echo(f"The portal is at http://{f'[{host}]' if ':' in host else host}:{port}  (Ctrl-C ends it)")

    return look


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
