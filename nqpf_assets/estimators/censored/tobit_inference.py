"""Covariances of what a Tobit reports: coefficients, sigma, constant, marginal effects.

Every quantity is a function of the intercepts, slopes and sigma; its gradient, the inverse of
the information and the rows' scores give its variance under each assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from nqpf_assets.estimators.censored.tobit_design import Design
from nqpf_assets.estimators.censored.tobit_fit import GroupedFit
from nqpf_assets.estimators.censored.tobit_margins import AT, OF, factor
from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.inference import Cluster
from nqpf_assets.estimators.linear.option_checks import (
    require_level,
    require_one_of,
    require_used_cluster,
)
from nqpf_assets.estimators.linear.score_covariance import of_terms
from nqpf_assets.estimators.linear.within import Codes, Floats

MlVcov = Literal["clustered", "unadjusted", "robust"]
MlSmallSample = Literal["stata", "none"]
Distribution = Literal["normal", "t"]


@dataclass(frozen=True)
class Quantities:
    """q numbers with their gradients, all in the data's own units.

    Attributes:
        values: (q,): K coefficients, sigma, constant, and six times K marginal effects in the
            order of `OF` and `AT`.
        by_group: (G, q) derivatives by the scaled intercepts.
        by_slope: (K + D, q) by the scaled slopes.
        by_sigma: (q,) by the scaled sigma.
    """

    values: Floats
    by_group: Floats
    by_slope: Floats
    by_sigma: Floats


@dataclass(frozen=True)
class MlOptions:
    """How coefficients are tested; explained in `tobit`.

    Raises:
        EstimationError: an option that does not exist, or that the chosen covariance would ignore.
    """

    vcov: MlVcov
    small_sample: MlSmallSample
    distribution: Distribution
    cluster: Cluster | None
    confidence_level: float

    def __post_init__(self) -> None:
        require_one_of("vcov", self.vcov, get_args(MlVcov))
        require_one_of("small_sample", self.small_sample, get_args(MlSmallSample))
        require_one_of("distribution", self.distribution, get_args(Distribution))
        require_used_cluster(self.vcov, self.cluster)
        require_level(self.confidence_level)

    @property
    def correction(self) -> MlSmallSample:
        """The correction that the covariance has."""
        return "none" if self.vcov == "unadjusted" else self.small_sample


def quantities(design: Design, intercepts: Floats, slopes: Floats, sigma: float) -> Quantities:
    """All that is reported, as functions of the scaled parameters.

    Args:
        design: the scaled problem.
        intercepts: (G,).
        slopes: (K + D,).
        sigma: standard deviation of the latent outcome around its mean.
    """
    n, k = len(design.x), design.n_regressors
    width, n_groups = design.x.shape[1], len(intercepts)
    per_unit = design.spread / design.lengths[:k]
    means = intercepts[design.groups] + design.x @ slopes

    coefficients = slopes[:k] * per_unit
    by_slope = np.zeros((width, 2 + k))
    by_slope[np.arange(k), np.arange(k)] = per_unit
    by_group = np.zeros((n_groups, 2 + k))
    by_group[:, k + 1] = design.spread * np.bincount(design.groups) / n
    # The columns have mean zero: the mean of the latent means moves with intercepts only.
    level = design.raw.mean(axis=0)
    by_slope[:k, k + 1] = -level * per_unit
    by_sigma = np.zeros(2 + k)
    by_sigma[k] = design.spread
    constant = design.center + design.spread * float(means.mean()) - float(level @ coefficients)
    parts = [np.array([*coefficients, sigma * design.spread, constant])]
    groups, inner, sigmas = [by_group], [by_slope], [by_sigma]
    for of in OF:
        for at in AT:
            f = factor(of, at, means, sigma, design.lower, design.upper)
            unit = (1.0 if of == "probability" else design.spread) / design.lengths[:k]
            scaled = slopes[:k] * unit
            parts.append(scaled * f.value)
            weights = np.bincount(design.groups, weights=f.by_index, minlength=n_groups)
            groups.append(np.outer(weights, scaled))
            own = np.outer(design.x.T @ f.by_index, scaled)
            own[np.arange(k), np.arange(k)] += f.value * unit
            inner.append(own)
            sigmas.append(scaled * f.by_sigma)
    return Quantities(
        np.concatenate(parts), np.hstack(groups), np.hstack(inner), np.concatenate(sigmas)
    )


def covariance_of(
    found: Quantities,
    design: Design,
    fit: GroupedFit,
    vcov: MlVcov,
    small_sample: MlSmallSample,
    clusters: tuple[Codes, ...],
) -> cov.Covariance:
    """Covariance of the quantities.

    Unadjusted: inverse of the observed information. Robust and clustered: sandwich, with the
    factors of Stata's ml, n/(n-1) and G/(G-1), under small_sample ``"stata"``.
    """
    theta = fit.theta
    group = found.by_group / theta
    slope = found.by_slope / theta
    # Intercepts and slopes are divided by theta, so they move when it does.
    by_theta = -(fit.intercepts @ group + fit.slopes @ slope + found.by_sigma / theta) / theta
    main = np.vstack([slope, by_theta])
    group_part, main_part = fit.information.solve(group, main)
    if vcov == "unadjusted":
        matrix = group.T @ group_part + main.T @ main_part
        df = np.full(len(matrix), np.inf)
        return cov.Covariance((matrix + matrix.T) / 2, df, 1.0, 0)
    columns = np.column_stack([design.x, -design.rows.point])
    influences = fit.row_slopes[:, None] * (group_part[design.groups] + columns @ main_part)
    influences += np.outer(design.rows.side == 0, main_part[-1] / theta)
    return of_terms(
        influences, clusters if vcov == "clustered" else (), small_sample, design.n_regressors
    )
