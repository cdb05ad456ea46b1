"""The portal's web server on a benchmark's database, and the cookies that open it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.scene import Scene
from portal.app import create_app
from portal.config import Config
from portal.serve import web_command

SECRET = "only for this benchmark"  # noqa: S105


@contextmanager
def serve(scene: Scene) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """One web process with four threads: (port, process). The bare floor is served beside the portal."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = web_command("127.0.0.1", port, 1, 4)
    command[-1] = "benchmarks.served:app"
    environment = os.environ | {
        "DATABASE_URL": scene.web_url,
        "BENCH_ADMIN_URL": scene.admin_url,
        "PORTAL_DATA_DIR": str(scene.folder),
        "PORTAL_SECRET_KEY": SECRET,
    }
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port)
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def cookie(scene: Scene, token: str) -> str:
    """The cookie, `name=value`, of whoever has this session token."""
    config = Config(data_dir=scene.folder, secret_key=SECRET)
    app = create_app(config, None)  # type: ignore[arg-type]  # only signs a cookie
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': token, '_fresh': True})}"


def _wait(port: int) -> None:
    for _ in range(150):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    sys.exit("the server did not start")
