"""Pages with 1,000,000 order lines behind them, over HTTP, beside a bare Flask page of the same rows and bytes."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import psutil

from benchmarks.measure import Result, compare, report
from benchmarks.scene import TOKENS, Scene, ident
from benchmarks.serving import cookie, serve

CASES = (
    ("a dealer's order list", "dealer", "/orders", "orders"),
    ("a dealer's stock list", "dealer", "/stock", "stock"),
    ("a dealer's home page", "dealer", "/desk", "home"),
    ("a rep's visit list, one quiet territory", "rep", "/visits", "visits"),
)
TARGET = 2.5


def run(scene: Scene) -> Iterator[Result]:
    """Each page against its floor: one connection, one request at a time, interleaved."""
    with serve(scene) as (port, process):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        report(f"memory of one web worker at rest: {_memory(process):.0f} MB (unique set size)")
        for name, who, path, page in CASES:
            ours = _get(connection, path, {"Cookie": _cookies(connection, path, cookie(scene, TOKENS[who][0]))})
            size = len(ours())
            floor = _get(connection, f"/bare/{page}?{urlencode(_values(scene) | {'bytes': size})}", {})
            if len(floor()) != size:
                raise AssertionError(f"{page}: the floor is not of the same size")
            yield compare(f"page: {name}", ours, floor, target=TARGET, runs=150)


def _values(scene: Scene) -> dict[str, str]:
    territories = "{" + ",".join(str(each) for each in scene.rep().territory_ids) + "}"
    return {"dealer": str(ident("dealer-17")), "territories": territories}


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


def _memory(process: subprocess.Popen[bytes]) -> float:
    workers = psutil.Process(process.pid).children(recursive=True) or [psutil.Process(process.pid)]
    return float(max(worker.memory_full_info().uss for worker in workers)) / 1e6
