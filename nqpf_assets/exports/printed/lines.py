"""Rows of a published table as the lines of a printed one: regressions, growth, measures, statistics.

Which of these it is follows from its columns; no name of a table is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable
from nqpf_assets.exports.printed.variables import PLACES, variable_lines
from nqpf_assets.messages.printed_numbers import fixed, without_sign_of_zero

Row = dict[str, Any]

GROWTH = {
    "row_label": "",
    "unit_measure": "unit",
    "annual_growth": "growth p.a. %",
    "published_growth": "as published %",
    "corrected_years": "corrected",
    "data_status": "data",
}
"""Heads of a table of growth."""
REMARKS, NOTE = "remarkable_cells", "note"
"""Of a table of growth: told under it."""
MEASURES = {
    "gini": "Gini",
    "theil": "Theil",
    "coefficient_of_variation": "CV",
    "n_obs": "n",
    "std_error": "std. error",
    "p_value": "p",
    "r2": "R²",
    "n_units": "n",
    "moran": "Moran's I",
    "moran_z": "z",
    "geary": "Geary's C",
    "high_high": "HH",
    "low_low": "LL",
    "high_low": "HL",
    "low_high": "LH",
    "obstacle_degree": "obstacle degree",
    "obstacle_degree_first": "first year",
    "obstacle_degree_last": "last year",
    "n_largest": "largest in",
    "r2_part": "part of R²",
    "spearman": "Spearman's ρ",
    "spearman_lowest": "lowest ρ",
    "mean_rank_change": "mean change",
    "largest_rank_change": "largest change",
    "n_changed": "changed",
    **{
        f"{measure}_{part}": part
        for measure in ("gini", "theil")
        for part in ("within", "between", "overlap")
    },
}
"""Heads of columns that are shorter in print."""


def printed_table(
    study: str, name: str, title: str, columns: Sequence[str], rows: Sequence[Row]
) -> PrintedTable:
    """The printed table of the rows of a published one, in their order."""
    if "row_kind" not in columns:
        heads, lines, left = _growth(columns, rows)
    elif any(row["row_kind"] == "variable" for row in rows):
        heads, lines = variable_lines(columns, rows)
        left = []
    elif any(isinstance(cell, float) for row in rows for cell in row.values()):
        heads, lines, left = _measures(columns, rows)
    else:
        heads, lines, left = _regression(columns, rows)
    notes = tuple(row["row_label"] for row in rows if row.get("row_kind") == "note")
    notes += tuple(
        f"{row['row_label']}: has cells as of another unit: {row[REMARKS]}."
        for row in rows
        if row.get(REMARKS)
    )
    notes += tuple(dict.fromkeys(row[NOTE] for row in rows if row.get(NOTE)))
    says_it = any(note.startswith("SYNTHETIC") for note in notes)
    return PrintedTable(
        study,
        name,
        title,
        tuple(heads),
        tuple(lines),
        notes,
        is_synthetic=says_it or any(row.get("data_status") == "synthetic" for row in rows),
        left=frozenset(left),
    )


Parts = tuple[list[str], list[Line], list[int]]


def _regression(columns: Sequence[str], rows: Sequence[Row]) -> Parts:
    """Columns of a regression table; what stands in parentheses belongs to the row above."""
    heads = [name for name in columns if name not in PLACES]
    lines = [
        Line(row["row_kind"], row["row_label"], tuple(Cell(row[name] or "") for name in heads))
        for row in rows
        if row["row_kind"] != "note"
    ]
    return heads, lines, []


def _growth(columns: Sequence[str], rows: Sequence[Row]) -> Parts:
    """Levels by year and average annual growth in percent."""
    shown = [name for name in columns if name not in ("row_position", "row_label", REMARKS, NOTE)]
    heads = [GROWTH.get(name, name.replace("published_", "as published ")) for name in shown]
    decimals = _decimals(row.get("published_growth") for row in rows)
    lines = [
        Line("number", row["row_label"], tuple(_level(name, row[name], decimals) for name in shown))
        for row in rows
    ]
    return heads, lines, [place for place, name in enumerate(shown) if name == "unit_measure"]


def _decimals(published: Iterable[float | None]) -> int:
    """Of growth: one, or as many as the paper prints, whose numbers are quoted and compared with."""
    texts = (repr(value) for value in published if value is not None)
    return max((len(text.partition(".")[2]) for text in texts if "e" not in text), default=1)


def _level(name: str, value: object, decimals: int) -> Cell:
    digits = f".{decimals}f" if name.endswith("growth") else ",.10g"
    if isinstance(value, float):
        return Cell(without_sign_of_zero(format(value, digits)), value)
    return Cell("" if value is None else str(value))


def _measures(columns: Sequence[str], rows: Sequence[Row]) -> Parts:
    """One row of numbers per year or group; shares in percent in parentheses below."""
    shares = {name.removesuffix("_share"): name for name in columns if name.endswith("_share")}
    shown = [name for name in columns if name not in (*PLACES, *shares.values())]
    numbers = [row for row in rows if row["row_kind"] != "note"]
    formats = {name: _format_of([row[name] for row in numbers], name) for name in shown}
    lines = list[Line]()
    for row in numbers:
        cells = (_measure(row[name], formats[name]) for name in shown)
        lines.append(Line("number", row["row_label"], tuple(cells)))
        if shares:
            below = (row[shares[name]] if name in shares else None for name in shown)
            texts = ("" if share is None else f"({fixed(100 * share, 1)})" for share in below)
            lines.append(Line("parentheses", "", tuple(map(Cell, texts))))
    return [MEASURES.get(name, name) for name in shown], lines, []


def _measure(value: float | int | None, form: str) -> Cell:
    """A number in the format of its column; zero has no sign."""
    return Cell("-") if value is None else Cell(without_sign_of_zero(format(value, form)), value)


def _format_of(values: Iterable[float | int | None], name: str) -> str:
    """One format for a column: three decimals, more where these would hide its numbers."""
    known = [value for value in values if value is not None]
    if any(isinstance(value, int) for value in known):
        return "d"
    sizes = [abs(value) for value in known if value]
    if not sizes or name == "p_value" or 1e-2 <= min(sizes) <= max(sizes) < 1e5:
        return ".3f"
    return ".4f" if 1e-3 <= min(sizes) <= max(sizes) < 1e5 else ".4g"
