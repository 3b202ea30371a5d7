"""The terms of a column once its table's model is filled in, and what is published or replaced of them.

Options and covariances are in `column_rules`, years and groups in `validation_columns`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.merging import merged
from nqpf_assets.studies.proposals import TERM_LISTS
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.sample_conditions import variables_in
from nqpf_assets.studies.spec import Column, CompleteColumn, RegressionTable
from nqpf_assets.studies.validation_columns import Path, Written, column_problems
from nqpf_assets.studies.validation_relations import relation_problems
from nqpf_assets.studies.variants import names_in_base, varied
from nqpf_assets.studies.year_terms import with_terms
from nqpf_assets.user_input.model_messages import validate

CONSTANT = "constant"
"""The term under which a study writes the published constant."""


def completed_problems(
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
