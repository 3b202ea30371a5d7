"""Lines of a table whose rows are variables: descriptive statistics, means of two groups, correlations.

Each variable has a size of its own, and so each number its own decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nqpf_assets.exports.printed.table import Cell, Line
from nqpf_assets.messages.printed_numbers import fixed, printed
from nqpf_assets.messages.stars import stars

PLACES = ("row_position", "row_label", "row_kind")
"""Columns of every printed table beside its own."""
STATISTICS = {
    "n_obs": "N",
    "mean": "Mean",
    "sd": "SD",
    "minimum": "Min",
    "p25": "P25",
    "median": "Median",
    "p75": "P75",
    "maximum": "Max",
    "sd_between": "SD between",
    "sd_within": "SD within",
    "n_units": "n",
    "periods_per_unit": "T",
}
"""Heads, as papers and `xtsum` have them."""
FACTORS = "vif"
"""The column of a table of correlations that is no variable."""

MEANS = {
    "n_first": "N (1)",
    "mean_first": "Mean (1)",
    "n_second": "N (2)",
    "mean_second": "Mean (2)",
    "difference": "Difference",
    "statistic": "t",
}
"""Heads of a table of two groups; its degrees of freedom and p-values are not printed."""

TESTS = {
    "n_units": "n",
    "n_periods": "T",
    "levin_lin_chu": "LLC",
    "im_pesaran_shin": "IPS",
    "fisher": "Fisher",
    "cross_section_dependence": "CD",
}
"""Heads of a table of unit roots; of p-values the stars are printed."""
P_VALUE = "_p_value"

Row = dict[str, Any]
Parts = tuple[list[str], list[Line]]


def variable_lines(columns: Sequence[str], rows: Sequence[Row]) -> Parts:
    """Heads, and one line for each variable; notes are left out."""
    shown = [name for name in columns if name not in PLACES]
    if any(row["row_kind"] == "p_value" for row in rows):
        return _correlations(shown, rows)
    if "n_periods" in shown:
        return _tests([name for name in shown if name in TESTS], rows)
    if "difference" in shown:
        return _means(rows)
    lines = [
        Line("number", row["row_label"], tuple(_cell(row[name]) for name in shown))
        for row in rows
        if row["row_kind"] == "variable"
    ]
    return [STATISTICS.get(name, name) for name in shown], lines


def _cell(value: float | int | None) -> Cell:
    return Cell(str(value) if isinstance(value, int) else printed(value), value)


def _tests(shown: Sequence[str], rows: Sequence[Row]) -> Parts:
    """Statistics with the stars of their p-values, after the numbers of units and periods."""
    lines = []
    for row in rows:
        if row["row_kind"] == "variable":
            cells = [
                Cell(str(row[name]), row[name])
                if f"{name}{P_VALUE}" not in row
                else _coefficient(row[name], row[f"{name}{P_VALUE}"])
                for name in shown
            ]
            lines.append(Line("number", row["row_label"], tuple(cells)))
    return [TESTS[name] for name in shown], lines


def _means(rows: Sequence[Row]) -> Parts:
    """Means of two groups, and their difference with the stars of its p-value."""
    lines = []
    for row in rows:
        if row["row_kind"] == "variable":
            cells = {name: _cell(row[name]) for name in MEANS}
            found = cells["difference"]
            cells["difference"] = Cell(f"{found.text}{stars(row['p_value'])}", found.value)
            cells["statistic"] = Cell(fixed(row["statistic"], 2), row["statistic"])
            lines.append(Line("number", row["row_label"], tuple(cells.values())))
    return [*MEANS.values()], lines


def _correlations(shown: Sequence[str], rows: Sequence[Row]) -> Parts:
    """A lower triangle with the stars of the p-values below; columns bear the numbers of the rows."""
    names = [name for name in shown if name != FACTORS]
    lines, number = list[Line](), 0
    for place, row in enumerate(rows):
        if row["row_kind"] != "variable":
            continue
        number += 1
        below = rows[place + 1] if place + 1 < len(rows) else {}
        p_values = below if below.get("row_kind") == "p_value" else {}
        cells = [_coefficient(row[name], p_values.get(name)) for name in names]
        if FACTORS in shown:
            factor = row[FACTORS]
            cells.append(Cell() if factor is None else Cell(fixed(factor, 2), factor))
        lines.append(Line("number", f"({number}) {row['row_label']}", tuple(cells)))
    heads = [f"({place})" for place, _ in enumerate(names, start=1)]
    return heads + (["VIF"] if FACTORS in shown else []), lines


def _coefficient(value: float | None, p_value: float | None) -> Cell:
    return Cell() if value is None else Cell(f"{fixed(value, 3)}{stars(p_value)}", value)
