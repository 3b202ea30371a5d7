"""Variances of unit effects and of other errors, and what random effects take off the mean of a unit.

What Hausman's test and random effects need alike, before either is estimated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.collinearity import independent_columns
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.orthonormal import orthonormal
from nqpf_assets.estimators.linear.sample import PanelSample
from nqpf_assets.estimators.linear.within import FixedEffects, Floats, group_sums

Components = Literal["xtreg", "baltagi_chang"]
"""How the variance of unit effects is told where units have different numbers of rows."""


def unit_means(columns: Floats, fe: FixedEffects) -> Floats:
    """(N, P) means of (n, P) columns over the rows of each unit."""
    sizes = np.bincount(fe.unit_codes)
    return np.asarray(group_sums(columns, fe.unit_codes, fe.n_units) / sizes[:, None])


def unit_variance(
    sample: PanelSample,
    x: Floats,
    labels: Sequence[str],
    fe: FixedEffects,
    sigma2_e: float,
    components: Components = "baltagi_chang",
) -> float:
    """Variance of the unit effects from the regression of unit means; not below zero.

    Args:
        sample: the rows; x: (n, K) their regressors without a constant; labels: names of these.
        fe: unit effects.
        sigma2_e: variance of the other errors, from fixed effects.
        components: ``"xtreg"``: unit means weigh alike, less sigma2_e over the harmonic mean of the rows
            of a unit; ``"baltagi_chang"``: they weigh by their rows, and the trace makes it unbiased. The
            same in balanced panels.

    Source: Swamy and Arora (1972), Econometrica 40(2); Baltagi and Chang (1994), J. Econometrics 62.
    """
    sizes = np.bincount(fe.unit_codes)
    means = unit_means(np.column_stack([sample.outcome, x]), fe)
    rows = means if components == "xtreg" else means[fe.unit_codes]
    y, x_means = rows[:, 0], rows[:, 1:]
    kept, _ = independent_columns(x_means - x_means.mean(axis=0), x, labels)
    design = np.column_stack([np.ones(len(y)), x_means[:, kept] - x_means[:, kept].mean(axis=0)])
    if fe.n_units <= design.shape[1]:
        raise EstimationError(
            f"random effects need more units than parameters between them: "
            f"{counted(fe.n_units, 'units')}, {counted(design.shape[1], 'parameters')}"
        )
    basis = orthonormal(design)
    residuals = y - basis @ (basis.T @ y)
    rss, df = float(residuals @ residuals), fe.n_units - design.shape[1]
    if components == "xtreg":
        return float(max(0.0, rss / df - sigma2_e * float((1 / sizes).mean())))
    trace = float((sizes[fe.unit_codes][:, None] * basis**2).sum())
    return float(max(0.0, (rss - sigma2_e * df) / (len(y) - trace)))


def taken_off(fe: FixedEffects, sigma2_e: float, sigma2_u: float) -> Floats:
    """(N,) theta: the share of its mean that is taken off the rows of each unit."""
    sizes = np.bincount(fe.unit_codes)
    return np.asarray(1 - np.sqrt(sigma2_e / (sigma2_e + sizes * sigma2_u)))


def quasi_demeaned(columns: Floats, theta: Floats, fe: FixedEffects) -> Floats:
    """(n, P) columns less the share `theta` (N,) of their unit's mean."""
    return np.asarray(columns - (theta[:, None] * unit_means(columns, fe))[fe.unit_codes])


def period_dummies(sample: PanelSample) -> tuple[Floats, list[str]]:
    """(n, T - 1) a column for each period but the first, and their names."""
    later = np.arange(1, len(sample.period_labels))
    dummies = (sample.period_codes[:, None] == later).astype(np.float64)
    return dummies, [f"period {label}" for label in sample.period_labels[1:]]
