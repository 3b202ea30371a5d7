"""`within_each: areas` of a column or variant: the groups of the grouping, as if they were written.

Only groups that the study writes can be told when a file is read; those of a scheme of the region catalogue
depend on the catalogue and the study's units, and are to be written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from nqpf_assets.messages.problems import InputError, Problem, did_you_mean
from nqpf_assets.studies.columns import Column, Variant
from nqpf_assets.studies.computed_groups import ComputedGroups
from nqpf_assets.studies.regression_table import RegressionTable
from nqpf_assets.studies.spec import Study
from nqpf_assets.user_input.lined_yaml import KeyPath, LinedYaml

KEY = "within_each"


def with_groups_of_each(study: Study, document: LinedYaml) -> tuple[Study, LinedYaml]:
    """The study and the document with the groups of each grouping that a column names alone.

    Raises:
        InputError: with each grouping whose groups are not written in the study, at its line.
    """
    named = {
        name: table
        for name, table in study.tables.items()
        if isinstance(table, RegressionTable) and any(_alone(one) for one in table.columns)
    }
    if not named:
        return study, document
    if problems := [
        one for name, of in named.items() for one in _problems(study, document, name, of)
    ]:
        raise InputError(problems)
    tables: dict[str, Any] = {}
    written: dict[str, Any] = {**document.data["tables"]}
    for name, table in named.items():
        columns = tuple(_column(study, one) for one in table.columns)
        tables[name] = table.model_copy(update={"columns": columns})
        said = [_said(study, one) for one in written[name]["columns"]]
        written[name] = {**written[name], "columns": said}
    whole = study.model_copy(update={"tables": {**study.tables, **tables}})
    return whole, replace(document, data={**document.data, "tables": written})


def _alone(column: Column) -> bool:
    """Whether the column, or a variant of it, names a grouping alone."""
    return any(isinstance(one.within_each, str) for one in (column, *column.variants))


def _groups(study: Study, name: str) -> dict[str, tuple[str, ...]]:
    groups = study.groups[name]
    assert not isinstance(groups, str), "refused before"
    return {name: groups.names if isinstance(groups, ComputedGroups) else tuple(groups)}


def _column(study: Study, column: Column) -> Column:
    update: dict[str, Any] = {"variants": tuple(_variant(study, one) for one in column.variants)}
    if isinstance(column.within_each, str):
        update[KEY] = _groups(study, column.within_each)
    kept = column.model_fields_set
    return column.model_copy(update={key: one for key, one in update.items() if key in kept})


def _variant(study: Study, variant: Variant) -> Variant:
    if not isinstance(variant.within_each, str):
        return variant
    return variant.model_copy(update={KEY: _groups(study, variant.within_each)})


def _said(study: Study, written: Mapping[str, Any]) -> dict[str, Any]:
    """A column or variant as it is written, likewise."""
    found = dict(written)
    if isinstance(found.get(KEY), str):
        found[KEY] = {name: list(one) for name, one in _groups(study, found[KEY]).items()}
    if "variants" in found:
        found["variants"] = [_said(study, one) for one in found["variants"]]
    return found


def _problems(
    study: Study, document: LinedYaml, name: str, table: RegressionTable
) -> Iterator[Problem]:
    """Groupings whose groups the study does not write."""
    for place, column in enumerate(table.columns):
        at: KeyPath = ("tables", name, "columns", place)
        each = [(at, column.within_each)]
        each += [((*at, "variants", n), v.within_each) for n, v in enumerate(column.variants)]
        for path, grouping in each:
            if not isinstance(grouping, str) or isinstance(
                study.groups.get(grouping), (dict, ComputedGroups)
            ):
                continue
            is_scheme = grouping in study.groups
            yield document.problem(
                (*path, KEY),
                "groups of a scheme written one by one"
                if is_scheme
                else f"one of {', '.join(study.groups) or 'the groupings under `groups`'}",
                f"`{grouping}`, a scheme of the region catalogue" if is_scheme else f"`{grouping}`",
                f"write which of its groups: `within_each: {{{grouping}: [one, another]}}`"
                if is_scheme
                else did_you_mean(grouping, study.groups) or "define the grouping under `groups`",
                "unknown_grouping",
            )
