"""Random effects as a column: coefficients, variance components, and the test of unit means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, repaired_words, vcov_words
from nqpf_assets.estimation.result_rows import Fitted, ModelRow, Test, terms_of
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.estimators.random_effects import RandomOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.moving import Moving
    from nqpf_assets.estimators.linear.random_effects_result import RandomEffects

COMPONENTS = {
    "xtreg": "Swamy and Arora, as xtreg, re",
    "baltagi_chang": "Swamy and Arora in the form of Baltagi and Chang, as xtreg, re sa and plm",
}


def fit_random_effects(design: Design) -> Fitted:
    """Random effects of units; period effects are dummies."""
    from nqpf_assets.estimators.linear.random_effects import OWN_CORRECTION, random_effects

    column, options = design.column, design.column.options(RandomOptions)
    kind = column.vcov.type
    if kind not in ("clustered", "unadjusted", *OWN_CORRECTION):
        raise EstimationError(
            f"vcov of random_effects is clustered, unadjusted or bias-reduced; found {kind}"
        )
    result = random_effects(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        period_effects="period" in column.effects,
        components=options.components,
        with_means=options.mundlak,
        vcov=kind,  # type: ignore[arg-type]
        cluster=design.cluster,
        **design.correction,
    )
    return Fitted(
        model=ModelRow(
            effects="random unit, period" if result.has_period_effects else "random unit",
            n_obs=result.n_obs,
            n_units=result.n_units,
            n_periods=result.n_periods,
            vcov=vcov_words(column, result.vcov) + repaired_words(result),
            small_sample=result.small_sample,
            n_clusters=min(result.n_clusters) if result.n_clusters else None,
            df_resid=float(result.n_obs - result.n_parameters),
            df_test=_df_test(result),
            r2_unit_within=result.r2_within,
        ),
        terms=terms_of(result),
        tests=(*_tests(result), *cluster_counts(column, result)),
        is_in_sample=result.is_in_sample,
        dropped=tuple(f"{one.name}: {one.reason}" for one in result.dropped),
        notes=tuple(_notes(result)),
    )


def _df_test(result: RandomEffects) -> float | None:
    """The fewest degrees of freedom behind t; None where tests are normal."""
    df = min(result.df_inference, default=np.inf)
    return float(df) if np.isfinite(df) else None


def moving(design: Design) -> Moving:
    """The column as its coefficients and constant move with its rows."""
    from nqpf_assets.estimators.influence.random_effects_column import random_effects_column

    options = design.column.options(RandomOptions)
    return random_effects_column(
        design.given,
        period_effects="period" in design.column.effects,
        components=options.components,
        with_means=options.mundlak,
    )


def _tests(result: RandomEffects) -> Iterator[Test]:
    """Of unit means, and what the rows beside coefficients are made from."""
    if result.means is not None:
        joint = result.means
        words = (
            "Wald, that all coefficients of unit means are zero: Hausman's test by Mundlak's means"
        )
        words += ", robust" if result.vcov != "unadjusted" else ""
        statistic, p_value = (
            None if np.isnan(one) else one for one in (joint.statistic, joint.p_value)
        )
        yield Test("mundlak", statistic, float(joint.df), p_value, words)
    words = COMPONENTS[result.components]
    yield Test("sigma_u", result.sigma_u, detail=f"standard deviation of unit effects, {words}")
    yield Test("sigma_e", result.sigma_e, detail="standard deviation of other errors")
    yield Test("rho", result.rho, detail="share of the unit effects in the variance")
    low, median, high = np.quantile(result.theta, (0.0, 0.5, 1.0)).tolist()
    told = (
        f"share of its mean that is taken off each unit; from {low:.6g} to {high:.6g}, the median"
    )
    yield Test("theta", median, detail=told if high > low else told.partition(";")[0])
    yield Test("r2_between", result.r2_between, detail="squared correlation of unit means")
    yield Test("r2_overall", result.r2_overall, detail="squared correlation of rows")


def _notes(result: RandomEffects) -> Iterator[str]:
    if result.sigma_u == 0:
        yield (
            "The variance of unit effects came out as zero, so that random effects are pooled least squares"
        )
    if result.theta.max() > result.theta.min():
        sizes = counted(result.n_units, "units")
        yield f"θ differs between {sizes} with different numbers of years; the median is shown"
