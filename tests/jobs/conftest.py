"""What tests of jobs share: a run's door to the test's database, and real processes beside the test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from models.access import Principal
from models.locks import Locks
from models.session import Database
from portal.config import Config
from portal.jobs.job import Job, Work
from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]
SYSTEM = Principal.system("test")


class Start(Protocol):
    """Starts `portal …` as a process of its own."""

    def __call__(self, *arguments: str) -> "subprocess.Popen[str]": ...


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings without a mail server, in Turkish."""
    return Config(data_dir=tmp_path, secret_key="test", locale="tr", company="Anka", public_url="https://p.example")


@pytest.fixture
def work(system_database: Database, config: Config) -> Callable[[Job], Work]:
    """Runs a job's function once, and returns its tally."""

    def run(job: Job) -> Work:
        given = Work(job.name, system_database, config)
        job.function(given)
        return given

    return run


@pytest.fixture
def locks(system_database: Database) -> Iterator[Locks]:
    """Locks of the test's process."""
    opened = Locks(system_database)
    yield opened
    opened.close()


@pytest.fixture
def environment(postgres: Postgres, database_name: str) -> dict[str, str]:
    """What leads `portal …` to the test's database."""
    return {"DATABASE_URL": postgres.admin_url(database_name), "PORTAL_DATA_DIR": str(postgres.folder)}


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Starts real processes on the test's database, and ends those that still run."""
    given = os.environ | environment | {"PYTHONPATH": str(ROOT)}
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "portal", *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        started.append(subprocess.Popen(command, cwd=ROOT, env=given, text=True, **pipes))  # type: ignore[call-overload]
        return started[-1]

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so; fails when it takes too long."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)
