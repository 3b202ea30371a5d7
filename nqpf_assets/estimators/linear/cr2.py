"""Bias-reduced clustered standard errors for few clusters, with degrees of freedom to match.

CR2 of Bell and McCaffrey with Satterthwaite degrees of freedom, working model of equal
variances, as R's clubSandwich computes it when all effects belong to the design; and CR3, the
same with the whole inverse in place of its root, which is the jackknife of clusters.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.linear.cluster_parts import ClusterParts
from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats, group_sums


def cr2(
    weights: Floats,
    within: Floats,
    residuals: Floats,
    clusters: Codes,
    fe: FixedEffects,
    *,
    is_jackknife: bool = False,
) -> Covariance:
    """CR2 covariance of P terms, each with its own degrees of freedom; or CR3.

    Args:
        weights: (n, P) derivative of each term with respect to each outcome.
        within: (n, K) regressors with all effects removed.
        residuals: (n,).
        clusters: (n,) codes; every unit lies in one cluster when there are unit effects, as `cluster_codes`
            sees to, for then the unit effects can be left out of the adjustment (Pustejovsky and Tipton
            2018, theorem 2) and only regressors and period effects shape it.
        fe: the effects.
        is_jackknife: CR3: the sum of squares of what each coefficient changes by when a cluster is
            left out, without the factor (G - 1)/G that CV3 of other programs has.

    Source: Bell and McCaffrey (2002), Survey Methodology 28(2); Pustejovsky and Tipton (2018),
    JBES 36(4).
    """
    design = _design(within, fe)
    if "unit" in fe.effects:
        # Residuals add up to zero within units: what is constant there carries no error.
        means = group_sums(weights, fe.unit_codes, fe.n_units)
        means = means / np.bincount(fe.unit_codes)[:, None]
        weights = weights - means[fe.unit_codes]
    n_parameters = within.shape[1] + fe.rank
    return adjusted(weights, design, residuals, clusters, n_parameters, is_jackknife=is_jackknife)


def adjusted(
    weights: Floats,
    design: Floats,
    residuals: Floats,
    clusters: Codes,
    n_parameters: int,
    *,
    is_jackknife: bool,
) -> Covariance:
    """The same of a regression whose columns are all in `design` (n, K), in any combination of them."""
    g_count = int(clusters.max()) + 1
    if g_count < 2:
        raise EstimationError("clustered standard errors need two or more clusters")
    # Columns on one scale first: the inverse is then as good as the data allow.
    design = design / np.linalg.norm(design, axis=0)
    inverse = np.asarray(np.linalg.inv(design.T @ design), dtype=np.float64)
    p = weights.shape[1]
    added = np.zeros((g_count, p))
    own = np.zeros((g_count, p, p))
    projected = np.zeros((g_count, p, design.shape[1]))
    for g in range(g_count):
        rows = clusters == g
        u = design[rows]
        block = np.eye(len(u)) - u @ inverse @ u.T
        values, vectors = np.linalg.eigh((block + block.T) / 2)
        # Zero where the cluster determines a parameter alone: pseudo-inverse there.
        positive = values > 1e-10
        root = np.zeros_like(values)
        root[positive] = values[positive] ** (-1.0 if is_jackknife else -0.5)
        q = ((vectors * root) @ vectors.T) @ weights[rows]
        added[g] = q.T @ residuals[rows]
        own[g] = q.T @ q
        projected[g] = q.T @ u
    parts = ClusterParts(added, own, projected, inverse)
    return Covariance(parts.matrix, parts.df, float("nan"), n_parameters, (g_count,), parts=parts)


def _design(within: Floats, fe: FixedEffects) -> Floats:
    """Columns that the adjustment must know besides the effects absorbed inside clusters."""
    n = len(within)
    if "unit" in fe.effects:
        carried = fe.carried_dummies() if "period" in fe.effects else np.empty((n, 0))
    elif fe.effects:
        carried = (fe.period_codes[:, None] == np.arange(fe.n_periods)).astype(np.float64)
    else:
        carried = np.ones((n, 1))
    return np.column_stack([within, carried])
