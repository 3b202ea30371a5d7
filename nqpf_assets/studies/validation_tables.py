"""The tables of a study against its variables, indices, groups and years."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from pydantic import BaseModel

from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.completed_columns import completed_columns
from nqpf_assets.studies.effects import OWN, effect_of
from nqpf_assets.studies.estimator import OptionBlock
from nqpf_assets.studies.estimator_registry import BLOCKS, ESTIMATORS
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.merging import merged
from nqpf_assets.studies.proposals import TERM_LISTS, inherited_by, not_beside
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.sample_conditions import variables_in
from nqpf_assets.studies.spec import (
    Column,
    CompleteColumn,
    Model,
    RegressionTable,
    Winsorize,
)
from nqpf_assets.studies.table_kind import PRINTED_COLUMNS, IndexTable, PanelTable
from nqpf_assets.studies.validation_columns import Written, column_problems
from nqpf_assets.studies.validation_relations import relation_problems
from nqpf_assets.studies.variants import names_in_base, varied
from nqpf_assets.studies.year_terms import with_terms
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.other_programs import choice_elsewhere

CONSTANT = "constant"
"""The term under which a study writes the published constant."""
"""Fields of a model whose variables become terms of its equation."""
VARIABLE_FIELDS = frozenset({"outcome", *TERM_LISTS, "of"})
"""Fields of a model that hold names of variables or indices."""
GROUPING_FIELDS = frozenset({"by", "within"})
"""Fields of a model that hold names of groupings. What the options of estimators name, these declare."""

Path = tuple[str | int, ...]


def table_problems(
    file: StudyFile, written: tuple[Formula, ...], forms: LinearForms
) -> Iterator[Problem]:
    """What is wrong in the tables; `forms` are the sums that the formulas are."""
    known = tuple(dict.fromkeys([*(one.name for one in written), *file.study.indices]))
    for name, table in file.study.tables.items():
        path: Path = ("tables", name)
        for one in table.wrong():
            yield file.problem((*path, *one.at), one.expected, one.found, one.remedy, one.code)
        if isinstance(table, PanelTable):
            yield from _named(file, path, table, known, table.variable_keys, table.grouping_keys)
            yield from _years(file, path, table.first, table.last)
        if isinstance(table, IndexTable):
            yield from _of_index(file, path, table, known)
        if not isinstance(table, RegressionTable):
            continue
        yield from _model(file, (*path, "model"), table.model, known)
        labels: dict[str, int] = {}
        for place, column in enumerate(table.columns):
            here = (*path, "columns", place)
            yield from _model(file, here, column, known, inherited_by(table, column))
            yield from _column(file, here, table, column, forms)
            # The printed table has a column of this name, and DuckDB tells no cases apart.
            label = column.label.casefold()
            if label in PRINTED_COLUMNS:
                yield file.problem(
                    (*here, "label"),
                    "a label that is no column of every printed table",
                    f"`{column.label}`",
                    f"change it; taken are {', '.join(PRINTED_COLUMNS)}",
                    "label_taken",
                )
            if label in labels:
                first = file.place(*path, "columns", labels[label]).line
                yield file.problem(
                    (*here, "label"),
                    "labels that are used once in a table, capitals and small letters alike",
                    f"`{column.label}`, as in the column of line {first}",
                    "change one of the two",
                    "label_twice",
                )
            labels.setdefault(label, place)
        yield from _hidden(file, path, table)


def _of_index(
    file: StudyFile, path: Path, table: IndexTable, known: Collection[str]
) -> Iterator[Problem]:
    """Whether what is taken apart is an index, and one that can be."""
    indices = file.study.indices
    if table.index in indices:
        for one in table.wrong_of(indices[table.index]):
            yield file.problem((*path, *one.at), one.expected, one.found, one.remedy, one.code)
    elif table.index in known:
        yield file.problem(
            (*path, "index"),
            "an index of the study",
            f"`{table.index}`, a variable",
            did_you_mean(table.index, tuple(indices)) or "name an index, or leave the table out",
            "not_of_index",
        )


def _model(
    file: StudyFile,
    path: Path,
    model: Model,
    known: tuple[str, ...],
    inherited: Sequence[tuple[str, Path]] = (),
) -> Iterator[Problem]:
    """What is written at one place, whether for a table or for a column."""
    yield from _named(file, path, model, known, beside=inherited)
    yield from _effects(file, path, model)
    for old, new in model.replace.items() if "replace" in model.model_fields_set else ():
        if new not in known:
            yield file.problem(
                (*path, "replace", old),
                "a variable or an index of the study",
                f"`{new}`",
                did_you_mean(new, [one for one in known if one != old])
                or f"define it under `variables`, e.g. `{new}: {{series: {new}}}`",
                "unknown_variable",
            )
    yield from _years(file, (*path, "sample"), model.sample.first, model.sample.last)


def _effects(file: StudyFile, path: Path, model: Model) -> Iterator[Problem]:
    """Effects are made of units, periods and groupings of the study."""
    known = (*OWN, *file.study.groups)
    for place, written in enumerate(model.effects if "effects" in model.model_fields_set else ()):
        for factor in effect_of(written).factors:
            if factor not in known:
                yield file.problem(
                    (*path, "effects", place),
                    f"one of {', '.join(known)}, or a product of them and `trend`",
                    f"`{factor}`",
                    choice_elsewhere("effects", factor, OWN)
                    or did_you_mean(factor, [one for one in known if one not in model.effects])
                    or "define the grouping under `groups`",
                    "unknown_effect",
                )


def _named(
    file: StudyFile,
    path: Path,
    model: BaseModel,
    known: tuple[str, ...],
    variable_keys: Collection[str] = VARIABLE_FIELDS,
    grouping_keys: Collection[str] = GROUPING_FIELDS,
    beside: Sequence[tuple[str, Path]] = (),
) -> Iterator[Problem]:
    """Variables, indices and groupings that are written at one place and below it."""
    variables = [*named(model, variable_keys, path, lambda block: block.variables)]
    for name, place in variables:
        if name not in known:
            yield file.problem(
                place,
                "a variable or an index of the study",
                f"`{name}`",
                did_you_mean(name, not_beside(known, place, [*variables, *beside]))
                or f"define it under `variables`, e.g. `{name}: {{series: {name}}}`",
                "unknown_variable",
            )
    by_groups = [*named(model, grouping_keys, path, lambda block: block.groupings)]
    for by, place in by_groups:
        groupings = tuple(file.study.groups)
        if place[-2] == "by":
            groupings = ("unit", "period", *groupings)
        if place[-1] == "resample":
            groupings = ("unit", "period", *groupings)  # why not periods is told by the column
        if by not in groupings:
            yield file.problem(
                place,
                f"one of {', '.join(groupings) or 'the groupings under `groups`'}",
                f"`{by}`",
                choice_elsewhere("by", by, groupings)
                or did_you_mean(by, not_beside(groupings, place, by_groups))
                or "define the grouping under `groups`",
                "unknown_grouping",
            )


def named(
    model: BaseModel,
    fields: Collection[str],
    path: Path,
    of_options: Callable[[OptionBlock], Collection[str]],
) -> Iterator[tuple[str, Path]]:
    """What some fields of a model, and of its blocks of options, say, each with its place."""
    for key in model.model_fields_set:
        value = getattr(model, key)
        if isinstance(value, Winsorize):
            continue  # its `by` is a word of its own, and no grouping
        if isinstance(value, BaseModel):
            below = (
                of_options(BLOCKS[key]) if key in BLOCKS and isinstance(model, Model) else fields
            )
            yield from named(value, below, (*path, key), of_options)
        elif key not in fields or value is None:
            continue
        elif isinstance(value, str):
            yield value, (*path, key)
        elif isinstance(value, dict):
            yield from ((name, (*path, key, name)) for name in value)
        else:
            yield from ((name, (*path, key, place)) for place, name in enumerate(value))


def _column(
    file: StudyFile, path: Path, table: RegressionTable, column: Column, forms: LinearForms
) -> Iterator[Problem]:
    """What a column is once the table's model is filled in."""
    where = Written(file, path)
    whole, problems = validate(
        CompleteColumn, file.document, path, merged(table.model, column), place_of=where
    )
    if whole is None:
        yield from (replace(one, file=file.path) for one in problems)
        return
    yield from _replaced(file, where, whole)
    whole = with_terms(varied(whole), file.study.periods.years)
    yield from column_problems(file, where, whole)
    yield from relation_problems(file, where, whole, forms)
    terms = [name for key in TERM_LISTS for name in getattr(whole, key)]
    if whole.outcome is None:
        yield file.problem(
            path,
            "an outcome",
            f"none for column `{column.label}`",
            "add `outcome:` to the column or to the table's `model`",
            "no_outcome",
        )
    if not terms:
        yield file.problem(
            path,
            "at least one regressor",
            f"none for column `{column.label}`",
            "add `regressors: [name]` to the column or to the table's `model`",
            "no_regressor",
        )
    for name in sorted({name for name in terms if terms.count(name) > 1 or name == whole.outcome}):
        base = names_in_base(whole).get(name)
        key = "controls" if name in whole.controls else "regressors"
        yield file.problem(
            where(("replace", base) if base in whole.replace else (key,)),
            "each variable once among outcome, regressors and controls",
            f"`{name}` twice in column `{column.label}`",
            "remove it from one of the lists",
            "variable_twice",
        )
    for term in () if ESTIMATORS[whole.estimator].has_own_terms else whole.published:
        if term not in (*terms, CONSTANT):
            yield file.problem(
                where(("published", term)),
                f"one of {', '.join((*terms, CONSTANT))}",
                f"`{term}`",
                did_you_mean(
                    term, [one for one in (*terms, CONSTANT) if one not in whole.published]
                )
                or "a published number belongs to a regressor or control of its column",
                "unknown_term",
            )


