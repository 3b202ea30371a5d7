"""What the two papers print, number by number, and which of it the sample carries.

A registry and nothing more: how a number is planted is said in `province_outcome` and
`chongqing_outcome`, why one is left out in its `reason`. Tests hold the sample against it, and
``docs/sample_data.md`` prints it.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

Quantity = Literal[
    "estimate", "std_error", "statistic", "standardized", "r2", "n", "sobel_z", "level", "growth"
]


@dataclass(frozen=True)
class Planted:
    """One printed number.

    Attributes:
        study, table, column: where it stands; `table` is ``text …`` for a number in the text.
        term: regressor, ``constant`` or series; empty for a number of the whole column.
        quantity: what the number is.
        value: as printed.
        carried: whether the sample is made so that estimates are centred on it. A standard error
            or R² is carried where its average over seeds comes close.
        reason: how it is carried or read, or why it cannot be.
    """

    study: str
    table: str
    column: str
    term: str
    quantity: Quantity
    value: float
    carried: bool
    reason: str


@lru_cache(maxsize=1)
def registry() -> tuple[Planted, ...]:
    """All printed numbers, in the order of the papers."""
    text = files("sample").joinpath("planted.csv").read_text(encoding="utf-8")
    return tuple(
        Planted(
            row["study"],
            row["table"],
            row["column"],
            row["term"],
            cast("Quantity", row["quantity"]),
            float(row["value"]),
            row["carried"] == "yes",
            row["reason"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def value(study: str, table: str, column: str, term: str, quantity: Quantity = "estimate") -> float:
    """One printed number.

    Raises:
        KeyError: when the papers print no such number.
    """
    for one in registry():
        key = (one.study, one.table, one.column, one.term, one.quantity)
        if key == (study, table, column, term, quantity):
            return one.value
    raise KeyError((study, table, column, term, quantity))


def levels(study: str, table: str) -> dict[str, tuple[float, ...]]:
    """The printed levels of a table by series, in the order of years."""
    found: dict[str, tuple[float, ...]] = {}
    for one in registry():
        if (one.study, one.table, one.quantity) == (study, table, "level"):
            found[one.term] = (*found.get(one.term, ()), one.value)
    return found


def markdown() -> str:
    """The registry as the table that the documentation shows."""
    lines = [
        "| study | table | column | term | quantity | printed | carried | how, or why not |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.study} | {one.table} | {one.column} | {one.term} | {one.quantity} | "
        f"{one.value:g} | {'yes' if one.carried else 'no'} | {one.reason} |"
        for one in registry()
    ]
    return "\n".join(lines) + "\n"
