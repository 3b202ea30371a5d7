"""Fractional logit and probit: outcomes from 0 to 1, both included, by quasi-maximum likelihood.

E(y | x) = G(x b). Only this mean has to be right, whatever the distribution of y is; errors are robust or
clustered, since Bernoulli's variance does not hold. Conventions are explained in docs/methods/fractional.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.fractional.link import Link, log_likelihood
from nqpf_assets.estimators.fractional.margins import margins_of
from nqpf_assets.estimators.fractional.maximum import maximum
from nqpf_assets.estimators.fractional.result import Fractional
from nqpf_assets.estimators.linear.collinearity import independent_columns
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import Cluster, student_inference
from nqpf_assets.estimators.linear.random_effects import MEAN, design_columns, wald_of
from nqpf_assets.estimators.linear.sample import PanelSample, panel_sample
from nqpf_assets.estimators.linear.score_covariance import as_it_is, clusters_of, of_terms
from nqpf_assets.estimators.linear.within import fixed_effects


def fractional(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    link: Link = "logit",
    period_effects: bool = False,
    with_means: bool = False,
    vcov: Literal["clustered", "robust"] = "clustered",
    cluster: Cluster | None = None,
    small_sample: Literal["stata", "none"] = "stata",
    confidence_level: float = 0.95,
) -> Fractional:
    """Quasi-maximum likelihood with Bernoulli's likelihood, and average marginal effects.

    Args:
        outcome: (n,) from 0 to 1.
        regressors: (n, K); those that repeat others are dropped and named in the result.
        units, periods: (n,) labels, each pair once.
        names: the K regressors.
        link: ``"logit"`` or ``"probit"``.
        period_effects: put period dummies among the regressors.
        with_means: put the unit means of regressors that vary within units among the regressors, in place of
            unit effects, and test them (Mundlak; Papke and Wooldridge 2008).
        vcov: ``"clustered"`` or ``"robust"``.
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), or a tuple of two or three of these,
            with vcov ``"clustered"``.
        small_sample: ``"stata"``: G/(G − 1) for clustered and n/(n − 1) for robust errors; ``"none"``: as
            they are.
        confidence_level: of the intervals.

    Raises:
        EstimationError: input from which nothing can be estimated, in clear words.

    Source: Papke and Wooldridge (1996), Journal of Applied Econometrics 11(6); Papke and Wooldridge (2008),
    Journal of Econometrics 145(1–2).
    """
    sample = panel_sample(outcome, regressors, units, periods, names=names)
    _require_shares(sample)
    fe = fixed_effects(("unit",), sample.unit_codes, sample.period_codes)
    x, labels, n_terms = design_columns(sample, fe, names, period_effects, with_means)
    kept, dropped = independent_columns(x - x.mean(axis=0), x, labels)
    x, labels = x[:, kept], [labels[j] for j in kept]
    n_shown = sum(j < n_terms for j in kept)
    if not n_shown:
        raise EstimationError(f"nothing is left of {', '.join(names)}")
    if len(x) <= 1 + x.shape[1]:
        n_parameters = counted(1 + x.shape[1], "parameters")
        raise EstimationError(f"{counted(len(x), 'rows')} for {n_parameters}")
    clusters = clusters_of(cluster, sample, vcov)
    params, influences = maximum(link, sample.outcome, x)
    matrix = as_it_is(influences, clusters, small_sample)
    design = np.column_stack([x, np.ones(len(x))])
    shown = [*range(n_shown), len(params) - 1]
    made = of_terms(influences[:, shown], clusters, small_sample, n_shown)
    normal = np.full(len(shown), np.inf)
    tests = student_inference(params[shown], made.matrix, normal, confidence_level)
    own = [k for k in range(n_shown) if not (with_means and labels[k].endswith(MEAN))]
    of_means = [k for k in range(n_shown) if k not in own]
    found = log_likelihood(link, sample.outcome, design @ params)
    share = sample.outcome.mean()
    null = len(x) * (share * np.log(share) + (1 - share) * np.log1p(-share))
    return Fractional(
        names=(*labels[:n_shown], "constant"),
        params=params[shown],
        tests=tests,
        covariance=made.matrix,
        margin_names=tuple(labels[k] for k in own),
        margins=margins_of(link, design, params, matrix, own, confidence_level),
        link=link,
        effects=("period",) if period_effects else (),
        n_obs=len(x),
        n_units=fe.n_units,
        n_periods=fe.n_periods,
        n_clusters=made.n_clusters,
        is_vcov_repaired=made.is_repaired,
        n_ends=(int((sample.outcome == 0).sum()), int((sample.outcome == 1).sum())),
        log_likelihood=found,
        pseudo_r2=1 - found / float(null),
        means=wald_of(params, matrix, of_means) if with_means else None,
        is_balanced=sample.is_balanced,
        is_in_sample=sample.is_in_sample,
        dropped=tuple(
            one for one in dropped if one.name in {*names, *(f"{n}{MEAN}" for n in names)}
        ),
    )


def _require_shares(sample: PanelSample) -> None:
    y = sample.outcome
    wrong = np.flatnonzero((y < 0) | (y > 1))
    if len(wrong):
        at = wrong[0]
        unit = sample.unit_labels[sample.unit_codes[at]]
        period = sample.period_labels[sample.period_codes[at]]
        raise EstimationError(
            f"a fractional outcome lies from 0 to 1; {counted(len(wrong), 'rows')} beyond, the first "
            f"{y[at]:g} of {unit} in {period}",
            units=[unit],
            remedy="divide a percentage by 100 in a formula under `variables`; what is no share takes "
            "another estimator",
        )
    if y.min() == y.max():
        raise EstimationError(f"the outcome is {y[0]:g} in every row")
