"""Where Bernoulli's quasi-likelihood of shares is highest, and what each row adds to the errors there."""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.fractional.link import Link, log_likelihood, means
from nqpf_assets.estimators.fractional.separation import separated
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Floats

MOST_STEPS = 100
"""Scoring steps; from zero ten are many."""
GAIN = 1e-18
"""Decrement of a step over the number of rows, at which no digit of a coefficient changes."""


def maximum(link: Link, y: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Coefficients (K + 1,) of regressors and constant, and the rows' influences (n, K + 1) on them.

    Args:
        y: (n,) from 0 to 1; x: (n, K) that do not repeat each other.

    Raises:
        EstimationError: there is no maximum.
    """
    # Centred and of equal size, so that steps and their end know no units of measurement.
    centre, spread = x.mean(axis=0), x.std(axis=0)
    design = np.column_stack([(x - centre) / spread, np.ones(len(x))])
    if n := int(separated(y, design).sum()):
        raise EstimationError(
            f"regressors tell {counted(n, 'rows')} with an outcome of 0 or 1 from all others: their expected "
            "outcome has no end but 0 or 1"
        )
    solved = _solved(link, y, design)
    inner = _influences(link, y, design, solved)
    back = np.diag(np.append(1 / spread, 1.0))
    back[-1, :-1] = -centre / spread
    return back @ solved, inner @ back.T


def _solved(link: Link, y: Floats, design: Floats) -> Floats:
    """(P,) by scoring: steps along the expected information, halved where they lead down."""
    b = np.zeros(design.shape[1])
    value = log_likelihood(link, y, design @ b)
    for _ in range(MOST_STEPS):
        at = means(link, design @ b)
        gradient = design.T @ (at.score * (y - at.mean))
        step = np.linalg.solve(design.T @ (design * at.weights[:, None]), gradient)
        gain = float(gradient @ step)
        size = 1.0
        while size > 1e-10:
            tried = log_likelihood(link, y, design @ (b + size * step))
            if tried >= value - 1e-12 * abs(value):
                break
            size /= 2
        b, value = b + size * step, tried
        if gain <= GAIN * len(y):
            return b
    raise EstimationError("the likelihood has no maximum that its steps come to")


def _influences(link: Link, y: Floats, design: Floats, b: Floats) -> Floats:
    """(n, P) scores of the rows times the inverse of the expected information."""
    at = means(link, design @ b)
    bread = np.asarray(np.linalg.inv(design.T @ (design * at.weights[:, None])))
    scores = design * (at.score * (y - at.mean))[:, None]
    return np.asarray(scores @ bread)
