"""Tables on the terminal: rules above and below, numbers aligned, notes underneath."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.table import Table

from nqpf_assets.exports.terminal import out, plain, print_whole
from nqpf_assets.messages.printed_numbers import fixed, without_sign_of_zero

Row = dict[str, Any]


def print_regression(title: str, columns: list[str], rows: list[Row]) -> None:
    """Columns of a regression table; what stands in parentheses belongs to the row above."""
    labels = [name for name in columns if name not in ("row_position", "row_label", "row_kind")]
    table = _table(title)
    table.add_column("")
    for label in labels:
        table.add_column(plain(label), justify="center")
    before = ""
    for row in rows:
        if row["row_kind"] == "note":
            continue
        if row["row_kind"] == "fact" and before != "fact":
            table.add_section()
        before = row["row_kind"]
        table.add_row(plain(row["row_label"]), *(plain(row[label] or "") for label in labels))
        if before == "heading":
            table.add_section()
    print_whole(table)
    _notes(row["row_label"] for row in rows if row["row_kind"] == "note")


def print_growth(title: str, columns: list[str], rows: list[Row]) -> None:
    """Levels by year and average annual growth in percent."""
    shown = [name for name in columns if name != "row_position"]
    heads = {
        "row_label": "",
        "unit_measure": "unit",
        "annual_growth": "growth p.a. %",
        "published_growth": "as published %",
        "corrected_years": "corrected",
        "data_status": "data",
    }
    table = _table(title)
    for name in shown:
        table.add_column(
            plain(heads.get(name, name.replace("published_", "as published "))),
            justify="left" if name in ("row_label", "unit_measure") else "right",
        )
    for row in rows:
        table.add_row(*(_number(name, row[name]) for name in shown))
    print_whole(table)


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
    **{
        f"{measure}_{part}": part
        for measure in ("gini", "theil")
        for part in ("within", "between", "overlap")
    },
}
"""Heads of columns that are shorter in print."""


def print_measures(title: str, columns: list[str], rows: list[Row]) -> None:
    """One row of numbers per year or group; shares in percent in parentheses below."""
    shares = {name.removesuffix("_share"): name for name in columns if name.endswith("_share")}
    left_out = {"row_position", "row_label", "row_kind", *shares.values()}
    shown = [name for name in columns if name not in left_out]
    table = _table(title)
    table.add_column("")
    for name in shown:
        table.add_column(plain(MEASURES.get(name, name)), justify="right")
    numbers = [row for row in rows if row["row_kind"] != "note"]
    formats = {name: _format_of([row[name] for row in numbers], name) for name in shown}
    for row in numbers:
        cells = [_cell(row[name], formats[name]) for name in shown]
        table.add_row(plain(row["row_label"]), *map(plain, cells))
        if shares:
            below = (row[shares[name]] if name in shares else None for name in shown)
            table.add_row("", *("" if v is None else f"({fixed(100 * v, 1)})" for v in below))
    print_whole(table)
    _notes(row["row_label"] for row in rows if row["row_kind"] == "note")


def _cell(value: float | int | None, form: str) -> str:
    """A number in the format of its column; zero has no sign."""
    return "-" if value is None else without_sign_of_zero(format(value, form))


def _format_of(values: list[float | int | None], name: str) -> str:
    """One format for a column: three decimals, more where these would hide its numbers."""
    if any(isinstance(value, int) for value in values):
        return "d"
    sizes = [abs(value) for value in values if value]
    if not sizes or name == "p_value" or 1e-2 <= min(sizes) <= max(sizes) < 1e5:
        return ".3f"
    return ".4f" if 1e-3 <= min(sizes) <= max(sizes) < 1e5 else ".4g"


def _number(name: str, value: object) -> Any:
    digits = ".1f" if name.endswith("growth") else ",.10g"
    if isinstance(value, float):
        return plain(without_sign_of_zero(format(value, digits)))
    return plain("" if value is None else value)


def _table(title: str) -> Table:
    return Table(title=plain(title), title_justify="left", box=box.HORIZONTALS, pad_edge=False)


def _notes(notes: Any) -> None:
    console = out()
    for note in notes:
        console.print(plain(note), soft_wrap=False)
