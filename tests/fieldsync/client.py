"""A client of the protocol, written from its description: it shares no code with the server."""

import json
import uuid
from typing import Any

from fieldsync.devices import register
from fieldsync.exchange import Body, write
from fieldsync.pull import pull
from fieldsync.push import push
from models.access import Principal
from models.session import Database


class Client:
    """One browser profile: a sequence of operations, cursors, and the records it holds by bucket."""

    def __init__(self, database: Database, principal: Principal) -> None:
        self.database, self.principal = database, principal
        self.device, self.id = str(uuid.uuid4()), str(uuid.uuid4())
        self.seq = 0
        self.cursors: dict[str, int] = {}
        self.held: dict[str, dict[tuple[str, str], tuple[int, Any]]] = {}
        self.epoch = self.call(register, {"device": self.device, "client": self.id, "schema": 1, "app": "test"})[
            "epoch"
        ]

    def call(self, door: Any, body: Body) -> Any:
        """One request as the application runs it: act, commit, answer. What travels is JSON."""
        with self.database.open(self.principal, one_moment=door is pull) as db:
            answer = door(db, json.loads(json.dumps(body)), *(["test agent"] if door is register else []))
            db.commit()
        return json.loads(write(answer))

    def op(self, kind: str, action: str, patch: Body, id: str | None = None, **more: Any) -> Body:
        """The next operation of this client."""
        self.seq += 1
        return {
            "seq": self.seq,
            "op_id": str(uuid.uuid4()),
            "kind": kind,
            "id": id or str(uuid.uuid4()),
            "action": action,
            "base_version": 0,
            "patch": patch,
            "base": {},
            "occurred_at": "2026-05-05T10:00:00Z",
            "tz": "Europe/Istanbul",
            **more,
        }

    def push(self, *ops: Body) -> list[Body]:
        """The results of a batch."""
        body = {"client": self.id, "schema": 1, "app": "test", "epoch": self.epoch, "ops": list(ops)}
        results: list[Body] = self.call(push, body)["results"]
        return results

    def page(self, limit: int = 1000) -> Body:
        """One request for changes, taken in: cursors and records move together."""
        body = {"client": self.id, "schema": 1, "epoch": self.epoch, "cursors": self.cursors, "limit": limit}
        answer: Body = self.call(pull, body)
        self.epoch = answer["epoch"]
        for name in answer["dropped"]:
            del self.cursors[name], self.held[name]
        for name in [*answer["added"], *answer["reset"]]:
            self.held[name] = {}
        for bucket, kind, row_id, seq, record in answer["changes"]:
            if record is None:
                self.held[bucket].pop((kind, row_id), None)
            else:
                self.held[bucket][kind, row_id] = (seq, record)
        self.cursors = answer["cursors"]
        if not answer["more"]:
            self.check(answer["heads"])
        return answer

    def pull(self, limit: int = 1000) -> list[Body]:
        """Pages until there is no more."""
        pages = [self.page(limit)]
        while pages[-1]["more"]:
            pages.append(self.page(limit))
        return pages

    def check(self, heads: dict[str, Body]) -> None:
        """What is held must add up to what the server says of the bucket."""
        for name, head in heads.items():
            held = self.held[name].values()
            assert len(held) == head["count"], name
            assert sum(seq for seq, _ in held) % 2**53 == head["digest"], name

    def record(self, kind: str, row_id: object) -> Any:
        """A record that is held in any bucket, or None."""
        found = [rows[kind, str(row_id)][1] for rows in self.held.values() if (kind, str(row_id)) in rows]
        return found[0] if found else None
