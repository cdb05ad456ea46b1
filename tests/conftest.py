"""What all tests share: the database, the folder of real data, and no way out to the network."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from models.session import Database
from tests import world as cast
from tests.postgres import TEMPLATE, Postgres

SAMPLE_DATA = os.environ.get("PORTAL_SAMPLE_DATA")


def pytest_configure() -> None:
    """No test may ever touch the data or the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("PORTAL_") or name == "DATABASE_URL"]:
        if name not in ("PORTAL_SAMPLE_DATA", "PORTAL_TEST_DATABASE_URL"):
            del os.environ[name]
    os.environ["PORTAL_DATA_DIR"] = "/nonexistent"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Where real data is promised, a real-data test that skips has failed."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if SAMPLE_DATA and report.skipped and "sample_data" in getattr(item, "fixturenames", ()):
        report.outcome = "failed"
        report.longrepr = f"skipped although PORTAL_SAMPLE_DATA is set: {report.longrepr}"
    return report  # type: ignore[return-value]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, for tests that make databases of their own."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
def database_name(postgres: Postgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of this test's own: empty, or with the cast where the test asks for `world`."""
    template = postgres.world_template() if "world" in request.fixturenames else TEMPLATE
    name = postgres.clone(template)
    yield name
    postgres.drop(name)


@pytest.fixture
def database(postgres: Postgres, database_name: str) -> Iterator[Database]:
    """The test's database as the web's login sees it."""
    opened = postgres.open(database_name, "web")
    yield opened
    opened.close()


@pytest.fixture
def system_database(postgres: Postgres, database_name: str) -> Iterator[Database]:
    """The test's database as jobs and the command line see it."""
    opened = postgres.open(database_name, "jobs")
    yield opened
    opened.close()


@pytest.fixture
def world() -> ModuleType:
    """Fills the test's database with the cast (see `tests.world`), and hands its module over."""
    return cast


@pytest.fixture
def admin_url(postgres: Postgres, database_name: str) -> str:
    """The test's database for the superuser."""
    return postgres.admin_url(database_name)


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """The folder of real data named by PORTAL_SAMPLE_DATA."""
    if not SAMPLE_DATA:
        pytest.skip("needs the folder of real data: set PORTAL_SAMPLE_DATA")
    folder = Path(SAMPLE_DATA).resolve()
    assert folder.is_dir(), f"PORTAL_SAMPLE_DATA is {folder}, which is no folder"
    return folder
