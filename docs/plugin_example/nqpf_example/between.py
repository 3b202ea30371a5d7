"""The numbers of a regression of means: rows of a column in, a `Fitted` out."""

from __future__ import annotations

import numpy as np

from nqpf_assets.estimation.result_rows import Fitted, ModelRow, estimates
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import student_inference
from nqpf_example.estimator import BetweenOptions


def between(design):
    """Least squares over the means of units."""
    least = design.column.options(BetweenOptions).least
    units, codes, years = np.unique(design.units, return_inverse=True, return_counts=True)
    data = np.column_stack([design.outcome, design.values(design.names), np.ones(len(codes))])
    sums = np.zeros((len(units), data.shape[1]))
    np.add.at(sums, codes, data)
    means = (sums / years[:, None])[years >= least]
    y, x = means[:, 0], means[:, 1:]
    n, k = x.shape
    if n <= k:
        raise EstimationError(f"{n} units with {least} years or more, and {k} coefficients")
    scales = np.linalg.norm(x, axis=0)
    if not scales.all() or np.linalg.matrix_rank(x / scales) < k:
        raise EstimationError("means of the regressors are made of one another")
    params = np.linalg.lstsq(x / scales, y, rcond=None)[0] / scales
    rss = float(((y - x @ params) ** 2).sum())
    covariance = (
        np.linalg.inv((x / scales).T @ (x / scales)) / np.outer(scales, scales) * rss / (n - k)
    )
    tests = student_inference(params, covariance, np.full(k, n - k), 0.95)
    used = (years >= least)[codes]
    return Fitted(
        model=ModelRow(
            effects="",
            n_obs=int(used.sum()),
            n_units=n,
            n_periods=len(np.unique(design.periods[used])),
            vcov="unadjusted",
            df_resid=float(n - k),
            df_test=float(n - k),
            rss=rss,
        ),
        terms=tuple(
            estimates(
                [*design.names, "constant"],
                params,
                tests.std_errors,
                tests.t_stats,
                tests.p_values,
                tests.conf_int,
            )
        ),
        is_in_sample=used,
    )
