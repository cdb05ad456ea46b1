"""What is wrong with a file, line by line: never only the first trouble, never a list that grows with the file."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

SHOWN = 100
_VALUE = 80


@dataclass(frozen=True)
class Problem:
    """One trouble. `line` counts from 1 as an editor does, or is 0 when the whole file is meant.

    `column` is the column's name in the file, `value` what stands there (cut), `reason` a gettext id whose
    `%(name)s` places are filled from `params`.
    """

    line: int
    column: str
    value: str
    reason: str
    params: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The reason in English."""
        return self.reason % self.params if self.params else self.reason


class Wrong(Exception):
    """A single value that cannot be understood; `reason` and `params` as in Problem."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = {name: str(value) for name, value in params.items()}


class Problems:
    """The first `SHOWN` problems in full and the number of all of them, per column too."""

    def __init__(self) -> None:
        self.shown: list[Problem] = []
        self.total = 0
        self.by_column: Counter[str] = Counter()

    def add(self, line: int, column: str, value: object, reason: str, **params: object) -> None:
        """Note one trouble; what concerns the whole file comes before all lines."""
        self.total += 1
        self.by_column[column] += 1
        if line and len(self.shown) >= SHOWN:
            return
        shown = "" if value is None else str(value)
        cut = shown if len(shown) <= _VALUE else shown[:_VALUE] + "…"
        problem = Problem(line, column, cut, reason, {name: str(text) for name, text in params.items()})
        self.shown.insert(len(self.shown) if line else 0, problem)

    def add_wrong(self, line: int, column: str, value: object, wrong: Wrong) -> None:
        """Note a value that could not be understood."""
        self.add(line, column, value, wrong.reason, **wrong.params)

    def add_unseen(self, number: int) -> None:
        """Count further problems that nobody will look at one by one."""
        self.total += number

    def __bool__(self) -> bool:
        return self.total > 0

    def __len__(self) -> int:
        return self.total