def _replaced(file: StudyFile, where: Written, column: CompleteColumn) -> Iterator[Problem]:
    """What `replace` stands in for is in the column."""
    by_year = [column.by_year.of] if column.by_year is not None else []
    there = tuple(dict.fromkeys([*variables_in(column), *by_year]))
    for name in column.replace:
        if name not in there:
            yield file.problem(
                where(("replace", name)),
                f"a variable of the column: {', '.join(there)}",
                f"`{name}`",
                did_you_mean(name, there) or "remove it: nothing would be replaced",
                "unknown_term",
            )


def _hidden(file: StudyFile, path: Path, table: RegressionTable) -> Iterator[Problem]:
    terms = {CONSTANT}
    for model in (table.model, *table.columns):
        terms.update(name for key in TERM_LISTS for name in getattr(model, key))
    for column in (one for at, _, one in completed_columns(file.study) if at[:2] == path):
        terms.update((*column.regressors, *column.controls))
    for place, term in enumerate(table.hide):
        if term not in terms:
            yield file.problem(
                (*path, "hide", place),
                "a term of the table",
                f"`{term}`",
                did_you_mean(term, sorted(terms - {*table.hide})) or "remove it",
                "unknown_term",
            )


def _years(file: StudyFile, path: Path, first: int | None, last: int | None) -> Iterator[Problem]:
    """A sample lies inside the years of the study."""
    periods = file.study.periods
    for key, year in (("first", first), ("last", last)):
        if year is not None and not periods.first <= year <= periods.last:
            yield file.problem(
                (*path, key),
                f"a year from {periods.first} to {periods.last}, as in `periods`",
                f"{year}",
                "change the sample or the periods of the study",
                "sample_years",
            )
    if first is not None and last is not None and first > last:
        yield file.problem(
            (*path, "last"), f"a year from {first} on", f"{last}", "exchange them", "sample_years"
        )
