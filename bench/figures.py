"""A figure beside its floor, the table of all of them, and the file that keeps them."""

import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Figure:
    """`ratio` is what the target speaks of; None where there is nothing to compare with."""

    name: str
    value: str
    floor: str = ""
    ratio: float | None = None
    most: float | None = None  # the ratio's target: not above this
    least: float | None = None  # or not below this

    @property
    def is_met(self) -> bool | None:
        if self.ratio is None:
            return None
        if self.most is not None:
            return self.ratio <= self.most
        return None if self.least is None else self.ratio >= self.least

    @property
    def target(self) -> str:
        if self.most is not None:
            return f"≤ {self.most:.3g}"
        return "" if self.least is None else f"≥ {self.least:.3g}"


def compare(
    floor: Callable[[], float], figure: Callable[[], float], rounds: int
) -> tuple[float, float, float]:
    """(floor, figure, figure / floor) as medians of rounds in turn: a busy machine hits both."""
    pairs = [(floor(), figure()) for _ in range(rounds)]
    return (
        median(each for each, _ in pairs),
        median(each for _, each in pairs),
        median(value / least for least, value in pairs),
    )


def table(figures: Sequence[Figure]) -> str:
    words = {True: "met", False: "NOT MET", None: ""}
    rows = [("figure", "measured", "floor", "ratio", "target", "")]
    for each in figures:
        ratio = "" if each.ratio is None else f"{each.ratio:.3g}"
        rows.append((each.name, each.value, each.floor, ratio, each.target, words[each.is_met]))
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def save(figures: Sequence[Figure], folder: Path) -> Path:
    """One JSON file per run, named by the time."""
    now = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    machine = {"python": platform.python_version(), "machine": platform.platform()}
    rows = [{**asdict(each), "is_met": each.is_met} for each in figures]
    content = {"measured_at": now.isoformat(), **machine, "figures": rows}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
