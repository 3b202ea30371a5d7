"""The formulas of a study: variables, indicators of indices and shares of schooling levels.

They stand in three places of a study file and are one thing: a name, an expression, a unit. Checked
in `validation_formulas`, computed in the stage `panel`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nqpf_assets.expressions.compile import Definition
from nqpf_assets.studies.spec import EducationGini, Indicator, Study, Variable, Winsorize

Path = tuple[str | int, ...]
"""Keys and list positions that lead to an entry of a study file."""


@dataclass(frozen=True)
class Formula:
    """One computed variable of a study, wherever in the file it stands.

    Attributes:
        name: the variable that it gives.
        role: what it is for.
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
    role: Literal["variable", "indicator", "level"]
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


def formulas(study: Study) -> tuple[Formula, ...]:
    """All formulas of a study, in the order of the file; a name that stands twice is twice among them."""
    return tuple(_formulas(study))


def formulas_by_name(study: Study) -> dict[str, Formula]:
    """The formulas of a study that gives each name once, as every study that was checked does."""
    return {formula.name: formula for formula in formulas(study)}


def level_variable(index_name: str, level: str) -> str:
    """Name of the variable that holds the share of a schooling level."""
    return f"{index_name}_{level}"


def _formulas(study: Study) -> Iterator[Formula]:
    for name, variable in study.variables.items():
        yield _formula(name, "variable", ("variables", name), variable, variable.winsorize)
    for index_name, index in study.indices.items():
        if isinstance(index, EducationGini):
            for place, level in enumerate(index.levels):
                yield Formula(
                    level_variable(index_name, level.level),
                    "level",
                    ("indices", index_name, "levels", place),
                    "share",
                    Definition(level.share, "1"),
                    level.title,
                    minimum=0,
                    maximum=1,
                    index=index_name,
                    dimension=level.level,
                )
            continue
        for dimension, indicators in index.dimensions.items():
            for place, one in enumerate(indicators):
                path = ("indices", index_name, "dimensions", dimension, place)
                clipped = one.winsorize or index.winsorize
                yield _formula(
                    one.indicator, "indicator", path, one, clipped, index_name, dimension
                )


def _formula(
    name: str,
    role: Literal["variable", "indicator"],
    path: Path,
    entry: Variable,
    winsorize: Winsorize | None,
    index: str | None = None,
    dimension: str | None = None,
) -> Formula:
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
