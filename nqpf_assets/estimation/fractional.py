"""Fractional logit and probit as columns: coefficients, marginal effects, the test of unit means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.likelihood_rows import likelihood_model, rows_of_terms
from nqpf_assets.estimation.linear import cluster_counts
from nqpf_assets.estimation.result_rows import Estimate, Fitted, Test
from nqpf_assets.studies.estimators.fractional import FractionalOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.fractional.result import Fractional
    from nqpf_assets.estimators.influence.estimated_without import EstimatedWithout


def fit_fractional(design: Design) -> Fitted:
    """Quasi-maximum likelihood; period effects are dummies, and unit means stand for those of units."""
    from nqpf_assets.estimators.fractional.fractional import fractional

    column, options = design.column, design.column.options(FractionalOptions)
    result = fractional(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        link=options.link,
        period_effects="period" in column.effects,
        with_means=options.mundlak,
        vcov="robust" if column.vcov.type == "robust" else "clustered",
        cluster=design.cluster,
        **design.correction,
    )
    return Fitted(
        model=likelihood_model(column, result, column.vcov.small_sample or "stata"),
        terms=tuple(rows_of_terms(result.names, result.params, result.tests)),
        effects=tuple(_effects(result)),
        tests=(*_tests(result), *cluster_counts(column, result)),
        is_in_sample=result.is_in_sample,
        dropped=tuple(f"{one.name}: {one.reason}" for one in result.dropped),
        notes=tuple(_notes(result)),
    )


def moving(design: Design) -> EstimatedWithout:
    """Coefficients and marginal effects, as they move with the rows."""
    from nqpf_assets.estimators.influence.fractional_column import fractional_column

    column, options = design.column, design.column.options(FractionalOptions)
    return fractional_column(
        design.given,
        link=options.link,
        period_effects="period" in column.effects,
        with_means=options.mundlak,
    )


def _effects(result: Fractional) -> Iterator[Estimate]:
    for at, one in result.margins.items():
        effect = f"marginal on outcome, {at}"
        yield from rows_of_terms(result.margin_names, one.estimates, one.tests, effect=effect)


def _tests(result: Fractional) -> Iterator[Test]:
    if result.means is not None:
        joint = result.means
        statistic, p_value = (
            None if np.isnan(one) else one for one in (joint.statistic, joint.p_value)
        )
        words = "Wald, that all coefficients of unit means are zero, robust"
        yield Test("mundlak", statistic, float(joint.df), p_value, words)
    yield Test("pseudo_r2", result.pseudo_r2, None, None, "McFadden, of the quasi-likelihood")
    for name, n in zip(("n_zeros", "n_ones"), result.n_ends, strict=True):
        yield Test(name, float(n), detail="rows with an outcome at this end")


def _notes(result: Fractional) -> Iterator[str]:
    yield (
        f"Fractional {result.link} by quasi-maximum likelihood: coefficients are those of the index, "
        "effects on the outcome stand under marginal"
    )
    if result.means is not None:
        yield (
            "Unit means of the regressors stand in place of unit effects, which are taken to be normal "
            "around them (Papke and Wooldridge 2008)"
        )
        if not result.is_balanced:
            yield (
                "units differ in their numbers of years: unit means are right then only where these have "
                "nothing to do with the outcome, and unit effects spread alike"
            )
