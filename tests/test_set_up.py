"""What `make` does on a machine that lacks something: fetches it as root, else names the command. Played with stubs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser import chromium

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
# Knows its venv module only once apt has brought it, and makes an environment of nothing but a name.
PYTHON = f"""
case "$*" in
  *"import ensurepip, venv"*) [ -e "$MACHINE/installed" ] ;;
  "-m venv "*) mkdir -p "$3/bin" && [ ! -e "$MACHINE/full" ] && ln -s "$0" "$3/bin/python" ;;
  *) exec {sys.executable} "$@" ;;
esac
"""
APT_GET = """
echo "apt-get $*" >> "$MACHINE/log"
case "$*" in *"install -y $BRINGS"*) touch "$MACHINE/installed" ;; *install*) exit 100 ;; esac
"""


class Machine:
    """A folder with the project's Makefile, and programs that stand before the real ones on the PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.programs, self.log = folder, folder / "bin", folder / "log"
        self.programs.mkdir()
        shutil.copy(ROOT / "Makefile", folder)

    def put(self, name: str, script: str) -> None:
        path = self.programs / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def environment(self, brings: str) -> dict[str, str]:
        path = f"{self.programs}:/usr/bin:/bin"
        return os.environ | {"PATH": path, "MACHINE": str(self.folder), "BRINGS": brings, "MAKEFLAGS": ""}

    def make(self, target: str, *, brings: str = PACKAGE) -> "subprocess.CompletedProcess[str]":
        """Run make; `brings` is the package that apt has."""
        options = {"cwd": self.folder, "env": self.environment(brings), "capture_output": True, "text": True}
        return subprocess.run(["make", target], timeout=120, **options)  # type: ignore[call-overload, no-any-return]

    @property
    def asked(self) -> list[str]:
        """What apt was asked for."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.rpartition(" ")[2] for line in lines]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.put("python3", PYTHON)
    made.put("apt-get", APT_GET)
    made.put("id", "echo 0")
    return made


def test_root_gets_the_missing_venv_module_from_apt(machine: Machine) -> None:
    done = machine.make(".venv/bin/python")
    assert done.returncode == 0, done.stderr
    assert machine.asked == ["update", PACKAGE]
    assert (machine.folder / ".venv/bin/python").exists()
    assert machine.make(".venv/bin/python").returncode == 0
    assert machine.asked == ["update", PACKAGE], "once"


def test_a_distribution_without_that_version_gives_its_own(machine: Machine) -> None:
    assert machine.make(".venv/bin/python", brings="python3-venv").returncode == 0
    assert machine.asked == ["update", PACKAGE, "python3-venv"]


def test_without_root_the_message_names_the_command(machine: Machine) -> None:
    machine.put("id", "echo 1000")
    done = machine.make(".venv/bin/python")
    assert done.returncode != 0
    assert f"Python's venv module is missing. Install it and repeat:  sudo apt-get install {PACKAGE}\n" in done.stdout
    assert machine.asked == []
    assert not (machine.folder / ".venv").exists()


def test_apt_that_cannot_help_ends_in_the_same_message(machine: Machine) -> None:
    done = machine.make(".venv/bin/python", brings="nothing")
    assert done.returncode != 0
    assert f"sudo apt-get install {PACKAGE}\n" in done.stdout
    assert not (machine.folder / ".venv").exists()


def test_an_environment_that_could_not_be_made_is_not_left_half_made(machine: Machine) -> None:
    (machine.folder / "full").touch()
    (machine.folder / "installed").touch()
    assert machine.make(".venv/bin/python").returncode != 0
    assert not (machine.folder / ".venv").exists()


def test_python_too_old_is_said(machine: Machine) -> None:
    for name in ("python3", "python", *(f"python3.{minor}" for minor in range(11, 15))):
        machine.put(name, "exit 1")
    done = machine.make(".venv/bin/python")
    assert done.returncode != 0
    assert "Python 3.11 or newer is needed" in done.stdout


def look_for_chromium(machine: Machine, *, uid: int, brings: str) -> "subprocess.CompletedProcess[str]":
    """`python -m tests.browser.chromium` where no browser is on the PATH and Playwright has none to give."""
    code = f"import os, sys; os.geteuid = lambda: {uid}; sys.executable = 'false'"
    command = [sys.executable, "-c", f"{code}; from tests.browser import chromium; chromium.main()"]
    environment = machine.environment(brings) | {"PATH": str(machine.programs)}
    environment |= {"CHROMIUM": "", "PLAYWRIGHT_BROWSERS_PATH": "/nonexistent"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture
def bare(machine: Machine) -> Machine:
    """A machine with nothing on the PATH but what apt and this test need."""
    for name in ("env", "sh", "touch", "cat", "chmod", "false"):
        (machine.programs / name).symlink_to(shutil.which(name) or pytest.fail(name))
    script = APT_GET.replace('touch "$MACHINE/installed"', BROWSER)
    machine.put("apt-get", script)
    return machine


BROWSER = '{ echo "#!/bin/sh" > "$MACHINE/bin/chromium"; chmod 755 "$MACHINE/bin/chromium"; }'


def test_root_gets_a_missing_chromium_from_apt(bare: Machine) -> None:
    done = look_for_chromium(bare, uid=0, brings="--no-install-recommends chromium")
    assert done.returncode == 0, done.stderr
    assert bare.asked == ["update", "chromium"]


@pytest.mark.parametrize("uid", [0, 1000])
def test_no_chromium_to_be_had_is_a_message_and_no_traceback(bare: Machine, uid: int) -> None:
    done = look_for_chromium(bare, uid=uid, brings="nothing")
    assert done.returncode == 1
    assert "sudo apt-get install chromium" in done.stderr
    assert "Traceback" not in done.stderr
    assert bare.asked == (["update", "chromium"] if uid == 0 else [])


def test_a_script_in_place_of_a_browser_is_none(bare: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(bare.programs))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    bare.put("chromium-browser", "echo 'requires the chromium snap' >&2; exit 1")
    assert chromium.find() is None
    bare.put("google-chrome", "echo Chrome 1")
    assert chromium.find() == bare.programs / "google-chrome"
    monkeypatch.setenv("CHROMIUM", str(bare.programs / "chromium-browser"))
    assert chromium.find() == bare.programs / "google-chrome"
