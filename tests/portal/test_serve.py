"""`portal serve` as a person runs it: real processes, a real port, a real end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from models.secrets_file import load_secrets
from portal.supervisor import ROOT
from tests.postgres import Postgres


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A served portal, and what it said."""

    def __init__(self, environment: dict[str, str], *options: str) -> None:
        self.port = free_port()
        self.log = Path(environment["LOG"])
        command = [sys.executable, "-m", "portal", "serve", "--port", str(self.port), "--workers", "1", *options]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | environment, stdout=log, stderr=subprocess.STDOUT
            )

    def get(self, path: str, seconds: float = 30) -> tuple[int, str]:
        """The answer, once the server gives one."""
        end = time.monotonic() + seconds
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                    return answer.status, answer.read().decode()
            except OSError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise AssertionError(self.log.read_text()) from None
                time.sleep(0.1)

    def said(self, pattern: str, seconds: float = 10) -> bool:
        for _ in range(int(seconds * 10)):
            if re.search(pattern, self.log.read_text()):
                return True
            time.sleep(0.1)
        return False

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


@pytest.fixture
def environment(postgres: Postgres, database_name: str, tmp_path: Path) -> dict[str, str]:
    """The settings of an installation on the test's database."""
    settings = {"DATABASE_URL": postgres.admin_url(database_name), "PORTAL_DATA_DIR": str(postgres.folder)}
    return settings | {"LOG": str(tmp_path / "log")}


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[Server]:
    serving = Server(environment)
    yield serving
    serving.process.kill()
    serving.process.wait()


def test_serves_pages_and_ends_when_told(server: Server) -> None:
    status, page = server.get("/sign-in")
    assert status == 200
    assert "<form" in page
    assert server.said(rf"The portal is at http://127\.0\.0\.1:{server.port}")
    assert server.end() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port), timeout=1)


def test_web_processes_never_learn_the_installers_password(server: Server, postgres: Postgres) -> None:
    server.get("/sign-in")
    web = [child for child in psutil.Process(server.process.pid).children(recursive=True) if "python" in child.name()]
    assert web
    known = load_secrets(postgres.folder)
    for child in web:
        environment = str(child.environ())
        assert known.web_password in environment
        assert known.admin_password not in environment
        assert known.jobs_password not in environment


def test_killed_server_leaves_no_process_and_frees_its_port(server: Server, environment: dict[str, str]) -> None:
    server.get("/sign-in")
    children = psutil.Process(server.process.pid).children(recursive=True)
    server.process.kill()
    server.process.wait()
    gone, alive = psutil.wait_procs(children, timeout=10)
    assert gone
    assert not alive
    again = Server(environment)
    assert again.get("/sign-in")[0] == 200
    assert again.end() == 0


def test_taken_port_is_said_before_anything_starts(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "portal", "serve", "--port", port]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=30
        )
    assert done.returncode == 1
    assert f"Nothing can listen on 127.0.0.1:{port}" in done.stderr
    assert "make run PORT=8010" in done.stderr
