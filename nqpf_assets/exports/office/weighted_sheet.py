"""An index of which every indicator is weighed by a number of its own, by live formulas.

Weights are equal, given, coefficients of variation, or by CRITIC. The sheet is that of `index_sheet` without
shares: what the weights are made from stands above the rows, each step in a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.exports.office.book import Book, put, put_text
from nqpf_assets.exports.office.index_sheet import IndexSheet, cell, range_of
from nqpf_assets.exports.study import KEYS, WeightedIndex

if TYPE_CHECKING:
    import numpy as np

WORDS = {
    "equal_weights": "equal weights",
    "given_weights": "given weights",
    "coefficient_of_variation": "coefficients of variation",
    "critic": "CRITIC weights",
}
"""Method → what its weights are called."""
PARTS = {
    "equal_weights": (),
    "given_weights": ("given",),
    "coefficient_of_variation": ("mean", "standard deviation", "variation"),
    "critic": ("standard deviation", "conflict", "information"),
}
"""Method → steps to the weights, which are shares of the last one."""
Step = tuple[str, float]
"""A formula, and what it gives."""


class WeightedSheet(IndexSheet):
    """The sheet while it is written."""

    blocks = ("value", "normalised")

    def __init__(
        self, book: Book, index: WeightedIndex, places: Mapping[tuple[str, int], int],
        columns: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.parts = PARTS[index.method]
        self.steps = ("minimum", "maximum", *self.parts, "weight", "published weight")
        self.words = WORDS[index.method]
        super().__init__(book, index, places, columns)

    @cached_property
    def values(self) -> np.ndarray:
        """(n, J) indicators."""
        return self.index.rows.select(self.index.indicators).to_numpy()

    @cached_property
    def scaled(self) -> np.ndarray:
        """(n, J) distances from the worst value over the range."""
        import numpy as np

        low, high = self.values.min(axis=0), self.values.max(axis=0)
        better = np.array(self.index.directions) > 0
        gaps = np.where(better, self.values - low, high - self.values)
        return np.asarray(gaps / (high - low))

    @cached_property
    def weights(self) -> list[float]:
        """Shares of the last step before the weights, as the formulas have them, whatever was published."""
        amounts: list[float] = [1.0] * self.n
        if self.index.given:
            amounts = [*self.index.given]
        elif self.parts:
            amounts = [self._parts(at)[self.parts[-1]][1] for at in range(self.n)]
        return [one / sum(amounts) for one in amounts]

    def _write_shift(self) -> None:
        put_text(self.sheet, 1, 0, "shift")
        put(self.sheet, 1, 1, 0.0)
        put_text(self.sheet, 1, 2, "none")

    def _write_group(self, group: int) -> None:
        """Minimum to weight of every indicator."""
        for name in self.steps:
            put_text(self.sheet, self.step(group, name), 0, name)
        published = self._published(group)
        for at in range(self.n):
            column = self.column(0, at)
            own = range_of(*self.spans[0], column)
            found: dict[str, Step] = {
                "minimum": (f"MIN({own})", self.values[:, at].min()),
                "maximum": (f"MAX({own})", self.values[:, at].max()),
                **self._parts(at),
                "weight": (self._weight(column), self.weights[at]),
            }
            for name, (text, value) in found.items():
                self.formula(self.step(group, name), column, text, value)
            if "given" in self.parts:
                put(self.sheet, self.step(group, "given"), column, self.index.given[at])
            put(self.sheet, self.step(group, "published weight"), column, published[at])

    def _weight(self, column: int) -> str:
        """The share of an indicator in the last step before the weights."""
        if not self.parts:
            return f"1/{self.n}"
        row = self.step(0, self.parts[-1])
        ends = [cell(row, self.column(0, at), fixed=True) for at in (0, self.n - 1)]
        return f"{cell(row, column)}/SUM({ends[0]}:{ends[1]})"

    def _parts(self, at: int) -> Mapping[str, Step]:
        import numpy as np

        block = 0 if self.index.is_of_values else 1
        x = (self.values if self.index.is_of_values else self.scaled)[:, at]
        here = range_of(*self.spans[0], self.column(block, at))
        spread = ("standard deviation", (f"STDEV({here})", float(x.std(ddof=1))))
        if self.index.method == "coefficient_of_variation":
            mean, deviation = (self._above(name, at) for name in self.parts[:2])
            ratio = (f"{deviation}/{mean}", float(x.std(ddof=1) / x.mean()))
            return dict(
                [("mean", (f"AVERAGE({here})", float(x.mean()))), spread, ("variation", ratio)]
            )
        if self.index.method == "critic":
            others = [range_of(*self.spans[0], self.column(1, one)) for one in range(self.n)]
            text = "+".join(
                f"(1-CORREL({here},{other}))" for one, other in enumerate(others) if one != at
            )
            conflict = float((1 - np.corrcoef(self.scaled, rowvar=False)[at]).sum())
            information = "*".join(self._above(name, at) for name in self.parts[:2])
            value = float(x.std(ddof=1)) * conflict
            return dict(
                [spread, ("conflict", (text, conflict)), ("information", (information, value))]
            )
        return {}

    def _above(self, name: str, at: int) -> str:
        return cell(self.step(0, name), self.column(0, at))

    def _write_rows(self) -> None:
        for number, row in enumerate(self.index.rows.iter_rows(named=True)):
            at = self.first + number
            for place, key in enumerate(KEYS):
                put(self.sheet, at, place, row[key])
            source = self.places[(row["unit"], row["period"])]
            for one, name in enumerate(self.index.indicators):
                text = f"panel!{cell(source, self.columns[name])}"
                self.formula(at, self.column(0, one), text, row[name])
                scaled = self.scaled[number, one]
                self.formula(at, self.column(1, one), self._normalised(at, one), scaled)
            self._write_score(at, 0, float(self.scaled[number] @ self.weights), row["score"])
