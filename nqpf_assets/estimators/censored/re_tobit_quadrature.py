"""The likelihood of units whose random effect is integrated out, and its derivatives.

The integral is a sum over nodes; where they lie is decided in `re_tobit_nodes`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.censored.tobit_rows import Rows, RowTerms, row_terms
from nqpf_assets.estimators.linear.within import Codes, Floats


@dataclass(frozen=True)
class PanelRows:
    """A censored outcome sorted by unit.

    Attributes:
        rows: the outcome.
        x: (n, P) columns, the constant among them.
        units: (n,) codes from 0, ascending.
        starts: (N,) first row of each unit.
    """

    rows: Rows
    x: Floats
    units: Codes
    starts: Codes

    def sums(self, values: Floats) -> Floats:
        """Sums of (n, ...) values by unit."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=0), dtype=np.float64)


@dataclass(frozen=True)
class Parameters:
    """Slopes (P,) divided by sigma_e, theta = 1 / sigma_e, and alpha = sigma_u / sigma_e."""

    slopes: Floats
    theta: float
    alpha: float

    def moved(self, by: Floats) -> Parameters:
        """The parameters after a step (P + 2,)."""
        return Parameters(self.slopes + by[:-2], self.theta + by[-2], self.alpha + by[-1])


@dataclass(frozen=True)
class Nodes:
    """Where each unit's effect, standard normal before the data, is looked for.

    Attributes:
        at: (N, Q).
        log_weights: (N, Q), the prior's density at the nodes included.
    """

    at: Floats
    log_weights: Floats


@dataclass(frozen=True)
class Integrated:
    """Likelihood of the units, with its derivatives by slopes (P), theta, and alpha.

    Attributes:
        log_likelihood: of all units.
        scores: (N, P + 2).
        information: (P + 2, P + 2), minus the Hessian at these nodes.
        complete: (P + 2, P + 2), expected information were the effects known; always positive
            definite, so that it shows a way up where `information` does not.
    """

    log_likelihood: float
    scores: Floats
    information: Floats
    complete: Floats


def integrate(panel: PanelRows, params: Parameters, nodes: Nodes) -> Integrated:
    """Integrate over effects that shift a unit's index by alpha times their value.

    Source: Liu and Pierce (1994), Biometrika 81(3); Naylor and Smith (1982), Applied
    Statistics 31(3); derivatives by Fisher's and Louis' (1982, JRSS B 44(2)) identities.
    """
    terms, log_parts = at_nodes(panel, params, nodes)
    log_units, posterior = normalised(log_parts)
    observed = (panel.rows.side == 0).astype(np.float64)
    p = panel.x.shape[1]
    scores = np.empty((*nodes.at.shape, p + 2))
    for column in range(p):
        scores[:, :, column] = panel.sums(terms.slope * panel.x[:, column, None])
    by_theta = -panel.sums(terms.slope * panel.rows.point[:, None])
    scores[:, :, p] = by_theta + panel.sums(observed)[:, None] / params.theta
    scores[:, :, p + 1] = panel.sums(terms.slope) * nodes.at
    mean_scores = np.einsum("uq,uqp->up", posterior, scores)

    spread = posterior[panel.units] * terms.weight
    v = nodes.at[panel.units]
    design = np.column_stack([panel.x, -panel.rows.point])
    complete = np.empty((p + 2, p + 2))
    complete[: p + 1, : p + 1] = design.T @ (design * spread.sum(axis=1)[:, None])
    complete[p, p] += observed.sum() / params.theta**2
    complete[p + 1, : p + 1] = complete[: p + 1, p + 1] = design.T @ (spread * v).sum(axis=1)
    complete[p + 1, p + 1] = float((spread * v**2).sum())
    centred = scores - mean_scores[:, None, :]
    lost = np.einsum("uq,uqa,uqb->ab", posterior, centred, centred, optimize=True)
    log_likelihood = float(log_units.sum() + observed.sum() * np.log(params.theta))
    return Integrated(log_likelihood, mean_scores, complete - lost, complete)


def log_likelihood(panel: PanelRows, params: Parameters, nodes: Nodes) -> float:
    """The integrated log-likelihood alone."""
    log_units = normalised(at_nodes(panel, params, nodes)[1])[0]
    return float(log_units.sum() + panel.rows.n_observed * np.log(params.theta))


def at_nodes(panel: PanelRows, params: Parameters, nodes: Nodes) -> tuple[RowTerms, Floats]:
    """Row terms (n, Q), and the log of what each node adds to its unit's likelihood (N, Q)."""
    index = (panel.x @ params.slopes)[:, None] + params.alpha * nodes.at[panel.units]
    terms = row_terms(panel.rows, index, params.theta)
    return terms, panel.sums(terms.log_density) + nodes.log_weights


def normalised(log_parts: Floats) -> tuple[Floats, Floats]:
    """Log of the sums (N,), and the parts as shares (N, Q)."""
    top = log_parts.max(axis=1, keepdims=True)
    parts = np.exp(log_parts - top)
    total = parts.sum(axis=1, keepdims=True)
    return (top + np.log(total))[:, 0], parts / total
