"""Reading of the oracles: real data with results that were computed elsewhere.

They lie outside the project, in the folder that NQPF_SHARED names; a test that needs one is
skipped, with the reason, where the folder is absent. Nothing of them is copied here.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest


@dataclass(frozen=True)
class Oracle:
    """One data set with the values that are expected from it."""

    rows: list[dict[str, str]]
    expected: dict[str, dict[str, float]]

    def column(self, name: str) -> np.ndarray:
        """A column of numbers."""
        return np.array([float(row[name]) for row in self.rows])

    def columns(self, *names: str) -> np.ndarray:
        """Several columns of numbers, side by side."""
        return np.column_stack([self.column(name) for name in names])

    def check(self, computed: Mapping[str, float], not_tested: Mapping[str, str]) -> None:
        """Compare by |x - value| <= tol max(1, |value|); every key must be accounted for."""
        assert set(computed) | set(not_tested) == set(self.expected)
        assert not set(computed) & set(not_tested)
        wrong = {
            key: (value, self.expected[key])
            for key, value in computed.items()
            if not abs(value - self.expected[key]["value"])
            <= self.expected[key]["tol"] * max(1.0, abs(self.expected[key]["value"]))
        }
        assert not wrong


def oracle(name: str) -> Oracle:
    """Read an oracle, or skip the test that asks for it."""
    shared = os.environ.get("NQPF_SHARED")
    if not shared:
        pytest.skip("NQPF_SHARED is not set: the oracles are not at hand")
    folder = Path(shared) / "oracles" / name
    if not folder.is_dir():
        pytest.skip(f"no oracle {name} in {folder.parent}")
    with (folder / "data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Oracle(rows, json.loads((folder / "expected.json").read_text(encoding="utf-8")))
