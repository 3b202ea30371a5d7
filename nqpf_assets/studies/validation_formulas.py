"""The expressions of a study against its names, units and groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nqpf_assets.problems import Problem
from nqpf_assets.studies.expressions import (
    Codes,
    Definition,
    ExpressionError,
    compile_definitions,
)
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import EducationGini, Study, Variable

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Formula:
    """One expression of a study.

    Attributes:
        name: the variable that it gives.
        kind: ``variable``, ``indicator`` or ``schooling level``.
        path: where the entry stands.
        key: the key of the entry that holds the expression.
        definition: expression and unit.
    """

    name: str
    kind: str
    path: Path
    key: str
    definition: Definition


def formulas(study: Study) -> tuple[Formula, ...]:
    """All expressions of a study, in the order of the file."""
    found = [
        _formula(name, "variable", ("variables", name), variable)
        for name, variable in study.variables.items()
    ]
    for index_name, index in study.indices.items():
        if isinstance(index, EducationGini):
            for place, level in enumerate(index.levels):
                found.append(
                    Formula(
                        f"{index_name}_{level.level}",
                        "schooling level",
                        ("indices", index_name, "levels", place),
                        "share",
                        Definition(level.share, "1"),
                    )
                )
            continue
        for dimension, indicators in index.dimensions.items():
            for place, indicator in enumerate(indicators):
                path = ("indices", index_name, "dimensions", dimension, place)
                found.append(_formula(indicator.indicator, "indicator", path, indicator))
    return tuple(found)


def formula_problems(
    file: StudyFile,
    written: tuple[Formula, ...],
    series: Mapping[str, str | None],
    codes: Codes | None = None,
) -> Iterator[Problem]:
    """What is wrong in the expressions: syntax, names, units, circles, groups, regions."""
    groups = {
        grouping: {group: tuple(members) for group, members in groups.items()}
        for grouping, groups in file.study.groups.items()
        if not isinstance(groups, str)
    }
    schemes = len(groups) < len(file.study.groups)
    _, wrong = compile_definitions(
        {one.name: one.definition for one in written},
        series_units=series,
        # A grouping that is a scheme of the catalogue has groups that the file does not name.
        groups=None if schemes else groups,
        codes=codes,
        # The unit of a series that is only in raw files is known once they are read.
        complete=False,
    )
    for one in written:
        if one.name in wrong:
            yield _problem(file, one, wrong[one.name])
        if one.name in series and not _is_the_series(file.study, one, series[one.name]):
            yield file.problem(
                one.path, "a name of its own for what is computed",
                f"`{one.name}`, which is a series, for something else than that series as it is",
                f"name it otherwise, e.g. `{one.name}_used`: a cell of `{one.name}` must be one number",
                "own_name",
            )  # fmt: skip
        entry = _entry(file.study, one)
        if entry is None or entry.minimum is None or entry.maximum is None:
            continue
        if entry.minimum > entry.maximum:
            yield file.problem(
                (*one.path, "minimum"), "a minimum below the maximum",
                f"{entry.minimum} and {entry.maximum}", "exchange them", "bounds",
            )  # fmt: skip


def _is_the_series(study: Study, formula: Formula, unit: str | None) -> bool:
    """Whether a variable is the series of its name, neither converted nor clipped."""
    entry = _entry(study, formula)
    index = study.indices.get(str(formula.path[1])) if formula.kind == "indicator" else None
    clipped = (entry is not None and entry.winsorize) or getattr(index, "winsorize", None)
    definition = formula.definition
    converted = definition.unit is not None and unit is not None and definition.unit != unit
    return definition.expression.strip("` ") == formula.name and not clipped and not converted


def _problem(file: StudyFile, formula: Formula, error: ExpressionError) -> Problem:
    in_index = next((n for n in file.study.indices if f"`{n}` is neither" in error.message), None)
    if in_index:
        found = f"`{in_index}` is an index, and indices are computed after all expressions"
        remedy = "enter indices as regressors; compute with the series below them instead"
        return file.problem((*formula.path, formula.key), "series and variables", found, remedy,
                            "expression")  # fmt: skip
    at = f", character {error.column} of `{_shortened(formula.definition.expression)}`"
    return file.problem(
        (*formula.path, formula.key),
        f"an expression that can be computed for `{formula.name}`",
        error.message + (at if error.column else ""),
        error.remedy or "correct the expression",
        "expression",
    )


def _formula(name: str, kind: str, path: Path, variable: Variable) -> Formula:
    key = "expression" if variable.expression is not None else "series"
    return Formula(name, kind, path, key, Definition(variable.formula, variable.unit))


def _entry(study: Study, formula: Formula) -> Variable | None:
    """The entry of a formula that may have bounds."""
    if formula.kind == "variable":
        return study.variables[formula.name]
    if formula.kind == "schooling level":
        return None
    _, index_name, _, dimension, place = formula.path
    index = study.indices[str(index_name)]
    assert not isinstance(index, EducationGini)
    return index.dimensions[str(dimension)][int(place)]


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
