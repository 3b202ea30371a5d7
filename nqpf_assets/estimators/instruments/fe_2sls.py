"""Two-stage least squares with unit effects, period effects, both, neither, or others beside them.

Here the pieces are put together: sample, coefficients, covariance, tests. Each has a module of
its own; conventions, and where programs differ, stand in docs/methods/iv.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted, verb
from nqpf_assets.estimators.instruments.covariance import (
    IvCovariance,
    IvOptions,
    IvSmallSample,
    IvVcov,
)
from nqpf_assets.estimators.instruments.identification import identification
from nqpf_assets.estimators.instruments.moments import (
    Chi2Observations,
    counts,
    partialled,
)
from nqpf_assets.estimators.instruments.report import Estimation, report
from nqpf_assets.estimators.instruments.result import FixedEffects2SLS
from nqpf_assets.estimators.instruments.sample import IvSample, iv_sample
from nqpf_assets.estimators.instruments.second_stage import second_stage
from nqpf_assets.estimators.instruments.wild_bootstrap import wild_two_stage
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import (
    Cluster,
    cluster_codes,
)
from nqpf_assets.estimators.linear.observation_weights import Kind, weights_of
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap
from nqpf_assets.estimators.linear.within import Codes


def fe_2sls(
    outcome: ArrayLike,
    endogenous: ArrayLike,
    instruments: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    endogenous_names: Sequence[str],
    instrument_names: Sequence[str],
    exogenous: ArrayLike | None = None,
    exogenous_names: Sequence[str] = (),
    effects: Sequence[str] = ("unit", "period"),
    absorbed: Sequence[Absorbed] = (),
    vcov: IvVcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: IvSmallSample = "xtreg",
    chi2_observations: Chi2Observations = "dofminus",
    confidence_level: float = 0.95,
    drop_singletons: bool = True,
    wild: WildBootstrap | None = None,
    weights: ArrayLike | None = None,
    weights_kind: Kind = "analytic",
) -> FixedEffects2SLS:
    """Instrument endogenous variables, the effects partialled out of everything.

    Args:
        outcome: (n,).
        endogenous: (n, K1) variables to be instrumented.
        instruments: (n, L1) excluded instruments, L1 >= K1; one that the effects absorb or that
            repeats others is refused by name.
        units, periods: (n,) labels; each pair once.
        endogenous_names, instrument_names, exogenous_names: of the columns.
        exogenous: (n, K2) further regressors; absorbed and collinear ones are dropped and named.
        effects: ``"unit"``, ``"period"``, both, or ``()`` for a constant.
        absorbed: further effects, codes (n,) of the rows that are given; not with a bias-reduced vcov.
        vcov: ``"clustered"``, ``"unadjusted"`` or ``"robust"``; also chooses the form of the tests. A
            bias-reduced one is of the coefficients alone: first stages and tests are as with "clustered".
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), or, with vcov ``"clustered"``, a tuple
            of two or three of these.
        small_sample: ``"xtreg"``: t and the factor of `two_way_fe`; ``"ivreg2_small"``: t and the
            factor of ivreg2 and xtivreg2 with their option small; ``"ivreg2"``: theirs without
            it, normal and no factor; ``"large_sample"``: the same, absorbed units not counted
            either, as Stata's ivregress.
        chi2_observations: what chi-squared statistics count under unit effects and unclustered
            errors: ``"dofminus"``, observations less units, as xtivreg2; ``"all"``, as fixest.
        confidence_level: of intervals and of the Anderson-Rubin set.
        drop_singletons: whether rows that are alone in their unit or period leave the sample.
        wild: p-values and intervals of the coefficients from a wild bootstrap of the clusters; the
            constant is not tested then, first stages and tests of instruments stay as they are.
        weights: (n,) positive weights of the rows, in both stages, the effects and all tests; all alike where
            left out. Not with a wild bootstrap.
        weights_kind: ``"analytic"``, ``"population"`` (not with "unadjusted") or ``"frequency"``, whose n is
            their sum; see `linear.observation_weights`.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Baum, Schaffer and Stillman (2007), Stata Journal 7(4); Schaffer (2010), xtivreg2;
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 5 and 11.
    """
    options = IvOptions(
        vcov,
        cluster,
        small_sample,
        chi2_observations,
        confidence_level,
        wild,
        None if weights is None else weights_kind,
    )
    if absorbed and options.has_own_correction:
        raise EstimationError("effects beside units and periods do not go with such errors")
    names = (tuple(endogenous_names), tuple(exogenous_names), tuple(instrument_names))
    sample = iv_sample(
        outcome,
        endogenous,
        instruments,
        units,
        periods,
        exogenous,
        names=names,
        effects=effects,
        drop_singletons=drop_singletons,
        absorbed=absorbed,
        weights=weights_of(weights, weights_kind, np.size(units)),
    )
    clusters = _clusters(sample, names[-1], options)
    k1, k2, n_instruments = len(names[0]), len(sample.exogenous), len(names[-1])
    numbers = counts(
        sample.panel.n_obs, sample.fe, k1 + k2, k2 + n_instruments, clusters, chi2_observations
    )
    model = partialled(sample, clusters, vcov == "unadjusted", numbers)
    rank = identification(model)
    kind: IvVcov = "clustered" if options.is_clustered else vcov
    covariance = IvCovariance(kind, small_sample, clusters, sample.fe, numbers, sample.copies)
    second = second_stage(sample)
    drawn = None
    if wild is not None:
        drawn = wild_two_stage(sample, second.params, clusters[0], wild, confidence_level)
    return report(Estimation(sample, model, rank, covariance, second, drawn), names, options)


def _clusters(
    sample: IvSample, instruments: tuple[str, ...], options: IvOptions
) -> tuple[Codes, ...]:
    """Codes (n,) of each key, whose clusters must be more than the instruments; none without clusters."""
    if not options.is_clustered:
        return ()
    clusters = cluster_codes(options.cluster, sample.panel, options.vcov, sample.fe.effects)
    fewest = min(int(one.max()) + 1 for one in clusters)
    if len(instruments) >= fewest:
        raise EstimationError(
            f"{counted(len(instruments), 'instruments')} ({', '.join(instruments)}) "
            f"{verb(len(instruments), 'need')} more clusters than {fewest}: use fewer "
            "instruments, or another vcov"
        )
    return clusters
