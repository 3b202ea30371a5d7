"""The tables of a study, one after the other: what they name, their columns, labels, what they hide.

What is written at one place is in `validation_names`, a column with its table's model in `validation_terms`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.completed_columns import completed_columns_of
from nqpf_assets.studies.formula import Formula
from nqpf_assets.studies.proposals import TERM_LISTS, inherited_by
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.spec import RegressionTable
from nqpf_assets.studies.table_kind import PRINTED_COLUMNS, IndexTable, PanelTable
from nqpf_assets.studies.validation_names import model_problems, name_problems, year_problems
from nqpf_assets.studies.validation_terms import CONSTANT, completed_problems

Path = tuple[str | int, ...]


def table_problems(
    file: StudyFile, written: tuple[Formula, ...], forms: LinearForms
) -> Iterator[Problem]:
    """What is wrong in the tables; `forms` are the sums that the formulas are."""
    named = (one.name for one in written if one.role != "grouping")
    known = tuple(dict.fromkeys([*named, *file.study.indices]))
    for name, table in file.study.tables.items():
        path: Path = ("tables", name)
        for one in table.wrong():
            yield file.problem((*path, *one.at), one.expected, one.found, one.remedy, one.code)
        if isinstance(table, PanelTable):
            yield from name_problems(
                file, path, table, known, table.variable_keys, table.grouping_keys
            )
            yield from year_problems(file, path, table.first, table.last)
        if isinstance(table, IndexTable):
            yield from _of_index(file, path, table, known)
        if not isinstance(table, RegressionTable):
            continue
        yield from model_problems(file, (*path, "model"), table.model, known)
        labels: dict[str, int] = {}
        for place, column in enumerate(table.columns):
            here = (*path, "columns", place)
            yield from model_problems(file, here, column, known, inherited_by(table, column))
            yield from completed_problems(file, here, table, column, forms)
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


def _hidden(file: StudyFile, path: Path, table: RegressionTable) -> Iterator[Problem]:
    terms = {CONSTANT}
    for model in (table.model, *table.columns):
        terms.update(name for key in TERM_LISTS for name in getattr(model, key))
    for _, _, column in completed_columns_of(path, table, file.study.periods.years):
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
