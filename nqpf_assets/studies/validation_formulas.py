"""The expressions of a study against its names, units and groups."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from nqpf_assets.expressions.compile import (
    CircleError,
    Codes,
    CompiledExpression,
    ExpressionError,
    compile_definitions,
    inputs,
)
from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.tree import Call, Name, Node, is_condition, nodes
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.index_rounds import rounds, units_of_names
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.refilled_series import versions

Compiled = tuple[dict[str, CompiledExpression], dict[str, ExpressionError]]
"""Expressions that can be computed, by name, and what is wrong with the others."""


def compiled_formulas(
    file: StudyFile,
    written: tuple[Formula, ...],
    series: Mapping[str, str | None],
    codes: Codes | None = None,
    schemes: Mapping[str, Collection[str]] | None = None,
) -> Compiled:
    """The expressions of a study, as far as they can be understood before raw files are read."""
    named = {
        grouping: (schemes or {}).get(groups) if isinstance(groups, str) else groups
        for grouping, groups in file.study.unit_groups.items()
    }
    # Who is in a group is for the stages; an unknown scheme is told at its line.
    groups = {one: dict.fromkeys(inside, ()) for one, inside in named.items() if inside is not None}
    return compile_definitions(
        {one.name: one.definition for one in written},
        series_units=units_of_names(series, file.study.indices),
        groups=groups if len(groups) == len(named) else None,
        codes=codes,
        # The unit of a series that is only in raw files is known once they are read.
        complete=False,
    )


def formula_problems(
    file: StudyFile,
    written: tuple[Formula, ...],
    series: Mapping[str, str | None],
    compiled: Compiled,
) -> Iterator[Problem]:
    """What is wrong in the expressions: syntax, names, units, circles, groups, regions."""
    _, wrong = compiled
    yield from _circles(file, written)
    read = {read for one in written if one.name not in wrong for read in _read(one)}
    for index in file.study.indices:
        if index in series and index in read:
            yield file.problem(
                ("indices", index),
                "a name of its own for an index that formulas read",
                f"`{index}`, which is also a series",
                f"name it otherwise, e.g. `{index}_index`: a name in a formula must mean one thing",
                "own_name",
            )
    for one in written:
        if by_groups := [*_of_computed_groups(file, one)]:
            yield from by_groups
        elif one.name in wrong:
            yield _problem(file, one, wrong[one.name])
        elif one.key == "where" and not _can_hold(one.definition.tree):
            yield file.problem(
                (*one.path, one.key),
                "a condition: a comparison, `and`, `or`, `not`, or a variable that is 0 or 1",
                f"`{_shortened(one.definition.expression)}`, which is a number",
                "compare it with something, e.g. `gdp_per_capita > median(gdp_per_capita)`",
                "sample_condition",
            )
        if one.name in series and not _is_the_series(one, series[one.name]):
            yield file.problem(
                one.path,
                "a name of its own for what is computed",
                f"`{one.name}`, which is a series, for something else than that series as it is",
                f"name it otherwise, e.g. `{one.name}_used`: a cell of `{one.name}` must be one number",
                "own_name",
            )
        if one.minimum is None or one.maximum is None:
            continue
        if one.minimum > one.maximum:
            yield file.problem(
                (*one.path, "minimum"),
                "a minimum below the maximum",
                f"{one.minimum} and {one.maximum}",
                "exchange them",
                "bounds",
            )


def _of_computed_groups(file: StudyFile, formula: Formula) -> Iterator[Problem]:
    """Groups in `is_group` that the grouping of an expression does not have: others are values by now."""
    try:
        calls = [one for one in nodes(formula.definition.tree) if isinstance(one, Call)]
    except ExpressionError:
        return  # told of the formula
    for call in calls:
        if call.function == "is_group":
            grouping, group = (one.name for one in call.arguments if isinstance(one, Name))
            computed = file.study.computed_groups.get(grouping)
            if computed is not None:
                yield file.problem(
                    (*formula.path, formula.key),
                    f"a group of `{grouping}`: {', '.join(computed.names)}",
                    f"`{group}`",
                    did_you_mean(group, computed.names) or "name another group",
                    "unknown_group",
                )


def _circles(file: StudyFile, written: tuple[Formula, ...]) -> Iterator[Problem]:
    """Variables and indices that are made from each other: one problem that names them in order.

    A circle of variables alone is found when they are compiled.
    """
    indices = {
        name: [one.name for one in index.formulas(name)]
        for name, index in file.study.indices.items()
    }
    places = {one.name: (*one.path, one.key) for one in written}
    try:
        rounds({one.name: _read(one) for one in written}, indices)
    except CircleError as circle:
        if indices.keys() & set(circle.members):
            at = next(places[name] for name in circle.members if name in places)
            yield file.problem(
                at,
                "variables and indices of which none is made from itself",
                " → ".join(f"`{name}`" for name in circle.members),
                "take one of them out of the circle; an index may read the score of another index",
                "circle",
            )


def _read(formula: Formula) -> frozenset[str]:
    """The names that a formula reads; none where it cannot be understood, which is told of it."""
    return _names_in(formula.definition.expression)


@lru_cache(maxsize=4096)
def _names_in(expression: str) -> frozenset[str]:
    try:
        return frozenset(inputs(expression))
    except ExpressionError:
        return frozenset()


def versions_of(
    written: tuple[Formula, ...], series: Mapping[str, str | None]
) -> dict[str, str | None]:
    """Series that formulas read under another rule for gaps, in the units of those that are known."""
    others = versions(read for one in written for read in _read(one))
    return {name: series[behind] for name, behind in others.items() if behind in series}


def linear_forms(written: tuple[Formula, ...], compiled: Compiled) -> LinearForms:
    """Which sums the variables are; a clipped one is not what its expression gives."""
    clipped = frozenset(one.name for one in written if one.winsorize is not None)
    return LinearForms({name: one.tree for name, one in compiled[0].items()}, clipped)


def _can_hold(node: Node) -> bool:
    """Whether a part is 0 or 1, as written or by a variable that may be."""
    return is_condition(node) or isinstance(node, Name)


def _is_the_series(formula: Formula, unit: str | None) -> bool:
    """Whether a variable is the series of its name, neither converted nor clipped."""
    definition = formula.definition
    converted = definition.unit is not None and unit is not None and definition.unit != unit
    is_series = definition.expression.strip("` ") == formula.name
    return is_series and formula.winsorize is None and not converted


def _problem(file: StudyFile, formula: Formula, error: ExpressionError) -> Problem:
    at = f", character {error.column} of `{_shortened(formula.definition.expression)}`"
    return file.problem(
        (*formula.path, formula.key),
        "a condition that can be told"
        if formula.role == "condition"
        else f"an expression that can be computed for `{formula.name}`",
        error.message + (at if error.column else ""),
        error.remedy or "correct the expression",
        "expression",
    )


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"
