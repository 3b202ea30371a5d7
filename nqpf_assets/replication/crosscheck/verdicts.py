"""One published number beside the other program's, with its verdict, and how that one's numbers are read."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SAME, DIFFERS, MISSING, LEFT_OUT = "same", "differs", "missing", "left out"
NO_ERROR = ""
"""The verdict on the standard error of a number that has none by its nature."""

Key = tuple[str, str, str, str]
"""Table, column, effect (empty for a coefficient), term."""
Others = Mapping[Key, Mapping[str, str]]
"""What the other program wrote."""


@dataclass(frozen=True)
class Compared:
    """One published number beside the other program's.

    Attributes:
        verdict: `same`, `differs`, `missing` or `left out`.
        error_verdict: of its standard error.
        why: what a verdict other than `same` rests on.
    """

    key: Key
    estimate: float
    other: float | None
    std_error: float | None
    other_error: float | None
    verdict: str
    error_verdict: str
    why: str = ""

    @property
    def is_failure(self) -> bool:
        return {self.verdict, self.error_verdict} & {DIFFERS, MISSING} != set()


def results_of(path: Path) -> Others:
    """What the other program wrote, by table, column, effect and term."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["table_name"], row["column_label"], row["effect"], row["term"]): row
            for row in csv.DictReader(file)
        }


def read_number(text: str) -> float:
    """A number as R writes it; NaN for its NA."""
    return float("nan") if text == "NA" else float(text)
