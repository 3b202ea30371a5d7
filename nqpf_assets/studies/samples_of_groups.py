"""Groups that expressions make as conditions on the rows of columns.

A column `within: {development: richer}` is the column `where: development == 1`: its numbers, cells and
rows that cannot be told are those of the condition. A column whose effects, clusters or options read the
labels of rows asks for rows that have one: it is `where: development == 0 or development == 1`. A study is
read so before anything else looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from nqpf_assets.messages.problems import InputError, Problem, did_you_mean
from nqpf_assets.studies.columns import Column, Model
from nqpf_assets.studies.computed_groups import ComputedGroups, in_a_group, in_group
from nqpf_assets.studies.equation import Sample
from nqpf_assets.studies.groupings_read import groupings_of
from nqpf_assets.studies.merging import merged
from nqpf_assets.studies.regression_table import RegressionTable
from nqpf_assets.studies.spec import Study
from nqpf_assets.user_input.lined_yaml import LinedYaml

Computed = Mapping[str, ComputedGroups]
M = TypeVar("M", bound=Model)


def with_conditions(study: Study, document: LinedYaml) -> tuple[Study, LinedYaml]:
    """The study with conditions for such samples; the document as it is.

    Raises:
        InputError: with each group that its grouping does not have, at its line.
    """
    computed = study.computed_groups
    if not computed:
        return study, document
    tables: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, table in study.tables.items():
        if not isinstance(table, RegressionTable):
            continue
        at = ("tables", name)
        problems += _unknown(document, (*at, "model"), table.model, computed)
        for place, one in enumerate(table.columns):
            problems += _unknown(document, (*at, "columns", place), one, computed)
        if not problems:
            years = study.periods.years
            columns = tuple(_conditioned(table, one, computed, years) for one in table.columns)
            model = _sampled(table.model, _of_units(table.model.sample, computed))
            tables[name] = table.model_copy(update={"columns": columns, "model": model})
    if problems:
        raise InputError(problems)
    return study.model_copy(update={"tables": {**study.tables, **tables}}), document


def _conditioned(
    table: RegressionTable, column: Column, computed: Computed, years: range
) -> Column:
    """The column with a condition for each group that it, or the table's model, takes or reads."""
    whole = merged(table.model, column).get("sample", {})
    within = whole.get("within", {})
    # An unknown group keeps the column from being read at all.
    said = [
        in_group(name, computed[name].value_of[one])
        for name, one in within.items()
        if name in computed
    ]
    said += [
        in_a_group(name, computed[name])
        for name in _read(table, column, years)
        if name in computed and name not in within
    ]
    if not said:
        return column
    if len(said) > 1 or whole.get("where"):
        said = [f"({one})" if " or " in one else one for one in said]
    said = [f"({whole['where']})", *said] if whole.get("where") else said
    sample = _of_units(column.sample, computed)
    return _sampled(column, sample | {"where": " and ".join(said)})


def _read(table: RegressionTable, column: Column, years: range) -> tuple[str, ...]:
    """Groupings whose labels a column reads; none of one that makes no model, which is told elsewhere."""
    try:
        return tuple(dict.fromkeys(groupings_of(table.completed(column, years))))
    except ValidationError:
        return ()


def _of_units(sample: Sample, computed: Computed) -> dict[str, Any]:
    """What is written of a sample, without groups of expressions; an empty `within` empties the table's."""
    said = sample.model_dump(exclude_unset=True)
    within = said.get("within")
    if within:
        kept = {name: group for name, group in within.items() if name not in computed}
        said = {key: one for key, one in said.items() if key != "within"}
        said |= {"within": kept} if kept else {}
    return said


def _sampled(model: M, said: dict[str, Any]) -> M:
    if not said and "sample" not in model.model_fields_set:
        return model
    return model.model_copy(update={"sample": Sample(**said)})


def _unknown(
    document: LinedYaml, at: tuple[str | int, ...], model: Model, computed: Computed
) -> Iterator[Problem]:
    """Groups that a computed grouping does not have."""
    for grouping, group in model.sample.within.items():
        known = computed[grouping].names if grouping in computed else (group,)
        if group not in known:
            yield document.problem(
                (*at, "sample", "within", grouping),
                f"a group of `{grouping}`: {', '.join(known)}",
                f"`{group}`",
                did_you_mean(group, known) or "name another group",
                "unknown_group",
            )
