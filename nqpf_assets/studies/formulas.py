"""The formulas of a study: variables, indicators, shares of schooling levels, groupings, conditions, terms.

They stand in six places of a study file and are one thing: a name, an expression, a unit. Checked
in `validation_formulas`, computed in the stage `panel`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nqpf_assets.expressions.definition import Definition
from nqpf_assets.expressions.tree import (
    Binary,
    Call,
    ExpressionError,
    Name,
    Node,
    Number,
    rewritten,
)
from nqpf_assets.studies.column_formulas import column_formulas
from nqpf_assets.studies.formula import Formula, formula_of
from nqpf_assets.studies.sample_conditions import condition_formulas
from nqpf_assets.studies.spec import Study


def formulas(study: Study) -> tuple[Formula, ...]:
    """All formulas of a study, in the order of the file; a name that stands twice is twice among them."""
    written = tuple(written_formulas(study))
    found = (*written, *column_formulas(study, [one.name for one in written]))
    return tuple(with_values(one, study) for one in (*found, *condition_formulas(study, found)))


def formulas_by_name(study: Study) -> dict[str, Formula]:
    """The formulas of a study that gives each name once, as every study that was checked does."""
    return {formula.name: formula for formula in formulas(study)}


def with_values(formula: Formula, study: Study) -> Formula:
    """The formula with `is_group(development, richer)` as `development == 1`, where an expression groups.

    Left as it is: a group that there is not, which is told at the formula's line.
    """
    said = formula.definition.expression
    told = valued(said, study)
    if told == said:
        return formula
    return replace(formula, definition=replace(formula.definition, expression=told))


def valued(expression: str, study: Study) -> str:
    """An expression with groups that expressions make as values of these; as it is written without any."""
    computed = study.computed_groups
    if not computed or "is_group" not in expression:
        return expression

    def compared(node: Node) -> Node | None:
        if not isinstance(node, Call) or node.function != "is_group":
            return None
        grouping, group = (one for one in node.arguments if isinstance(one, Name))
        value = (
            computed[grouping.name].value_of.get(group.name) if grouping.name in computed else None
        )
        own = Name(grouping.name, node.column)
        return None if value is None else Binary("==", own, Number(float(value)), node.column)

    try:
        tree = Definition(expression).tree
        told = rewritten(tree, compared)
    except ExpressionError:
        return expression  # told of the formula
    return expression if told == tree else str(told)


def written_formulas(study: Study) -> Iterator[Formula]:
    """Those of variables, indices and groupings, without what columns ask for."""
    for name, variable in study.variables.items():
        yield formula_of(name, "variable", ("variables", name), variable, variable.winsorize)
    for name, index in study.indices.items():
        yield from index.formulas(name)
    for name, one in study.computed_groups.items():
        values = ", ".join(f"{value} {group}" for group, value in one.value_of.items())
        said, title = Definition(one.expression), f"{name}: {values}"
        yield Formula(name, "grouping", ("groups", name), "expression", said, title)
