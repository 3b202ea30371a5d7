"""A whole column against the formulas of its study, before anything is computed.

What its estimator asks of its own variables it declares (`OptionBlock.relations`); here stand the rules that
hold for all: something is left of the outcome and of some regressor, and regressors do not give the outcome.
"""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.messages.problems import Problem, Refusal
from nqpf_assets.studies.effects import own_effects
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.reader import StudyFile
from nqpf_assets.studies.relations import Relations, relations_of
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.validation_columns import Written


def relation_problems(
    file: StudyFile, where: Written, column: CompleteColumn, forms: LinearForms
) -> Iterator[Problem]:
    """What in a column is made of something that it must not be made of, or has nothing left to say."""
    if column.outcome is None:
        return
    estimator, periods, sample = ESTIMATORS[column.estimator], file.study.periods, column.sample
    years = range(sample.first or periods.first, (sample.last or periods.last) + 1)
    options = estimator.options
    compared = options.compared(column) if options else None
    effects = own_effects(column.effects) if estimator.has_effects else ()
    relations = relations_of(column, forms, years, compared, effects)
    found = list(options.relations(relations) if options else ())
    found += absorbed(relations, is_told=bool(found))
    if not estimator.reports_exact:
        found += given(relations)
    for one in found:
        yield file.problem(where(one.at), one.expected, one.found, one.remedy, "relation")


def absorbed(of: Relations, *, is_told: bool) -> Iterator[Refusal]:
    """An outcome or regressors of which nothing is left."""
    yield from of.nothing_left(("outcome",), of.outcome, "an outcome")
    if of.terms and not is_told and all(map(of.is_gone, of.terms)):
        name, at = next(iter(of.terms.items()))
        yield from of.nothing_left(at, name, "at least one regressor or control")


def given(of: Relations) -> Iterator[Refusal]:
    """Terms that give the outcome exactly leave no errors to make inference from."""
    names = [*of.terms]
    if of.outcome not in names and of.spans(names, of.outcome):
        reporting = [name for name, one in ESTIMATORS.items() if one.reports_exact]
        yield Refusal(
            ("regressors",),
            f"regressors that explain `{of.outcome}`",
            f"{', '.join(f'`{one}`' for one in names)}, of which `{of.outcome}` is made exactly",
            f"remove what is a part of the outcome; {' and '.join(reporting)} report it all the same, "
            "without standard errors",
        )
