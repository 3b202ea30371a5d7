"""What a fixed-effects regression reports.

Numbers only, in the field's words; rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nqpf_assets.estimators.linear.counted_parameters import Effects
from nqpf_assets.estimators.linear.least_squares_result import LeastSquares
from nqpf_assets.estimators.linear.wild_inference import WildInference
from nqpf_assets.estimators.linear.within import FixedEffects, Floats


@dataclass(frozen=True)
class EffectSummary:
    """Estimated effects of one kind, centred so that their (weighted) mean over the rows is zero.

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
class TwoWayFE(LeastSquares):
    """A fixed-effects regression with K regressors kept on n observations.

    Attributes:
        standardized: (K,) effect of one standard deviation of x in standard deviations of y,
            both over all rows of the sample.
        demeaned_periods: ``"all"``; ``"drop_last"`` where least squares left the last period out
            after demeaning; `rss`, `sigma`, `r2_within` and `residuals` (zero there) are of the
            others, r2, r2_adjusted, r2_unit_within and log_likelihood are NaN then.
        is_vcov_repaired: negative eigenvalues of a two-way clustered covariance set to zero.
        n_components: unconnected parts of the panel.
        is_balanced: every unit in every period.
        r2_adjusted: of r2.
        log_likelihood: normal, of the regression with dummies.
        unit_effects, period_effects: None where absent.
        wild: the bootstrap that p-values and intervals are from; None where they are from t.
    """

    standardized: Floats
    demeaned_periods: str
    is_vcov_repaired: bool
    n_components: int
    is_balanced: bool
    r2_adjusted: float
    log_likelihood: float
    unit_effects: EffectSummary | None
    period_effects: EffectSummary | None
    wild: WildInference | None = None


def effect_summary(
    kind: str, fe: FixedEffects, labels: tuple[Any, ...], effects: Floats
) -> EffectSummary | None:
    """Centre and summarise the effects of one kind, or None where the model has none."""
    if kind not in fe.effects:
        return None
    codes = fe.unit_codes if kind == "unit" else fe.period_codes
    rows = np.bincount(codes, weights=fe.weights, minlength=len(effects))
    centred = effects - float(effects @ rows) / float(rows.sum())
    return EffectSummary(
        kind,
        labels,
        centred,
        float(centred.std(ddof=1)),
        float(centred.min()),
        float(centred.max()),
    )


def r2_unit_within(rss: float, tss_of_units: float, fe: Effects) -> float | None:
    """Share explained of the variation within units, as xtreg prints it; None without their effects."""
    return 1 - rss / tss_of_units if "unit" in fe.effects else None
