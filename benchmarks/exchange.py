"""Field sync over HTTP, beside PouchDB with express-pouchdb, and beside a bare batch insert of the same rows.

Both clients are Node and keep nothing; both servers are one process and write to the disk before they answer. Each
round a rep who has nothing yet sends 5,000 visits of about 1 KB, and a new laptop of his gets them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from benchmarks.measure import Rate, Result, milliseconds, report
from benchmarks.scene import Scene, fill, ident, place
from benchmarks.serving import cookie, serve
from fieldsync.records import KINDS
from models.migrate import migrate
from models.tables import metadata

FILL = Path(__file__).with_name("exchange.sql")
PEER = Path(__file__).with_name("peer")
NODE = Path(sys.executable).with_name("node")
ROUNDS, WARM_UP, VISITS, ACCOUNTS, CHANGED = 5, 1, 5_000, 10, 50
FEW, MANY, DELTAS, EMPTY = 1_000, 100_000, 40, 50
SCOPES = {1: FEW, 2: MANY}
"""Reps whose visits are there from the beginning."""
COMMIT = 500
PATIENCE = 120
"""Seconds that one exchange may take."""

Answer = dict[str, Any]


def run() -> Iterator[Result | Rate]:
    """Push, fresh pull, deltas of 50 in a small and a large scope, and what an empty pull reads."""
    reps = len(SCOPES) + ROUNDS + WARM_UP
    with place() as scene:
        sizes = {"reps": reps, "accounts": ACCOUNTS, "few": FEW, "many": MANY}
        fill(scene.admin_url, FILL, sizes, {f"rep-{rep}": f"rep-{rep}" for rep in range(1, reps + 1)})
        migrate(scene.admin_url, scene.secrets)  # what is there joins the feed
        with psycopg.connect(_plain(scene.admin_url), autocommit=True) as database:
            database.execute("vacuum analyze")
        with serve(scene) as (port, _), _node("client.js") as client, _peer() as peer:
            bench = Bench(scene, f"http://127.0.0.1:{port}", peer, client)
            yield from bench.rounds()
            yield bench.deltas()
            bench.empty_pulls()


def _plain(url: str) -> str:
    """SQLAlchemy's address as psycopg reads it."""
    return url.replace("postgresql+psycopg", "postgresql")


class Node:
    """A program of Node that answers lines of JSON with lines of JSON."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def read(self) -> Answer:
        """The next line. A program that says nothing for too long is ended."""
        assert self._process.stdout is not None
        watch = threading.Timer(PATIENCE, os.killpg, (self._process.pid, signal.SIGKILL))
        watch.start()
        line = self._process.stdout.readline()
        watch.cancel()
        if not line:
            raise RuntimeError("the Node program ended")
        answer: Answer = json.loads(line)
        return answer

    def ask(self, command: str, **values: Any) -> Answer:
        """What a command of client.js came to."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([command, values]) + "\n")
        self._process.stdin.flush()
        return self.read()


