"""Runs the client's tests. FIELD_RUNS says how many schedules are made up, FIELD_SEED repeats those of a seed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = Path(sys.executable).parent / "node"
FILES = sorted(path.name for path in HERE.glob("*.test.js"))


@pytest.mark.parametrize("name", FILES)
def test_field_client(name: str) -> None:
    command = [str(NODE), "--test", "--test-force-exit", "--test-reporter=spec", str(HERE / name)]
    ran = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    sys.stdout.write(ran.stdout[-20_000:])
    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-5_000:]
    assert "\nℹ pass 0" not in ran.stdout, "the file has no tests"
