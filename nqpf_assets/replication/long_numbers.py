"""Numbers of a table that stand in tables of the study's own beside it: what their rows are called.

A curve or a map is numbers at many points, and so are units over years; each point is compared, and the
farthest one is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from nqpf_assets.explanations.published import Row

Number = tuple[str, str, float]
"""Label of the row, column, number."""
Point = tuple[str, str, str, float]
"""Label of a curve or map, column, point of it, number."""
Curves = dict[tuple[str, str], dict[str, float]]
"""Label and column → point → number."""


def inequality(rows: list[Row]) -> Iterator[Number]:
    """Of groups and of pairs of them, and what is not printed of all; the rest stands in print."""
    for row in rows:
        of = [one for one in (row["group_name"], row["other_group"]) if one is not None]
        if of or row["measure"] in ("log_sd", "mean"):
            label = f"{row['period']}: {', '.join(of)}" if of else str(row["period"])
            yield label, row["measure"], row["value"]


def convergence(rows: list[Row]) -> Iterator[Number]:
    for row in rows:
        effects = (row["effects"] or "").replace(",", "")
        label = f"{row['convergence']} convergence {effects}".rstrip()
        for column, value in row.items():
            if isinstance(value, int | float):
                yield label, column, float(value)


def density(rows: list[Row]) -> Iterator[Number]:
    """The bandwidth of each year."""
    for period, value in sorted({(row["period"], row["bandwidth"]) for row in rows}):
        yield f"density {period}", "bandwidth", value


NUMBERS: Mapping[str, Callable[[list[Row]], Iterator[Number]]] = {
    "inequality": inequality,
    "convergence": convergence,
    "density": density,
}
"""Table that takes the numbers of several → those of one table."""


def densities(rows: list[Row]) -> Iterator[Point]:
    """The density of each year on its grid."""
    yield from _on_grid("density {}", "period", ("x", "density"), rows)


def trends(rows: list[Row]) -> Iterator[Point]:
    """The line of each group with its band."""
    yield from _on_grid("trend {}", "group_name", ("x", "fitted", "conf_low", "conf_high"), rows)


def _on_grid(label: str, key: str, columns: Sequence[str], rows: list[Row]) -> Iterator[Point]:
    known: Counter[str] = Counter()
    for row in sorted(rows, key=lambda one: (str(one[key]), one["x"])):
        known[row[key]] += 1
        for column in columns:
            yield label.format(row[key]), column, f"point {known[row[key]]}", float(row[column])


QUADRANTS = ("HH", "LH", "LL", "HL")
"""Counted from 1, as in a plane: high among high, low among high, …"""
OF_A_UNIT = ("value", "local_moran", "spatial_lag", "p_value", "p_adjusted", "is_significant")


def local_moran(rows: list[Row]) -> Iterator[Point]:
    """Every unit of a year, with its quadrant as a number."""
    for row in rows:
        numbers = {column: row[column] for column in OF_A_UNIT}
        if row["quadrant"] is not None:
            numbers["quadrant"] = QUADRANTS.index(row["quadrant"]) + 1
        for column, value in numbers.items():
            if value is not None:
                yield f"local {row['period']}", column, row["unit"], float(value)


def obstacles(rows: list[Row]) -> Iterator[Point]:
    """Every row of the panel, of each indicator and of each dimension."""
    for row in rows:
        kind = "dimension" if row["indicator"] is None else "indicator"
        yield f"{kind} {row[kind]}", *_in_row("obstacle_degree", row)


def rank_changes(rows: list[Row]) -> Iterator[Point]:
    """Both places of every unit in every year, by the indicator that is left out."""
    for row in rows:
        for column in ("rank_all", "rank_without"):
            yield f"without {row['indicator']}", *_in_row(column, row)


def _in_row(column: str, row: Row) -> tuple[str, str, float]:
    return column, f"{row['unit']} {row['period']}", float(row[column])


POINTS: Mapping[str, Callable[[list[Row]], Iterator[Point]]] = {
    "density": densities,
    "local_moran": local_moran,
    "obstacle": obstacles,
    "rank_change": rank_changes,
    "trend": trends,
}
"""The same of tables with curves or maps."""