@contextmanager
def _node(*arguments: str) -> Iterator[Node]:
    process = subprocess.Popen(
        [NODE, *arguments], cwd=PEER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        yield Node(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()  # the programs end with what they read
        process.wait(30)


@contextmanager
def _peer() -> Iterator[str]:
    """The address of an express-pouchdb that waits for the disk."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder, _node("server.js", folder, "durable") as node:
        yield f"http://127.0.0.1:{node.read()['port']}"


class Bench:
    """The two servers, the client of both, and the database for the floor."""

    def __init__(self, scene: Scene, base: str, peer: str, client: Node) -> None:
        self.scene, self.base, self.peer, self.client = scene, base, peer, client
        self.database = psycopg.connect(_plain(scene.admin_url))

    def as_rep(self, rep: int) -> Answer:
        """Where and as whom a command speaks."""
        return {"base": self.base, "cookie": cookie(self.scene, f"rep-{rep}")}

    def rounds(self) -> Iterator[Rate]:
        """Push and fresh pull, everybody once in each round."""
        self.database.execute(
            "create table bare_visit (like visit including defaults including constraints including indexes)"
        )
        self.database.commit()
        times: dict[str, list[float]] = {}
        for round_ in range(WARM_UP + ROUNDS):
            for name, taken in self._round(1 + len(SCOPES) + round_).items():
                if round_ >= WARM_UP:
                    times.setdefault(name, []).append(taken)
        rates = {name: VISITS / median(taken) * 1000 for name, taken in times.items() if "delta" not in name}
        yield Rate(f"push of {VISITS:,} visits, beside PouchDB", rates["push"], rates["pouch_push"], 1.5)
        yield Rate(f"push of {VISITS:,} visits, beside bare inserts", rates["push"], rates["bare"], 0.07)
        yield Rate(f"fresh pull of {VISITS:,} visits, beside PouchDB", rates["pull"], rates["pouch_pull"], 8)
        ours, theirs = median(times["delta"]), median(times["pouch_delta"])
        report(f"pull of {CHANGED} changed visits: {ours:.1f} ms, PouchDB {theirs:.1f} ms")

    def _round(self, rep: int) -> dict[str, float]:
        accounts = [str(ident(f"account-{rep}-{place}")) for place in range(1, ACCOUNTS + 1)]
        who, wanted = self.as_rep(rep), {"accounts": accounts, "count": VISITS}
        url = f"{self.peer}/round{rep}"
        pushed = self.client.ask("push", **who, **wanted)
        bare = self._bare(ident(f"territory-{rep}"))
        pouch_pushed = self.client.ask("pouch_push", url=url, **wanted)
        pulled = self.client.ask("pull", **who)
        pouch_pulled = self.client.ask("pouch_pull", url=url, changed=CHANGED)
        delta = self._delta(rep, pulled)
        counts = [pushed["count"], pouch_pushed["count"], pouch_pulled["count"], pulled["count"] - ACCOUNTS]
        if counts != [VISITS] * 4 or [delta["count"], pouch_pulled["delta"]["count"]] != [CHANGED] * 2:
            raise AssertionError(f"not everything travelled: {counts}, {delta}, {pouch_pulled['delta']}")
        answers = {"push": pushed, "pull": pulled, "delta": delta, "pouch_push": pouch_pushed}
        times = {name: answer["ms"] for name, answer in answers.items()}
        return times | {"bare": bare, "pouch_pull": pouch_pulled["ms"], "pouch_delta": pouch_pulled["delta"]["ms"]}

    def _bare(self, territory: UUID) -> float:
        """The rows that were just sent, again, into a table without triggers, foreign keys or policies."""
        table = metadata.tables["visit"]
        names = [column.name for column in table.columns if column.computed is None]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        wanted = sql.SQL("select {} from visit where territory_id = %s").format(columns)
        json_columns = {name for name in names if str(table.columns[name].type) in ("JSONB", "JSON")}
        rows = [
            tuple(
                psycopg.types.json.Jsonb(value) if name in json_columns else value
                for name, value in zip(names, row, strict=True)
            )
            for row in self.database.execute(wanted, [territory])
        ]
        self.database.execute("truncate bare_visit")
        self.database.commit()
        places = sql.SQL(", ").join([sql.Placeholder()] * len(names))
        statement = sql.SQL("insert into bare_visit ({}) values ({})").format(columns, places)

        def insert() -> None:
            for start in range(0, len(rows), COMMIT):
                with self.database.cursor() as cursor:
                    cursor.executemany(statement, rows[start : start + COMMIT])
                self.database.commit()

        return milliseconds(insert)

    def _delta(self, rep: int, known: Answer) -> Answer:
        """Let others change 50 visits of a rep, and have his laptop get them."""
        ids = self.database.execute(
            "select id from visit where territory_id = %s", [ident(f"territory-{rep}")]
        ).fetchall()
        chosen = [row[0] for row in random.sample(ids, CHANGED)]
        self.database.execute("update visit set next_steps = now()::text where id = any(%s)", [chosen])
        self.database.commit()
        return self.client.ask("delta", **self.as_rep(rep), known=known["known"], cursors=known["cursors"])

    def deltas(self) -> Result:
        """The same 50 rows in a scope of 1,000 and in one of 100,000, by turns."""
        known = {rep: self.client.ask("pull", **self.as_rep(rep)) for rep in SCOPES}
        times: dict[int, list[float]] = {rep: [] for rep in SCOPES}
        for round_ in range(DELTAS + 5):
            for rep in SCOPES:
                answer = self._delta(rep, known[rep])
                if answer["count"] != CHANGED:
                    raise AssertionError(f"{answer['count']} rows came instead of {CHANGED}")
                known[rep]["cursors"] = answer["cursors"]
                if round_ >= 5:
                    times[rep].append(answer["ms"])
        few, many = (median(times[rep]) for rep in SCOPES)
        return Result(f"pull of {CHANGED} rows: of {MANY:,}, beside of {FEW:,}", many, few, 1.2)

    def empty_pulls(self) -> None:
        """Which tables PostgreSQL counts as read while a laptop asks 50 times and nothing is new: none with records."""
        known = self.client.ask("pull", **self.as_rep(2))
        before = self._scans()
        answers = [
            self.client.ask("delta", **self.as_rep(2), known=known["known"], cursors=known["cursors"])
            for _ in range(EMPTY)
        ]
        after = self._scans()
        if after["bucket"] < before["bucket"] + EMPTY:
            raise AssertionError("PostgreSQL did not count the pulls")
        signed_in = {"user", "dealer"}  # read to see who is signed in, at every request of anybody
        touched = sorted(table for table in after if after[table] > before[table])
        records = {kind.cls.__tablename__ for kind in KINDS.values()} & set(touched) - signed_in
        verdict = f"MISSED: {', '.join(sorted(records))}" if records or any(each["count"] for each in answers) else "ok"
        taken = median(each["ms"] for each in answers)
        report(f"empty pull in a scope of {MANY:,}: {taken:.1f} ms; tables read: {', '.join(touched)}  {verdict}")

    def _scans(self) -> dict[str, int]:
        """Scans of each table so far. Server processes tell their counts only after they were idle for ten seconds."""
        time.sleep(11)
        found = self.database.execute(
            "select relname, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) from pg_stat_user_tables"
        )
        scans: dict[str, int] = dict(found.fetchall())
        self.database.commit()
        return scans
