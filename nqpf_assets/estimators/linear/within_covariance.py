"""The covariance of a least-squares fit with fixed effects, of every kind that `options.vcov` names.

The kinds themselves have modules of their own; here they are given the rows of the fit, the constant among
the coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nqpf_assets.estimators.linear import covariance as cov
from nqpf_assets.estimators.linear.counted_parameters import counted_parameters
from nqpf_assets.estimators.linear.cr2 import cr2
from nqpf_assets.estimators.linear.lengths import means
from nqpf_assets.estimators.linear.linearmodels_covariance import linearmodels_clustered
from nqpf_assets.estimators.linear.long_panel import LongFit
from nqpf_assets.estimators.linear.newey_west import newey_west
from nqpf_assets.estimators.linear.options import LeastSquaresOptions
from nqpf_assets.estimators.linear.summed_fit import SummedFit
from nqpf_assets.estimators.linear.within import Codes, Floats
from nqpf_assets.estimators.linear.within_fit import WithinFit


def covariance_of_fit(
    fit: WithinFit, options: LeastSquaresOptions, clusters: Sequence[Codes]
) -> cov.Covariance:
    """Of the coefficients and, last, the constant. The fit's demeaned columns are used up."""
    x, fe, bread = fit.x, fit.fe, fit.solved.bread
    n, k, of_rows = fit.sample.n_obs, x.shape[1], fit.sample.of_rows
    # At millions of rows another matrix costs more than the arithmetic: rows are weighed where they are.
    rows = fit.demeaned
    rows[:, 0] = 1.0 if of_rows is None else np.sqrt(of_rows)
    # The constant is the mean of y minus x-bar'b, so its weights follow from the others'.
    weighing = np.zeros((k + 1, k + 1))
    weighing[0, k] = 1 / (n if of_rows is None else of_rows.sum())
    weighing[1:] = np.column_stack([bread, -bread @ means(x, of_rows)])
    products = weighing.T @ (rows.T @ rows) @ weighing
    unrelated = np.diag(products) * fit.solved.rss / n
    if options.vcov == "unadjusted":
        made = cov.of_equal_errors(products, n, fit.solved.rss, k + fe.rank, options.small_sample)
    elif options.vcov in ("cr2", "cr3"):
        made = cr2(
            rows @ weighing,
            rows[:, 1:],
            fit.solved.residuals,
            clusters[0],
            fe,
            is_jackknife=options.vcov == "cr3",
        )
    elif options.vcov == "linearmodels":
        made = linearmodels_clustered(fit.sample.outcome, x, fe, clusters)
    else:
        rows *= fit.errors[:, None]
        made = _from_scores(rows, weighing, fit, options, clusters)
    if options.small_sample == "large_sample":
        made = replace(made, df_inference=np.full(k + 1, np.inf))
    return cov.without_cancelled(made, np.full(k + 1, np.inf) if fit.is_exact else unrelated)


def covariance_of_long_fit(
    fit: LongFit | SummedFit, options: LeastSquaresOptions
) -> cov.Covariance:
    """The same of a fit whose rows were summed as they were read, or where they lie."""
    fe, bread, n, k = fit.fe, fit.bread, fit.sample.n_obs, len(fit.params)
    weighing = np.zeros((k + 1, k + 1))
    weighing[0, k] = 1 / n
    weighing[1:] = np.column_stack([bread, -bread @ fit.means[1:]])
    rows = np.zeros((k + 1, k + 1))
    rows[0, 0], rows[1:, 1:] = n, fit.of_regressors
    products = weighing.T @ rows @ weighing
    is_large = options.small_sample == "large_sample"
    small_sample = "none" if is_large else options.small_sample
    every = k + fe.rank
    if options.vcov == "unadjusted":
        made = cov.of_equal_errors(products, n, fit.rss, every, options.small_sample)
    elif options.vcov == "robust":
        made = cov.of_squares(fit.squares, n, every, small_sample, weighing)
    else:
        counted = k if small_sample == "plm" else fit.counted_parameters
        made = cov.of_cluster_products(
            fit.of_clusters, fit.n_clusters, n, counted, small_sample, weighing
        )
    if is_large:
        made = replace(made, df_inference=np.full(k + 1, np.inf))
    return cov.without_cancelled(made, np.diag(products) * fit.rss / n)


def _from_scores(
    scores: Floats,
    weighing: Floats,
    fit: WithinFit,
    options: LeastSquaresOptions,
    clusters: Sequence[Codes],
) -> cov.Covariance:
    """The covariance of that name, made from the rows' scores."""
    fe, small_sample = fit.fe, options.small_sample
    if small_sample == "large_sample":
        small_sample = "none"
    k = scores.shape[1] - 1
    every, n = k + fe.rank, fit.sample.n_obs
    if options.vcov == "robust":
        weights = fit.sample.weights
        if weights is not None and weights.copies is not None:
            # As many squares as there are copies, and no square of their sum.
            scores /= np.sqrt(weights.copies)[:, None]
        return cov.robust(scores, every, small_sample, weighing, n)
    if options.vcov == "driscoll_kraay":
        periods = fe.period_codes
        return cov.driscoll_kraay(scores, periods, options.lags, every, small_sample, weighing)
    if options.vcov == "newey_west":
        at = (fe.unit_codes, fe.period_codes)
        return newey_west(scores, *at, options.lags, every, small_sample, weighing)
    counted = k if small_sample == "plm" else counted_parameters(k, fe, clusters)
    return cov.clustered(scores, clusters, counted, small_sample, weighing, n)
