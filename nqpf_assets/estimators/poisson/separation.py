"""Rows that regressors and effects tell apart: outcomes of zero whose expectation goes to zero without end.

Where some sum of regressors and effects is zero in all rows with an outcome above zero, and nowhere positive
in the others, the likelihood rises the farther the coefficients go along it. Such rows say nothing of what
can be estimated from the others and leave; programs that do not look report coefficients that are an
accident of when they stopped.
"""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.poisson.sample import PoissonSample, kept_rows, telling_rows

Floats = NDArray[np.float64]
APART = 1e-6
"""Of a bound of one, from which on a row is told apart: far above the rounding of linear programmes."""


def without_separated(sample: PoissonSample, *, period_effects: bool) -> tuple[PoissonSample, int]:
    """The sample without rows that are told apart, and how many they were.

    Raises:
        EstimationError: nothing is left.

    Source: Correia, Guimarães and Zylkin (2019), Verifying the existence of maximum likelihood estimates for
    generalized linear models; the linear programme is theirs.
    """
    n_separated = 0
    while True:
        panel = sample.panel
        if (panel.outcome > 0).all():
            return sample, n_separated
        apart = _separated(sample, period_effects=period_effects)
        if not apart.any():
            return sample, n_separated
        n_separated += int(apart.sum())
        left = replace(sample, panel=kept_rows(panel, ~apart))
        sample = telling_rows(left, period_effects=period_effects)


def _separated(sample: PoissonSample, *, period_effects: bool) -> NDArray[np.bool_]:
    """(n,) rows that some sum of regressors and effects tells apart."""
    from scipy import sparse
    from scipy.optimize import linprog

    panel = sample.panel
    n = len(panel.outcome)
    # Of size one, since a linear programme knows no units of measurement; effects take up the mean.
    spread = panel.regressors.std(axis=0)
    x = (panel.regressors - panel.regressors.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    codes = [panel.unit_codes, *([panel.period_codes] if period_effects else [])]
    dummies = [sparse.csr_array((np.ones(n), (np.arange(n), of))) for of in codes]
    design = sparse.hstack([sparse.csr_array(x), *dummies]).tocsr()
    is_zero = panel.outcome == 0
    zeros, others = design[is_zero], design[~is_zero]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Rows of zeros lie between 0 and 1, as far above as can be; all others are 0.
        found = linprog(
            -np.asarray(zeros.sum(axis=0)).ravel(),
            A_ub=sparse.vstack([zeros, -zeros]),
            b_ub=np.concatenate([np.ones(zeros.shape[0]), np.zeros(zeros.shape[0])]),
            A_eq=others,
            b_eq=np.zeros(others.shape[0]),
            bounds=(None, None),
            method="highs",
        )
    apart = np.zeros(n, dtype=np.bool_)
    if found.x is not None:
        apart[is_zero] = zeros @ found.x > APART
    return apart
