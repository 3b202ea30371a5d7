"""What moves numbers most, in the terminal: of every number one paragraph, sizes in its standard errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from nqpf_assets.exports.terminal import out, plain

Row = Mapping[str, Any]
UNTOLD = {"moved": "cells", "left_out": "units, years and rows left out"}
"""What nothing is told of, by kind."""
KINDS = {
    "moved": {
        "cell": "1 % more of",
        "weight": "1 % more of the weight",
        "unit": "all cells of",
        "period": "all cells of",
    },
    "left_out": {"unit": "without", "period": "without", "observation": "without"},
    "estimated_again": {
        "unit": "estimated again without",
        "period": "estimated again without",
        "observation": "estimated again without",
        "cell": "estimated again without the cell",
    },
}
SIGNED = ("cell", "weight")
"""Of others the sizes of changes are added up."""


def print_influence_of(rows: Sequence[Row]) -> None:
    """Print the answer, a block per number."""
    for line in lines_of(rows):
        out().print(plain(line), soft_wrap=True)


def lines_of(rows: Sequence[Row]) -> Iterator[str]:
    """The answer in lines."""
    for key, of_number in groupby(
        rows, lambda row: (row["table_name"], row["column_label"], row["effect"], row["term"])
    ):
        told = [*of_number]
        table, label, effect, term = key
        yield " ".join(one for one in (table, label, effect, term) if one) + _estimate(told[0])
        yield from _untold(told)
        for (kind, subject), same in groupby(told, lambda row: (row["kind"], row["subject"])):
            yield from _lines(kind, subject, [*same])


def _untold(rows: Sequence[Row]) -> Iterator[str]:
    """Why nothing is told, each reason once."""
    reasons: dict[str, list[str]] = {}
    for row in rows:
        if row["subject"] not in KINDS[row["kind"]]:
            weights = row["weights_name"]
            of_what = f"the weights {weights}" if weights else UNTOLD[row["kind"]]
            reasons.setdefault(row["note"], []).append(of_what)
    for reason, what in reasons.items():
        yield f"  not computed for {', nor for '.join(what)}: {reason}"


def _lines(kind: str, subject: str, rows: Sequence[Row]) -> Iterator[str]:
    if subject not in KINDS[kind]:
        return  # told above
    if kind == "moved":
        yield f"  {KINDS[kind][subject]}: {', '.join(f'{_named(row)} {_size(row, subject)}' for row in rows)}"
        return
    for row in rows:
        if row["estimate"] is None:
            yield f"  {KINDS[kind][subject]} {_named(row)}: no estimate, {row['note']}"
        else:
            yield (
                f"  {KINDS[kind][subject]} {_named(row)}: {row['estimate']:.6g} {_size(row, 'cell')}"
            )


def _estimate(row: Row) -> str:
    if row["published_estimate"] is None:
        return ""
    error = row["published_std_error"]
    told = "no standard error" if error is None else f"standard error {error:.4g}"
    return f": {row['published_estimate']:.6g}, {told}"


def _named(row: Row) -> str:
    name, unit = row["series_id"] or row["weights_name"], row["unit_name"] or row["unit"]
    if row["other_unit"] is not None:
        unit = f"{unit} ← {row['other_unit_name'] or row['other_unit']}"
    return " ".join(str(one) for one in (name, unit, row["period"]) if one is not None)


def _size(row: Row, subject: str) -> str:
    size = row["change_in_std_errors"]
    if size is None:
        return f"({row['change']:+.4g}, no standard error)" if row["change"] is not None else ""
    return f"({size:{'+' if subject in SIGNED else ''}.2g})"
