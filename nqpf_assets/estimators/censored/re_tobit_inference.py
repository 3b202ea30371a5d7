"""Covariances of what a random-effects Tobit reports, and whether its nodes suffice.

The quantities are those of the Tobit, with the two standard deviations and the share of the
units in place of one sigma.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.censored.re_tobit_fit import RandomFit, fit_random
from nqpf_assets.estimators.censored.re_tobit_nodes import hermite_nodes, legendre_nodes
from nqpf_assets.estimators.censored.re_tobit_quadrature import PanelRows, Parameters
from nqpf_assets.estimators.censored.re_tobit_result import NodeCheck
from nqpf_assets.estimators.censored.tobit_design import Design
from nqpf_assets.estimators.censored.tobit_inference import MlSmallSample, MlVcov, quantities
from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes, Floats

LEGENDRE_NODES = 48
# Nodes are doubled until this little changes, in standard errors, and in log-likelihood; a unit that is
# always censored needs the more, the greater its effects are beside the other errors.
SETTLED = 1e-6
SETTLED_LOG_LIKELIHOOD = 1e-8
MOST_NODES = 768
# What a rule may hide, in either: a thousandth of a standard error is no digit that anybody prints.
STABLE = 1e-3


@dataclass(frozen=True)
class RandomQuantities:
    """q numbers in the data's own units, and their gradients (P + 2, q).

    The order is: K coefficients, sigma_u, sigma_e, rho, constant, marginal effects.
    """

    values: Floats
    gradients: Floats


def random_quantities(design: Design, params: Parameters) -> RandomQuantities:
    """All that is reported, as functions of slopes (constant last), theta and alpha."""
    k, theta, alpha = design.n_regressors, params.theta, params.alpha
    root = np.sqrt(1 + alpha**2)
    natural = params.slopes / theta
    plain = quantities(design, natural[-1:], natural[:-1], root / theta)
    inner = np.vstack([plain.by_slope, plain.by_group])
    by_theta = -(natural @ inner + plain.by_sigma * root / theta) / theta
    gradients = np.vstack([inner / theta, by_theta, plain.by_sigma * alpha / (root * theta)])
    p = len(natural)
    components = np.zeros((p + 2, 3))
    components[p] = [-alpha / theta**2 * design.spread, -1 / theta**2 * design.spread, 0.0]
    components[p + 1] = [design.spread / theta, 0.0, 2 * alpha / root**4]
    values = [alpha / theta * design.spread, design.spread / theta, alpha**2 / root**2]
    # One sigma, at place k, gives way to the three.
    return RandomQuantities(
        np.concatenate([plain.values[:k], values, plain.values[k + 1 :]]),
        np.hstack([gradients[:, :k], components, gradients[:, k + 1 :]]),
    )


def random_covariance(
    gradients: Floats,
    fit: RandomFit,
    vcov: MlVcov,
    small_sample: MlSmallSample,
    clusters: tuple[Codes, ...],
    n_slopes: int,
) -> cov.Covariance:
    """Covariance of the quantities.

    Args:
        gradients: (P + 2, q).
        fit: the maximum.
        vcov: ``"unadjusted"``, or a sandwich of the units' scores.
        small_sample: ``"stata"`` for G/(G-1).
        clusters: (N,) cluster of each unit, of each key.
        n_slopes: quantities from the first on that are coefficients.
    """
    information = fit.integrated.information
    scale = 1 / np.sqrt(np.abs(np.diag(information)))
    scaled = information * np.outer(scale, scale)
    if np.linalg.eigvalsh(scaled).min() <= 1e-10:
        raise EstimationError("the random-effects Tobit is not identified from these data")
    solved = scale[:, None] * np.linalg.solve(scaled, scale[:, None] * gradients)
    if vcov == "unadjusted":
        matrix = gradients.T @ solved
        return cov.Covariance((matrix + matrix.T) / 2, np.full(len(matrix), np.inf), 1.0, 0)
    correction = "xtreg" if small_sample == "stata" else "none"
    influences = fit.integrated.scores @ solved
    return cov.clustered(influences, clusters, 1, correction, n_slopes=n_slopes)


def fit_checked(
    panel: PanelRows, design: Design, start: Parameters, nodes: int | None
) -> tuple[RandomFit, NodeCheck]:
    """The maximum, and what a finer quadrature would change.

    Args:
        panel: the data.
        design: to express changes in the data's units.
        start: where to begin.
        nodes: None for the two-piece Gauss-Legendre rule, with as many nodes as settle it; a number
            for adaptive Gauss-Hermite with that many nodes.
    """
    rule, used = "legendre", LEGENDRE_NODES
    fit = fit_random(panel, start, legendre_nodes, used)
    fine = fit_random(panel, fit.params, legendre_nodes, 2 * used)
    while not _is_settled(*_change(design, fit, fine)) and 4 * used <= MOST_NODES:
        used *= 2
        fit, fine = fine, fit_random(panel, fine.params, legendre_nodes, 2 * used)
    finer = 2 * used
    if nodes is not None:
        rule, used = "hermite", nodes
        try:
            fit = fit_random(panel, fit.params, hermite_nodes, nodes)
        except EstimationError as error:
            raise EstimationError(
                f"adaptive Gauss-Hermite quadrature with {counted(nodes, 'nodes')} is too coarse for these "
                "data; leave nodes out, or ask for more"
            ) from error
    change, gain = _change(design, fit, fine)
    is_stable = change < STABLE and abs(gain) < STABLE
    return fit, NodeCheck(rule, used, finer, gain, change, is_stable)


def _is_settled(change: float, gain: float) -> bool:
    return change < SETTLED and abs(gain) < SETTLED_LOG_LIKELIHOOD


def _change(design: Design, fit: RandomFit, fine: RandomFit) -> tuple[float, float]:
    before, after = (random_quantities(design, f.params) for f in (fit, fine))
    reported = slice(0, design.n_regressors + 2)
    covariance = random_covariance(
        after.gradients[:, reported], fine, "unadjusted", "none", (), design.n_regressors
    )
    errors = np.sqrt(np.diag(covariance.matrix))
    moved = np.abs(after.values[reported] - before.values[reported]) / errors
    gain = fine.integrated.log_likelihood - fit.integrated.log_likelihood
    return float(moved.max()), float(gain)
