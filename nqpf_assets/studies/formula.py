"""A formula of a study: a name, an expression, a unit, wherever in the file it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.studies.variables import Indicator, Variable, Winsorize

Path = tuple[str | int, ...]
"""Keys and list positions that lead to an entry of a study file."""


@dataclass(frozen=True)
class Formula:
    """One computed variable of a study, wherever in the file it stands.

    Attributes:
        name: the variable that it gives.
        role: what it is for; a condition is one on the rows of columns, a year a
            variable in one year, a past one of years before.
        path: where its entry stands in the file.
        key: the key of the entry that holds the expression.
        definition: expression and unit.
        title: as printed.
        source_note: which published indicator stands for what.
        winsorize: how its values are clipped, by its own entry or by that of its index.
        minimum: smallest plausible value.
        maximum: greatest plausible value.
        index: the index that an indicator or level belongs to.
        dimension: its dimension, or the name of the level.
        direction: ``positive`` or ``negative``, of an indicator.
    """

    name: str
    role: Literal["variable", "indicator", "level", "condition", "grouping", "year", "past"]
    path: Path
    key: str
    definition: Definition
    title: str | None = None
    source_note: str | None = None
    winsorize: Winsorize | None = None
    minimum: float | None = None
    maximum: float | None = None
    index: str | None = None
    dimension: str | None = None
    direction: str | None = None


def formula_of(
    name: str,
    role: Literal["variable", "indicator"],
    path: Path,
    entry: Variable,
    winsorize: Winsorize | None,
    index: str | None = None,
    dimension: str | None = None,
) -> Formula:
    """The formula of a variable or indicator, as its entry says it."""
    return Formula(
        name,
        role,
        path,
        "expression" if entry.expression is not None else "series",
        Definition(entry.formula, entry.unit),
        entry.title,
        entry.source_note,
        winsorize,
        entry.minimum,
        entry.maximum,
        index,
        dimension,
        entry.direction if isinstance(entry, Indicator) else None,
    )
