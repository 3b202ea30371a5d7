"""The difference between two groups as a column: the coefficients of both, and its tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import comb
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.few_draws import Drawn
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result_rows import Estimate, Fitted, ModelRow, Test, estimates
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.estimators.group_difference import DifferenceOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.group_differences.permutation import PermutationTest
    from nqpf_assets.estimators.group_differences.result import GroupDifference


def fit_difference(design: Design) -> Fitted:
    """Differences of the regressors' coefficients, first group minus second."""
    from nqpf_assets.estimators.group_differences.group_difference import group_difference

    column, options = design.column, design.column.options(DifferenceOptions)
    labels = design.labels(options.grouping)
    result = group_difference(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        labels,
        names=design.names,
        compare=options.groups,
        tested=list(column.regressors),
        effects=column.effects,
        vcov=design.column.vcov.type,  # type: ignore[arg-type] # of what the registry lets through
        cluster=design.cluster,
        **design.correction,
    )
    used = np.logical_or.reduce([group.is_in_sample for group in result.groups])
    permuted = _permuted(design) if options.draws else None
    return Fitted(
        model=_model(design, result),
        terms=tuple(_terms(result)),
        effects=tuple(_group_coefficients(result)),
        tests=(
            *_tests(result),
            *(_permutation_tests(permuted) if permuted else ()),
            *cluster_counts(column, result.interacted),
        ),
        is_in_sample=used,
        dropped=tuple(_dropped(result)),
        notes=(
            f"Coefficients of {options.groups[0]} minus those of {options.groups[1]}",
            *(_divisions(permuted).words() if permuted else ()),
        ),
    )


def _model(design: Design, result: GroupDifference) -> ModelRow:
    """Of the regression of both groups; the degrees of freedom are those of the differences."""
    made = linear_model(design.column, result.interacted)
    return replace(made, df_test=float(result.interaction.df_inference.min()))


def _dropped(result: GroupDifference) -> Iterator[str]:
    """What left the regression of both groups, and what only that of one."""
    together = linear_dropped(result.interacted)
    yield from together
    for group in result.groups:
        alone = (words for words in linear_dropped(group.model) if words not in together)
        yield from (f"in group {group.label}, {words}" for words in alone)


def _terms(result: GroupDifference) -> Iterator[Estimate]:
    test = result.interaction
    yield from estimates(
        result.names,
        result.differences,
        test.std_errors,
        test.t_stats,
        test.p_values,
        test.conf_int,
    )


def _group_coefficients(result: GroupDifference) -> Iterator[Estimate]:
    """The same coefficients group by group, as effects named after the group."""
    for group in result.groups:
        for one in linear_terms(group.model):
            if one.term in result.names:
                yield replace(one, effect=str(group.label))


def _tests(result: GroupDifference) -> Iterator[Test]:
    """Interaction, seemingly unrelated Wald and Chow."""
    joint, chow, suest = result.joint, result.chow, result.seemingly_unrelated
    words = "F, all at once"
    if result.interacted.errors.parts is not None and joint.df_resid == joint.df_resid:
        words += f", on {joint.df_resid:.1f} degrees of freedom"
    yield Test("interaction", joint.statistic, float(joint.df), joint.p_value, words)
    for place, name in enumerate(result.names):
        chi2, p_value = float(suest.chi2[place]), float(suest.p_values[place])
        yield Test(f"seemingly_unrelated: {name}", chi2, 1.0, p_value, "Wald, chi-squared")
    yield Test("chow", chow.statistic, float(chow.df), chow.p_value, "F, classical")


def _permuted(design: Design) -> PermutationTest:
    from nqpf_assets.estimators.group_differences.permutation import permutation_test

    options, column = design.column.options(DifferenceOptions), design.column
    return permutation_test(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        design.labels(options.grouping),
        names=design.names,
        compare=options.groups,
        tested=list(column.regressors),
        effects=column.effects,
        draws=options.draws,
        seed=design.generator("permutation"),
        progress=progress_of(design, "permutations"),
    )


def _divisions(permuted: PermutationTest) -> Drawn:
    """The divisions of the units; of two groups of one size, each has a mirror that is as extreme."""
    first, second = permuted.n_units
    n_divisions = comb(first + second, first)
    alike = 2 if first == second else 1
    return Drawn(
        f"A permutation of {counted(first + second, 'units')}",
        permuted.n_draws - max(permuted.n_failed),
        n_divisions,
        1,
        alike / n_divisions,
        "p-value",
        "widen the sample, or `draws: 0`",
    )


def _permutation_tests(permuted: PermutationTest) -> Iterator[Test]:
    is_told = _divisions(permuted).tells
    for place, name in enumerate(permuted.names):
        yield Test(
            f"permutation: {name}",
            float(permuted.differences[place]),
            float(permuted.n_draws),
            float(permuted.p_two_sided[place]) if is_told else None,
            "Fisher, units permuted between the groups, two-sided",
        )
