"""Poisson regression with fixed effects as a column: coefficients, fit, what left the sample."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.likelihood_rows import likelihood_model, rows_of_terms
from nqpf_assets.estimation.linear import cluster_counts
from nqpf_assets.estimation.result_rows import Fitted, Test
from nqpf_assets.estimation.simple_vcov import simple_vcov
from nqpf_assets.messages.counted import counted, verb

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.moving import Moving
    from nqpf_assets.estimators.poisson.fe_poisson import FixedEffectsPoisson


def fit_fe_poisson(design: Design) -> Fitted:
    """(Quasi-)maximum likelihood with effects of units, and of periods where the column has them."""
    from nqpf_assets.estimators.poisson.fe_poisson import fe_poisson

    column = design.column
    result = fe_poisson(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        period_effects="period" in column.effects,
        vcov=simple_vcov(design),
        cluster=design.cluster,
        **design.correction,
    )
    return Fitted(
        model=likelihood_model(column, result, _correction(design)),
        terms=tuple(rows_of_terms(result.names, result.params, result.tests)),
        tests=(
            Test("pseudo_r2", result.pseudo_r2, None, None, "McFadden"),
            *cluster_counts(column, result),
        ),
        is_in_sample=result.sample.panel.is_in_sample,
        dropped=tuple(_dropped(result)),
        notes=tuple(_notes(design, result)),
    )


def moving(design: Design) -> Moving:
    """The column as its coefficients move with its rows."""
    from nqpf_assets.estimators.influence.poisson_column import poisson_column

    return poisson_column(design.given, period_effects="period" in design.column.effects)


def _correction(design: Design) -> str | None:
    vcov = design.column.vcov
    return None if vcov.type == "unadjusted" else vcov.small_sample or "stata"


def _dropped(result: FixedEffectsPoisson) -> Iterator[str]:
    yield from (f"{one.name}: {one.reason}" for one in result.dropped)
    for labels, words in (
        (result.sample.zero_units, "unit {}: zero in every row"),
        (result.sample.zero_periods, "period {}: zero in every row"),
        (result.sample.alone_units, "unit {}: alone"),
        (result.sample.alone_periods, "period {}: alone"),
    ):
        yield from (words.format(label) for label in labels)
    if result.n_separated:
        yield f"{counted(result.n_separated, 'rows')} told apart by regressors and effects"


def _notes(design: Design, result: FixedEffectsPoisson) -> Iterator[str]:
    sample, n = result.sample, int((~result.sample.panel.is_in_sample).sum())
    for labels, what in ((sample.zero_units, "units"), (sample.zero_periods, "years")):
        if labels:
            yield (
                f"{counted(len(labels), what)} whose outcome is zero throughout "
                f"{verb(len(labels), 'have')} no part in the coefficients"
            )
    if result.n_separated:
        yield (
            f"{counted(result.n_separated, 'rows')} with an outcome of zero that regressors and effects tell "
            "from all others left the sample: their expected outcome has no end but zero"
        )
    if n:
        yield f"Left out of {counted(len(design.rows), 'rows')}: {n}"
    if design.column.vcov.type == "unadjusted":
        yield "Unadjusted errors take the variance of the outcome as its mean"
