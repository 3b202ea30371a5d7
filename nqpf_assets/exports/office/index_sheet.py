"""An entropy index by live formulas: every step from the panel to the score can be followed and changed.

Above, a block for each set of weights (one, or one for each year): minimum, maximum, sum, entropy,
divergence, weight, and below it what was published. Then a row for each unit and year: indicators (taken from
the sheet ``panel``), normalised values, shares, share times logarithm, score, the published score and the
difference. `weighted_sheet` has other weights in the same sheet.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.office.book import Book, put, put_text
from nqpf_assets.exports.study import KEYS, WeightedIndex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nqpf_assets.indices.entropy import EntropyIndex as Computed

MOST_FORMULAS = 400_000
"""Formulas of an index; a workbook with more opens in minutes."""
STEPS = ("minimum", "maximum", "sum", "entropy", "divergence", "weight", "published weight")
"""Rows above the table, for each set of weights."""
BLOCKS = ("value", "normalised", "share", "share × ln share")
"""Columns of the table, each once per indicator."""


def n_formulas(index: WeightedIndex) -> int:
    """How many formulas an index takes."""
    n_blocks = 4 if index.method == "entropy" else 2
    return index.rows.height * (n_blocks * len(index.indicators) + 2)


class IndexSheet:
    """The sheet of one index while it is written; rows and columns are counted from 0, as xlsxwriter does.

    Attributes:
        steps: rows above the table, for each set of weights.
        blocks: columns of the table, each once per indicator.
        words: what the weights are.
    """

    steps: tuple[str, ...] = STEPS
    blocks: tuple[str, ...] = BLOCKS
    words = "entropy weights"

    def __init__(
        self, book: Book, index: WeightedIndex, places: Mapping[tuple[str, int], int],
        columns: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.book, self.index = book, index
        self.places, self.columns = places, columns
        self.sheet = book.sheet(f"index {index.name}")
        self.n = len(index.indicators)
        periods = index.rows["period"].to_list()
        self.groups = sorted(set(periods)) if index.is_by_period else [None]
        self.first = 4 + len(self.groups) * (len(self.steps) + 1) + 2
        self.spans = [self._span(periods, group) for group in self.groups]

    def _span(self, periods: list[int], group: int | None) -> tuple[int, int]:
        """First and last row of those that have one set of weights."""
        if group is None:
            return self.first, self.first + len(periods) - 1
        start = periods.index(group)
        return self.first + start, self.first + start + periods.count(group) - 1

    @cached_property
    def computed(self) -> Computed:
        """The index by the same steps, for what the cells show before anybody computes them."""
        from nqpf_assets.indices.entropy import entropy_index

        index = self.index
        return entropy_index(
            index.rows.select(index.indicators).to_numpy(),
            index.directions,
            names=index.indicators,
            shift="limit" if index.shift is None else index.shift,
            groups=index.rows["period"].to_numpy() if index.is_by_period else None,
        )

    def column(self, block: int, indicator: int) -> int:
        return len(KEYS) + block * self.n + indicator

    def step(self, group: int, name: str) -> int:
        """The row of a step of one set of weights."""
        return 4 + group * (len(self.steps) + 1) + self.steps.index(name)

    def write(self) -> None:
        """All of it."""
        index, n_groups = self.index, len(self.groups)
        bold = self.book.format(bold=True)
        put_text(self.sheet, 0, 0, f"Index {index.name} by {self.words}, step by step", bold)
        self._write_shift()
        put_text(self.sheet, 2, 0, "direction")
        for number, (name, direction) in enumerate(
            zip(index.indicators, index.directions, strict=True)
        ):
            put(self.sheet, 2, self.column(0, number), direction)
            put_text(self.sheet, 3, self.column(0, number), name, bold)
        for group in range(n_groups):
            self._write_group(group)
        self._write_heads()
        self._write_rows()
        self.sheet.set_column(0, self.column(len(self.blocks), 3), 13)
        self.sheet.freeze_panes(self.first, len(KEYS))

    def _write_shift(self) -> None:
        words = "0·ln 0 = 0" if self.index.shift is None else "added before the logarithm"
        put_text(self.sheet, 1, 0, "shift")
        put(self.sheet, 1, 1, self.index.shift or 0.0)
        put_text(self.sheet, 1, 2, words)

    def formula(self, row: int, column: int, text: str, value: float) -> None:
        self.sheet.write_formula(row, column, f"={text}", None, float(value))

    def _write_group(self, group: int) -> None:
        """Minimum to weight of every indicator."""
        first, last = self.spans[group]
        whole = (self.spans[0][0], self.spans[-1][1])
        label = "" if self.groups[group] is None else f" {self.groups[group]}"
        for name in self.steps:
            put_text(self.sheet, self.step(group, name), 0, f"{name}{label}")
        published = self._published(group)
        values = self.index.rows.select(self.index.indicators).to_numpy()
        divergence = [
            cell(self.step(group, "divergence"), self.column(0, at)) for at in (0, self.n - 1)
        ]
        for at in range(self.n):
            column = self.column(0, at)
            all_values = range_of(*whole, self.column(0, at))
            normalised = range_of(first, last, self.column(1, at))
            of_group = self.computed.normalized[first - self.first : last - self.first + 1, at]
            products = range_of(first, last, self.column(3, at))
            entropy = self._one(self.computed.entropy, group, at)
            steps = {
                "minimum": (f"MIN({all_values})", values[:, at].min()),
                "maximum": (f"MAX({all_values})", values[:, at].max()),
                "sum": (f"SUM({normalised})", of_group.sum()),
                "entropy": (f"-SUM({products})/LN(ROWS({products}))", entropy),
                "divergence": (f"1-{cell(self.step(group, 'entropy'), column)}", 1 - entropy),
                "weight": (
                    f"{cell(self.step(group, 'divergence'), column)}"
                    f"/SUM({divergence[0]}:{divergence[1]})",
                    self._one(self.computed.weights, group, at),
                ),
            }
            for name, (text, value) in steps.items():
                self.formula(self.step(group, name), column, text, value)
            put(self.sheet, self.step(group, "published weight"), column, published[at])

    def _one(self, values: Any, group: int, at: int) -> float:
        """A number of an indicator, in a set of weights where each year has its own."""
        return float(values[group, at] if values.ndim == 2 else values[at])

    def _published(self, group: int) -> list[float]:
        """Published weights of one set, by indicator."""
        period = self.groups[group]
        rows = self.index.weights.iter_rows(named=True)
        known = {one["indicator"]: one["weight"] for one in rows if one["weight_period"] == period}
        return [known[name] for name in self.index.indicators]

    def _write_heads(self) -> None:
        bold = self.book.format(bold=True, bottom=1)
        for place, name in enumerate(KEYS):
            put_text(self.sheet, self.first - 1, place, name, bold)
        for block, words in enumerate(self.blocks):
            put_text(
                self.sheet,
                self.first - 2,
                self.column(block, 0),
                words,
                self.book.format(bold=True),
            )
            for at, name in enumerate(self.index.indicators):
                put_text(self.sheet, self.first - 1, self.column(block, at), name, bold)
        for place, name in enumerate(("score", "published score", "difference")):
            put_text(
                self.sheet, self.first - 1, self.column(len(self.blocks), 0) + place, name, bold
            )

    def _write_rows(self) -> None:
        import numpy as np

        z, codes = self.computed.normalized, self.computed.group_codes
        sums = np.vstack([z[codes == code].sum(axis=0) for code in range(len(self.groups))])
        shares = z / sums[codes]
        logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
        for number, row in enumerate(self.index.rows.iter_rows(named=True)):
            at, group = self.first + number, int(codes[number])
            for place, key in enumerate(KEYS):
                put(self.sheet, at, place, row[key])
            source = self.places[(row["unit"], row["period"])]
            for one, name in enumerate(self.index.indicators):
                value, share = self.column(0, one), cell(at, self.column(2, one))
                self.formula(at, value, f"panel!{cell(source, self.columns[name])}", row[name])
                self.formula(at, self.column(1, one), self._normalised(at, one), z[number, one])
                total = cell(self.step(group, "sum"), value, fixed=True)
                shared = f"{cell(at, self.column(1, one))}/{total}"
                self.formula(at, self.column(2, one), shared, shares[number, one])
                product = f"IF({share}>0,{share}*LN({share}),0)"
                numbers = shares[number, one] * logs[number, one]
                self.formula(at, self.column(3, one), product, numbers)
            self._write_score(at, group, float(self.computed.scores[number]), row["score"])

    def _normalised(self, at: int, one: int) -> str:
        """Distance from the worst value over the range, and the shift."""
        column = self.column(0, one)
        low = cell(self.step(0, "minimum"), column, fixed=True)
        high = cell(self.step(0, "maximum"), column, fixed=True)
        value, direction = cell(at, column), cell(2, column, fixed=True)
        gap = f"IF({direction}>0,{value}-{low},{high}-{value})"
        return f"{gap}/({high}-{low})+$B$2"

    def _write_score(self, at: int, group: int, computed: float, published: float) -> None:
        first, last = self.column(1, 0), self.column(1, self.n - 1)
        weights = (self.column(0, 0), self.column(0, self.n - 1))
        row = self.step(group, "weight")
        text = (
            f"SUMPRODUCT({cell(at, first)}:{cell(at, last)},"
            f"{cell(row, weights[0], fixed=True)}:{cell(row, weights[1], fixed=True)})"
        )
        score = self.column(len(self.blocks), 0)
        self.formula(at, score, text, computed)
        put(self.sheet, at, score + 1, published)
        difference = f"{cell(at, score)}-{cell(at, score + 1)}"
        self.formula(at, score + 2, difference, computed - published)


def cell(row: int, column: int, *, fixed: bool = False) -> str:
    """``$C$5``, counted from 0."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def range_of(first: int, last: int, column: int) -> str:
    return f"{cell(first, column, fixed=True)}:{cell(last, column, fixed=True)}"
