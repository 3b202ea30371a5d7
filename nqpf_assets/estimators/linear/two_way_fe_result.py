"""What a fixed-effects regression reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.collinearity import DroppedRegressor
from nqpf_assets.estimators.linear.inference import Inference
from nqpf_assets.estimators.linear.within import FixedEffects, Floats, group_sums


@dataclass(frozen=True)
class Constant:
    """The constant: mean of the outcome minus mean regressors times coefficients."""

    estimate: float
    std_error: float
    t_stat: float
    p_value: float
    conf_low: float
    conf_high: float
    df_inference: float


def constant_of(estimate: float, tests: Inference, df: Floats, place: int) -> Constant:
    """The constant with the tests that stand at its place among the terms'."""
    return Constant(
        estimate,
        float(tests.std_errors[place]),
        float(tests.t_stats[place]),
        float(tests.p_values[place]),
        float(tests.conf_int[place, 0]),
        float(tests.conf_int[place, 1]),
        float(df[place]),
    )


@dataclass(frozen=True)
class EffectSummary:
    """Estimated effects of one kind, centred so that their mean over the rows is zero.

    With the constant they rebuild the fit: constant + x'b + unit effect + period effect. In a
    panel of several unconnected parts (`n_components` > 1) they compare within a part only.

    Attributes:
        kind: ``"unit"`` or ``"period"``.
        labels: the levels, in the order of `estimates`.
        estimates: one per level.
        sd, minimum, maximum: over the levels; sd with ddof = 1.
    """

    kind: str
    labels: tuple[Any, ...]
    estimates: Floats
    sd: float
    minimum: float
    maximum: float


@dataclass(frozen=True)
class TwoWayFE:
    """A fixed-effects regression with K regressors kept on n observations.

    Attributes:
        names: the K regressors.
        params, std_errors, t_stats, p_values: (K,).
        conf_int: (K, 2).
        covariance: (K, K) of `params`.
        df_inference: (K,) degrees of freedom behind p-values and intervals.
        standardized: (K,) effect of one standard deviation of x in standard deviations of y,
            both over all rows of the sample.
        constant: with its own inference.
        effects: ``"unit"``, ``"period"``, both, or none.
        demeaned_periods: ``"all"``; ``"drop_last"`` where least squares left the last period out
            after demeaning; `rss`, `sigma`, `r2_within` and `residuals` (zero there) are of the
            others, r2, r2_adjusted, r2_unit_within and log_likelihood are NaN then.
        vcov: name of the covariance; small_sample: name of its correction.
        small_sample_factor: the number by which the covariance was multiplied; NaN where the
            correction is not one number. n_parameters: the k in it.
        is_vcov_repaired: negative eigenvalues of a two-way clustered covariance set to zero.
        confidence_level: of `conf_int`.
        n_obs, n_units, n_periods: n, N, T of the sample.
        n_clusters: per cluster key; empty for unadjusted and robust.
        n_components: unconnected parts of the panel.
        df_resid: n - K - all effects, the constant included.
        is_balanced: every unit in every period.
        rss, sigma: residual sum of squares, and the root of rss / df_resid.
        r2_within: all effects removed from the outcome; r2_unit_within: unit effects only, as
            xtreg prints it when period dummies are regressors, None without unit effects;
            r2: the effects count as explaining; r2_adjusted: of r2.
        log_likelihood: normal, of the regression with dummies.
        residuals: (n,) in the order of the input's kept rows.
        is_in_sample: (rows of the input,).
        singleton_units, singleton_periods: labels whose only row was dropped.
        dropped: regressors left out, each with its reason.
        unit_effects, period_effects: None where absent.
    """

    names: tuple[str, ...]
    params: Floats
    std_errors: Floats
    t_stats: Floats
    p_values: Floats
    conf_int: Floats
    covariance: Floats
    df_inference: Floats
    standardized: Floats
    constant: Constant
    effects: tuple[str, ...]
    demeaned_periods: str
    vcov: str
    small_sample: str
    small_sample_factor: float
    n_parameters: int
    is_vcov_repaired: bool
    confidence_level: float
    n_obs: int
    n_units: int
    n_periods: int
    n_clusters: tuple[int, ...]
    n_components: int
    df_resid: int
    is_balanced: bool
    rss: float
    sigma: float
    r2_within: float
    r2_unit_within: float | None
    r2: float
    r2_adjusted: float
    log_likelihood: float
    residuals: Floats
    is_in_sample: NDArray[np.bool_]
    singleton_units: tuple[Any, ...]
    singleton_periods: tuple[Any, ...]
    dropped: tuple[DroppedRegressor, ...]
    unit_effects: EffectSummary | None
    period_effects: EffectSummary | None


def effect_summary(
    kind: str, fe: FixedEffects, labels: tuple[Any, ...], effects: Floats
) -> EffectSummary | None:
    """Centre and summarise the effects of one kind, or None where the model has none."""
    if kind not in fe.effects:
        return None
    codes = fe.unit_codes if kind == "unit" else fe.period_codes
    centred = effects - effects[codes].mean()
    return EffectSummary(
        kind,
        labels,
        centred,
        float(centred.std(ddof=1)),
        float(centred.min()),
        float(centred.max()),
    )


def r2_unit_within(y: Floats, rss: float, fe: FixedEffects) -> float | None:
    """Share explained of the variation within units, as xtreg prints it."""
    if "unit" not in fe.effects:
        return None
    means = group_sums(y[:, None], fe.unit_codes, fe.n_units)[:, 0] / np.bincount(fe.unit_codes)
    return 1 - rss / float(((y - means[fe.unit_codes]) ** 2).sum())
