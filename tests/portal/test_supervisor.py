"""The processes that `portal serve` keeps running side by side."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from portal.supervisor import ROOT, Process


def python(program: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(program)]


def supervised(folder: Path, *, essential: str, other: str) -> "subprocess.Popen[bytes]":
    """A supervisor of two programs, in a process of its own because it takes over the signals."""
    program = f"""
        import os, sys
        from portal.supervisor import Process, run
        essential = Process([sys.executable, "-c", {textwrap.dedent(essential)!r}], os.environ, essential=True)
        other = Process([sys.executable, "-c", {textwrap.dedent(other)!r}], os.environ)
        sys.exit(run([essential, other], each_second=lambda: None))
    """
    return subprocess.Popen(python(program), cwd=ROOT, env=os.environ | {"FOLDER": str(folder)})


NOTE_PID = """
    import os, pathlib, time
    folder = pathlib.Path(os.environ["FOLDER"])
    with (folder / "pids").open("a") as file:
        file.write(f"{os.getpid()}\\n")
"""
FOREVER = NOTE_PID + "    time.sleep(60)\n"


def pids(folder: Path, count: int, seconds: float = 10) -> list[int]:
    """The process ids noted in the folder, once there are so many."""
    for _ in range(int(seconds * 20)):
        if (folder / "pids").exists() and len(found := (folder / "pids").read_text().split()) >= count:
            return [int(pid) for pid in found]
        time.sleep(0.05)
    raise AssertionError(f"{count} processes did not start")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, seconds: float = 10) -> bool:
    for _ in range(int(seconds * 20)):
        if not alive(pid):
            return True
        time.sleep(0.05)
    return False


def test_end_signal_ends_every_process(tmp_path: Path) -> None:
    supervisor = supervised(tmp_path, essential=FOREVER, other=FOREVER)
    children = pids(tmp_path, 2)
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(10) == 0
    assert all(gone(pid) for pid in children)


def test_signals_close_together_end_it_like_one(tmp_path: Path) -> None:
    supervisor = supervised(tmp_path, essential=FOREVER, other=FOREVER)
    started = pids(tmp_path, 2)
    for _ in range(50):
        supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(20)
    assert all(gone(pid) for pid in started)


def test_fallen_essential_process_ends_the_others_with_its_code(tmp_path: Path) -> None:
    supervisor = supervised(tmp_path, essential="import sys, time; time.sleep(1); sys.exit(7)", other=FOREVER)
    (child,) = pids(tmp_path, 1)
    assert supervisor.wait(10) == 7
    assert gone(child)


def test_other_fallen_process_is_started_again(tmp_path: Path) -> None:
    supervisor = supervised(tmp_path, essential="import time; time.sleep(60)", other=NOTE_PID)
    first, second, *_ = pids(tmp_path, 2)
    supervisor.terminate()
    assert first != second
    assert supervisor.wait(10) == 0


def test_children_of_a_killed_supervisor_end_too(tmp_path: Path) -> None:
    supervisor = supervised(tmp_path, essential=FOREVER, other=FOREVER)
    children = pids(tmp_path, 2)
    supervisor.kill()
    supervisor.wait()
    assert all(gone(pid) for pid in children)


def test_process_that_ignores_the_end_signal_is_killed(tmp_path: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + textwrap.dedent(FOREVER)
    process = Process([sys.executable, "-c", deaf], os.environ | {"FOLDER": str(tmp_path)})
    process.start()
    (pid,) = pids(tmp_path, 1)
    process.stop()
    process.wait(0.3)
    assert not alive(pid)
    assert process.exit_code() == -signal.SIGKILL
