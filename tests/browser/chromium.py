"""The Chromium for the browser tests: the one found, else the distribution's, else Playwright's own download.

`python -m tests.browser.chromium` makes sure that there is one, or names the command that installs it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """The browser named by CHROMIUM, one on the PATH, or the newest that Playwright downloaded; only one that runs."""
    named = os.environ.get("CHROMIUM")
    found = [Path(path) for name in (*([named] if named else []), *NAMES) if (path := shutil.which(name))]
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    own = sorted(downloads.glob("chromium-*/chrome-linux*/chrome"), key=lambda path: path.stat().st_mtime)
    return next(filter(_runs, found + own[-1:]), None)


def _runs(path: Path) -> bool:
    """Some distributions put a script in its place that only tells how to install it."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install() -> Path | None:
    """Install one, from the distribution as root and from Playwright otherwise; None where neither worked."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
        subprocess.run([*apt, "update"], check=False)
        subprocess.run([*apt, "install", "-y", "--no-install-recommends", "chromium"], check=False)
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find()


def main() -> None:
    if find() is None and install() is None:
        sys.exit(
            "The browser tests need a Chromium and none could be installed. Install one and repeat:\n"
            "  sudo apt-get install chromium   (or set CHROMIUM to the path of a browser)"
        )


if __name__ == "__main__":
    main()
