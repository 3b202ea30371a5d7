"""Poisson regression with fixed effects, as its coefficients move with its rows.

The scores Σ d (y − μ) of regressors and dummies d are zero at the maximum and stay so. With X̃ what effects
leave of the regressors, weighted by expected outcomes μ, B = (X̃'μX̃)⁻¹, b = B w for a sum w of coefficients
and m = X̃ b, the change of the sum is m per change of y, and b_k (y − μ) − m μ β_k per change of x_k.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.influence.estimated_without import EstimatedWithout, by_number
from nqpf_assets.estimators.influence.given_rows import GivenRows
from nqpf_assets.estimators.influence.moving import Floats
from nqpf_assets.estimators.influence.number import Number
from nqpf_assets.estimators.linear.within import fixed_effects
from nqpf_assets.estimators.poisson.fe_poisson import FixedEffectsPoisson, fe_poisson
from nqpf_assets.estimators.poisson.likelihood import demeaned, maximum


def poisson_column(rows: GivenRows, *, period_effects: bool) -> EstimatedWithout:
    """What `fe_poisson` reports of these rows, as it moves with them.

    Rows that left the sample, as units that are zero throughout, move nothing.
    """

    def fit_of(left: NDArray[np.bool_]) -> FixedEffectsPoisson:
        return fe_poisson(
            *rows.left(left), names=rows.names, period_effects=period_effects, vcov="robust"
        )

    fit = fit_of(rows.every)
    panel, kept = fit.sample.panel, [list(rows.names).index(name) for name in fit.names]
    x = panel.regressors[:, kept]
    scale = x.std(axis=0)
    fe = fixed_effects(fit.effects, panel.unit_codes, panel.period_codes)
    dummies = fe.carried_dummies() if period_effects else np.empty((len(x), 0))
    found = maximum(panel.outcome, x / scale, panel.unit_codes, dummies)
    within = demeaned(found) * scale
    mu, residuals = found.expected, found.residuals
    bread = np.linalg.inv(within.T @ (within * mu[:, None]))

    def changes(number: int) -> Mapping[str, Floats]:
        b = bread[number]
        m = within @ b
        moved = np.zeros((len(rows), 1 + len(kept)))
        moved[panel.is_in_sample, 0] = m
        moved[panel.is_in_sample, 1:] = np.outer(residuals, b) - np.outer(m * mu, fit.params)
        return dict(zip((rows.outcome_name, *fit.names), moved.T, strict=True))

    def estimate(left: NDArray[np.bool_]) -> Mapping[Number, float]:
        again = fit_of(left)
        return by_number(again.names, again.params)

    return EstimatedWithout(
        tuple(Number(name) for name in fit.names),
        fit.params,
        (rows.outcome_name, *fit.names),
        panel.is_in_sample,
        changes,
        estimate,
    )
