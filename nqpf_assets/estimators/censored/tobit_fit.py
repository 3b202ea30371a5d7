"""Maximum likelihood of a censored regression with one intercept per group.

Newton's method on Olsen's globally concave log-likelihood. Every row has one group intercept,
so the information matrix is an arrow: diagonal in the groups, dense in the few other
parameters. Thousands of unit effects cost no more than their sums.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.censored.tobit_rows import Rows, RowTerms, row_terms
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums

MAX_STEPS = 200
# Half the decrement estimates the distance to the maximum in log-likelihood; Newton squares
# it, so the step taken from here ends at rounding.
CLOSE = 1e-10


@dataclass(frozen=True)
class Information:
    """Minus the Hessian: arrow with (G,) diagonal, (G, P) border and (P, P) corner."""

    diagonal: Floats
    border: Floats
    corner: Floats

    def solve(self, group: Floats, main: Floats) -> tuple[Floats, Floats]:
        """Inverse times a vector or matrix given in its (G, q) and (P, q) parts."""
        weighted = self.border / self.diagonal[:, None]
        schur = self.corner - self.border.T @ weighted
        scale = 1 / np.sqrt(np.diag(schur))
        right = main - weighted.T @ group
        solved = np.linalg.solve(schur * np.outer(scale, scale), (right.T * scale).T)
        solved = (solved.T * scale).T
        diagonal = self.diagonal if group.ndim == 1 else self.diagonal[:, None]
        return (group - self.border @ solved) / diagonal, solved


@dataclass(frozen=True)
class GroupedFit:
    """The maximum: G group intercepts, and P main parameters of which theta is the last.

    Attributes:
        intercepts: (G,), divided by sigma.
        slopes: (P - 1,), divided by sigma.
        theta: 1 / sigma.
        log_likelihood: at the maximum.
        information: at the maximum.
        row_slopes: (n,) derivative of each row's log density with respect to its index.
        n_steps: Newton steps taken.
    """

    intercepts: Floats
    slopes: Floats
    theta: float
    log_likelihood: float
    information: Information
    row_slopes: Floats
    n_steps: int


def fit_grouped(rows: Rows, x: Floats, groups: Codes) -> GroupedFit:
    """Maximise over group intercepts, slopes and theta.

    Args:
        rows: the censored outcome, brought near mean 0 and spread 1.
        x: (n, K) columns of about unit length, independent of each other and of the groups.
        groups: (n,) codes from 0 without gaps.

    Raises:
        EstimationError: when Newton's method finds no maximum.

    Source: Olsen (1978), Econometrica 46(5); Tobin (1958), Econometrica 26(1).
    """
    n_groups = int(groups.max()) + 1
    design = np.column_stack([x, -rows.point])
    means = group_sums(rows.point[:, None], groups, n_groups)[:, 0] / np.bincount(groups)
    slopes = np.linalg.lstsq(x, rows.point - means[groups], rcond=None)[0]
    spread = float(np.std(rows.point - means[groups] - x @ slopes))
    theta = 1 / max(spread, 1e-3)
    intercepts, main = means * theta, np.append(slopes * theta, theta)
    value, terms = _evaluate(rows, design, groups, intercepts, main)
    for step in range(1, MAX_STEPS + 1):
        information = _information(rows, design, groups, n_groups, terms, float(main[-1]))
        group_gradient = group_sums(terms.slope[:, None], groups, n_groups)[:, 0]
        main_gradient = design.T @ terms.slope
        main_gradient[-1] += rows.n_observed / main[-1]
        d_group, d_main = information.solve(group_gradient, main_gradient)
        decrement = float(group_gradient @ d_group + main_gradient @ d_main)
        if not np.isfinite(decrement):
            break
        length = 1.0
        while length > 1e-12:
            new = (intercepts + length * d_group, main + length * d_main)
            if new[1][-1] > 0:
                new_value, new_terms = _evaluate(rows, design, groups, *new)
                # Near the maximum rounding decides whether the value still rises.
                if decrement < CLOSE or new_value >= value + 1e-4 * length * decrement:
                    break
            length /= 2
        else:
            break
        intercepts, main, value, terms = *new, new_value, new_terms
        if decrement < CLOSE:
            information = _information(rows, design, groups, n_groups, terms, float(main[-1]))
            return GroupedFit(
                intercepts, main[:-1], float(main[-1]), value, information, terms.slope, step
            )
    raise EstimationError("the Tobit likelihood has no maximum that Newton's method can find")


def _evaluate(
    rows: Rows, design: Floats, groups: Codes, intercepts: Floats, main: Floats
) -> tuple[float, RowTerms]:
    theta = float(main[-1])
    terms = row_terms(rows, intercepts[groups] + design[:, :-1] @ main[:-1], theta)
    return float(terms.log_density.sum() + rows.n_observed * np.log(theta)), terms


def _information(
    rows: Rows, design: Floats, groups: Codes, n_groups: int, terms: RowTerms, theta: float
) -> Information:
    weighted = design * terms.weight[:, None]
    corner = design.T @ weighted
    corner[-1, -1] += rows.n_observed / theta**2
    # A group far in its tail has no curvature left for the moment; the step stays finite.
    diagonal = np.maximum(np.bincount(groups, weights=terms.weight, minlength=n_groups), 1e-12)
    return Information(diagonal, group_sums(weighted, groups, n_groups), corner)
