"""Numbers of a table that stand in tables of the study's own beside it: what their rows are called.

A curve is numbers on a run of points; each point is compared, and the farthest one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from nqpf_assets.explanations.published import Row

Number = tuple[str, str, float]
"""Label of the row, column, number."""
POINT = ", point {}"
"""After the label of a curve, one of its points, counted from 1."""


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
CURVES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "density": ("density", "period", ("x", "density")),
}
"""Table with curves → word before the label, column that tells them apart, columns of numbers."""


def curves(name: str, rows: list[Row]) -> dict[tuple[str, str], list[float]]:
    """Label and column → numbers in the order of their points.

    Args:
        name: of a table with curves; rows: those of one table, in the order of x.
    """
    word, key, columns = CURVES[name]
    found: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        for column in columns:
            found.setdefault((f"{word} {row[key]}", column), []).append(float(row[column]))
    return found
