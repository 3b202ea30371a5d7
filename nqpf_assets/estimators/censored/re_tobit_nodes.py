"""Where each unit's random effect is looked for when it is integrated out.

Two rules, both adapted to each unit's data. Nodes that stay where the prior is (non-adaptive
quadrature) miss narrow posteriors, and with them the standard errors; docs/methods/tobit.md
shows by how much. The posterior's logarithm is concave, with a curvature of at least one.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.censored.re_tobit_quadrature import (
    Nodes,
    PanelRows,
    Parameters,
    at_nodes,
    normalised,
)
from nqpf_assets.estimators.censored.tobit_rows import LOG_ROOT_2PI, row_terms
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Floats

MODE_STEPS = 100
ADAPTATIONS = 50
# Where the log posterior has fallen by this much, nothing is left in double precision.
DROP = 40.0
HALVINGS = 10


def legendre_nodes(panel: PanelRows, params: Parameters, q: int) -> Nodes:
    """Gauss-Legendre in two pieces, q / 2 nodes on each side of the mode.

    The posterior of a unit that is always censored falls off like a cliff on one side. Pieces
    that end at the mode, near which Legendre's nodes crowd, follow cliff and slope alike: 48
    nodes leave 1e-8 of log-likelihood where as many of Hermite's leave 1e-2.
    """
    points, weights = np.polynomial.legendre.leggauss(q // 2)
    mode, _ = _mode(panel, params)
    index = panel.x @ params.slopes

    def log_posterior(v: Floats) -> Floats:
        terms = row_terms(panel.rows, index + params.alpha * v[panel.units], params.theta)
        return np.asarray(panel.sums(terms.log_density) - v**2 / 2)

    floor = log_posterior(mode) - DROP
    at, logs = [], []
    for side in (-1.0, 1.0):
        # The curvature of at least one bounds the distance; halving finds it roughly.
        near, far = np.zeros_like(mode), np.full_like(mode, np.sqrt(2 * DROP))
        for _ in range(HALVINGS):
            middle = (near + far) / 2
            is_far = log_posterior(mode + side * middle) < floor
            near, far = np.where(is_far, near, middle), np.where(is_far, middle, far)
        at.append(mode[:, None] + side * far[:, None] * (points + 1) / 2)
        logs.append(np.log(weights / 2) + np.log(far)[:, None])
    nodes = np.hstack(at)
    return Nodes(nodes, np.hstack(logs) - nodes**2 / 2 - LOG_ROOT_2PI)


def hermite_nodes(panel: PanelRows, params: Parameters, q: int) -> Nodes:
    """Adaptive Gauss-Hermite: q nodes at the mean and in the spread of the effect.

    Mean-variance adaptation as in Stata's xttobit, found from the mode onwards; exact for a
    polynomial of degree 2q - 1 times a normal density.

    Source: Naylor and Smith (1982), Applied Statistics 31(3); Liu and Pierce (1994),
    Biometrika 81(3).
    """
    points, weights = np.polynomial.hermite.hermgauss(q)
    shape = np.log(weights) + points**2 + 0.5 * np.log(2.0) - LOG_ROOT_2PI
    mean, sd = _mode(panel, params)
    for _ in range(ADAPTATIONS):
        at = mean[:, None] + np.sqrt(2.0) * sd[:, None] * points
        nodes = Nodes(at, shape - at**2 / 2 + np.log(sd)[:, None])
        _, posterior = normalised(at_nodes(panel, params, nodes)[1])
        new_mean = (posterior * at).sum(axis=1)
        new_sd = np.sqrt((posterior * (at - new_mean[:, None]) ** 2).sum(axis=1))
        moved = np.maximum(np.abs(new_mean - mean), np.abs(new_sd - sd)) / sd
        mean, sd = new_mean, new_sd
        if moved.max() < 1e-9:
            break
    return nodes


def _mode(panel: PanelRows, params: Parameters) -> tuple[Floats, Floats]:
    """Mode of each unit's posterior, and the spread that its curvature there implies.

    The log posterior is concave with curvature of at least one, so its slope at zero bounds
    the distance to the mode; Newton's steps are kept inside a shrinking bracket.
    """
    index, alpha = panel.x @ params.slopes, params.alpha
    v = np.zeros(len(panel.starts))
    low, high = v, v
    for step in range(MODE_STEPS):
        terms = row_terms(panel.rows, index + alpha * v[panel.units], params.theta)
        slope = alpha * panel.sums(terms.slope) - v
        curvature = 1 + alpha**2 * panel.sums(terms.weight)
        if step == 0:
            low, high = np.minimum(slope, 0.0), np.maximum(slope, 0.0)
        low, high = np.where(slope > 0, v, low), np.where(slope < 0, v, high)
        new = v + slope / curvature
        new = np.where((new < low) | (new > high), (low + high) / 2, new)
        moved = np.abs(new - v) * np.sqrt(curvature)
        v = new
        if moved.max() < 1e-10:
            return v, 1 / np.sqrt(curvature)
    raise EstimationError("the mode of a unit's random effect was not found")
