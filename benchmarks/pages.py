"""Pages with 1,000,000 order lines behind them, over HTTP, beside a bare Flask page of the same rows and bytes."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import psutil

from benchmarks.measure import Result, compare, report
from benchmarks.scene import TOKENS, Scene, ident
from portal.app import create_app
from portal.config import Config
from portal.serve import web_command

CASES = (
    ("a dealer's order list", "dealer", "/orders", "orders"),
    ("a dealer's stock list", "dealer", "/stock", "stock"),
    ("a dealer's home page", "dealer", "/desk", "home"),
    ("a rep's visit list, one quiet territory", "rep", "/visits", "visits"),
)
TARGET = 2.5
SECRET = "only for this benchmark"  # noqa: S105


def run(scene: Scene) -> Iterator[Result]:
    """Each page against its floor: one connection, one request at a time, interleaved."""
    with _server(scene) as (port, process):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        _wait(connection)
        report(f"memory of one web worker at rest: {_memory(process):.0f} MB (unique set size)")
        for name, who, path, page in CASES:
            ours = _get(connection, path, {"Cookie": _cookies(connection, path, _cookie(scene, who))})
            size = len(ours())
            floor = _get(connection, f"/bare/{page}?{urlencode(_values(scene) | {'bytes': size})}", {})
            if len(floor()) != size:
                raise AssertionError(f"{page}: the floor is not of the same size")
            yield compare(f"page: {name}", ours, floor, target=TARGET, runs=150)


def _values(scene: Scene) -> dict[str, str]:
    territories = "{" + ",".join(str(each) for each in scene.rep().territory_ids) + "}"
    return {"dealer": str(ident("dealer-17")), "territories": territories}


def _cookie(scene: Scene, who: str) -> str:
    config = Config(data_dir=scene.folder, secret_key=SECRET)
    app = create_app(config, None)  # type: ignore[arg-type]  # only signs a cookie
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': TOKENS[who][0], '_fresh': True})}"


def _cookies(connection: http.client.HTTPConnection, path: str, signed_in: str) -> str:
    """The session's cookie as a browser holds it from the first page on: with the token of its forms in it."""
    connection.request("GET", path, headers={"Cookie": signed_in})
    response = connection.getresponse()
    response.read()
    return (response.headers["Set-Cookie"] or signed_in).partition(";")[0]


def _get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Callable[[], bytes]:
    def get() -> bytes:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise AssertionError(f"{path}: {response.status}")
        return body

    return get


@contextmanager
def _server(scene: Scene) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
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
        yield port, process
    finally:
        process.terminate()
        process.wait(30)


def _wait(connection: http.client.HTTPConnection) -> None:
    for _ in range(150):
        try:
            _get(connection, "/healthz", {})()
            return
        except (OSError, AssertionError):
            connection.close()
            time.sleep(0.2)
    sys.exit("the server did not start")


def _memory(process: subprocess.Popen[bytes]) -> float:
    workers = psutil.Process(process.pid).children(recursive=True) or [psutil.Process(process.pid)]
    return float(max(worker.memory_full_info().uss for worker in workers)) / 1e6
