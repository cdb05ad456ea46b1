"""What an import found and did: everything a person needs to agree, to correct the file, or to look it up later."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from models.importing.problems import Problem, Problems


@dataclass(frozen=True)
class Tally:
    """How many records of one table the file adds, changes and leaves as they are."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True)
class Doubt:
    """Something that can hardly be meant, with its evidence. A person may say that it is: `accepted`."""

    code: str
    total: int
    evidence: tuple[Problem, ...]
    accepted: bool


@dataclass
class Report:
    """One import or preview. `problems` and doubts that nobody accepted refuse the file as a whole."""

    kind: str
    mapping: str
    source: str
    file_name: str
    sha256: str
    size: int
    rows: int = 0
    skipped: list[int] = field(default_factory=list)
    layout: dict[str, str] = field(default_factory=dict)
    decimal_sign: str = ""
    date_form: str = ""
    columns: list[tuple[str, str]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    sample: list[tuple[int, list[str | None]]] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)
    doubts: list[Doubt] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)
    figures: list[tuple[str, str, Decimal]] = field(default_factory=list)
    loaded: bool = False

    @property
    def refused(self) -> bool:
        """Whether nothing may be loaded from this file as it is."""
        return bool(self.problems) or any(not doubt.accepted for doubt in self.doubts)

    def to_json(self) -> dict[str, Any]:
        """The report as kept in the history of imports."""
        content = asdict(self)
        content["problems"] = {"total": self.problems.total, "shown": [asdict(one) for one in self.problems.shown]}
        content["figures"] = [[name, unit, str(value)] for name, unit, value in self.figures]
        return content


def report_from_json(content: Mapping[str, Any]) -> Report:
    """The report that `to_json` wrote."""
    problems = Problems()
    problems.shown = [Problem(**one) for one in content["problems"]["shown"]]
    problems.total = content["problems"]["total"]
    return Report(
        **{
            **content,
            "columns": [(column, name) for column, name in content["columns"]],
            "sample": [(line, values) for line, values in content["sample"]],
            "problems": problems,
            "doubts": [
                Doubt(one["code"], one["total"], tuple(Problem(**line) for line in one["evidence"]), one["accepted"])
                for one in content["doubts"]
            ],
            "tallies": {name: Tally(**tally) for name, tally in content["tallies"].items()},
            "figures": [(name, unit, Decimal(value)) for name, unit, value in content["figures"]],
        }
    )
