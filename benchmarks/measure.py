"""Interleaved runs and their medians, so that a busy moment of the machine hits both sides alike."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Result:
    """What was compared: medians in milliseconds or another unit, and how often the floor fits into ours."""

    name: str
    ours: float
    floor: float
    target: float
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours ÷ floor."""
        return self.ours / self.floor

    def line(self) -> str:
        """One row of the report."""
        verdict = "ok" if self.ratio <= self.target else "MISSED"
        figures = f"{self.ours:9.2f} {self.unit}  floor {self.floor:9.2f} {self.unit}  ratio {self.ratio:5.2f}"
        return f"{self.name:<46} {figures}  target ≤ {self.target:g}  {verdict}"


@dataclass(frozen=True)
class Rate:
    """What was compared where more is better: how many a second, and how often the peer fits into ours."""

    name: str
    ours: float
    peer: float
    target: float

    @property
    def ratio(self) -> float:
        """Ours ÷ the peer's."""
        return self.ours / self.peer

    def line(self) -> str:
        """One row of the report."""
        verdict = "ok" if self.ratio >= self.target else "MISSED"
        figures = f"{self.ours:9,.0f} /s  peer  {self.peer:9,.0f} /s  ratio {self.ratio:5.2f}"
        return f"{self.name:<46} {figures}  target ≥ {self.target:g}  {verdict}"


def milliseconds(action: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def interleaved(actions: Mapping[str, Callable[[], object]], runs: int, warm_up: int = 3) -> dict[str, float]:
    """The median time of each action over `runs` rounds, in each of which every action runs once."""
    times: dict[str, list[float]] = {name: [] for name in actions}
    for round_ in range(warm_up + runs):
        for name, action in actions.items():
            taken = milliseconds(action)
            if round_ >= warm_up:
                times[name].append(taken)
    return {name: median(values) for name, values in times.items()}


def compare(
    name: str, ours: Callable[[], object], floor: Callable[[], object], *, target: float, runs: int = 60
) -> Result:
    """Run both side by side and compare their medians."""
    medians = interleaved({"ours": ours, "floor": floor}, runs)
    return Result(name, medians["ours"], medians["floor"], target)


def report(line: str) -> None:
    """Print a line of the report at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
