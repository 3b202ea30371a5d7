"""Two-stage least squares with unit effects, period effects, both, or neither.

Here the pieces are put together: sample, coefficients, covariance, tests. Each has a module of
its own; conventions, and where programs differ, stand in docs/methods/iv.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.instruments.anderson_rubin import (
    anderson_rubin,
    anderson_rubin_set,
    stock_wright,
)
from nqpf_assets.estimators.instruments.covariance import (
    IvCovariance,
    IvSmallSample,
    IvVcov,
    check_iv_options,
)
from nqpf_assets.estimators.instruments.first_stage import first_stages
from nqpf_assets.estimators.instruments.identification import identification
from nqpf_assets.estimators.instruments.moments import (
    Chi2Observations,
    Counts,
    counts,
    f_test,
    partialled,
    quadratic,
)
from nqpf_assets.estimators.instruments.overidentification import endogeneity, overidentification
from nqpf_assets.estimators.instruments.result import FixedEffects2SLS, IvTest
from nqpf_assets.estimators.instruments.sample import IvSample, iv_sample
from nqpf_assets.estimators.instruments.stock_yogo import stock_yogo
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import (
    Cluster,
    cluster_codes,
    student_inference,
)
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.least_squares_result import Fit
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.two_way_fe_result import r2_unit_within
from nqpf_assets.estimators.linear.within import Floats


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
    vcov: IvVcov = "clustered",
    cluster: Cluster | None = None,
    small_sample: IvSmallSample = "xtreg",
    chi2_observations: Chi2Observations = "dofminus",
    confidence_level: float = 0.95,
    drop_singletons: bool = True,
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
        vcov: ``"clustered"``, ``"unadjusted"`` or ``"robust"``; also chooses the form of the tests.
        cluster: ``"unit"`` (default), ``"period"`` or an array (n,), with vcov ``"clustered"``.
        small_sample: ``"xtreg"``: t and the factor of `two_way_fe`; ``"ivreg2_small"``: t and the
            factor of ivreg2 and xtivreg2 with their option small; ``"ivreg2"``: theirs without
            it, normal and no factor.
        chi2_observations: what chi-squared statistics count under unit effects and unclustered
            errors: ``"dofminus"``, observations less units, as xtivreg2; ``"all"``, as fixest.
        confidence_level: of intervals and of the Anderson-Rubin set.
        drop_singletons: whether rows that are alone in their unit or period leave the sample.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Baum, Schaffer and Stillman (2007), Stata Journal 7(4); Schaffer (2010), xtivreg2;
    Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 5 and 11.
    """
    check_iv_options(vcov, small_sample, cluster, confidence_level)
    endo, inst = tuple(endogenous_names), tuple(instrument_names)
    sample = iv_sample(
        outcome,
        endogenous,
        instruments,
        units,
        periods,
        exogenous,
        names=(endo, tuple(exogenous_names), inst),
        effects=effects,
        drop_singletons=drop_singletons,
    )
    fe, k1, k2 = sample.fe, len(endo), len(sample.exogenous)
    clusters = cluster_codes(cluster, sample.panel, vcov)[0] if vcov == "clustered" else None
    if clusters is not None and len(inst) >= int(clusters.max()) + 1:
        raise EstimationError(
            f"{len(inst)} instruments ({', '.join(inst)}) need more clusters than "
            f"{int(clusters.max()) + 1}: use fewer instruments, or another vcov"
        )
    n = len(sample.y)
    numbers = counts(n, fe, k1 + k2, k2 + len(inst), clusters, chi2_observations)
    model = partialled(
        sample.y, sample.x, sample.w, sample.z, clusters, vcov == "unadjusted", numbers
    )
    rank = identification(model)

    design = np.column_stack([sample.x, sample.w])
    first = np.column_stack([sample.z, sample.w])
    fitted = _projected(sample.x, first)
    second = least_squares(sample.y, np.column_stack([fitted, sample.w]))
    params = second.params
    residuals = sample.y - design @ params
    rss, tss_within = float(residuals @ residuals), float(sample.y @ sample.y)
    if rss <= 1e-20 * tss_within:
        raise EstimationError("regressors and effects reproduce the outcome exactly")

    # The constant is the mean of y minus x-bar'b, so its weights follow from the others'.
    slopes = np.column_stack([fitted, sample.w]) @ second.bread
    level = sample.levels.mean(axis=0)
    covariance = IvCovariance(vcov, small_sample, clusters, fe, numbers)
    weights = np.column_stack([slopes, 1 / n - slopes @ level])
    made = covariance.make(weights, residuals, numbers.regressors)
    y = sample.panel.outcome
    constant = float(y.mean() - level @ params)
    tests = student_inference(
        np.append(params, constant), made.matrix, made.df_inference, confidence_level
    )
    k = k1 + k2
    raw = IvCovariance(vcov, "ivreg2_small", clusters, fe, numbers)
    wald = quadratic(params, raw.make(slopes, residuals, numbers.regressors).matrix)
    df_resid = n - k - fe.rank
    robust_ar = anderson_rubin(model, np.zeros(k1))
    return FixedEffects2SLS(
        coefficients=coefficients_of((*endo, *sample.exogenous), params, tests, confidence_level),
        sample=sample_of(sample.panel, sample.dropped),
        errors=errors_of(made, vcov, small_sample, k),
        fit=Fit(
            residuals=residuals,
            rss=rss,
            df_resid=df_resid,
            sigma=_sigma(rss, numbers, df_resid, small_sample),
            r2_within=1 - rss / tss_within,
            r2_unit_within=r2_unit_within(y, rss, fe),
            r2=1 - rss / float(((y - y.mean()) ** 2).sum()),
        ),
        df_inference=made.df_inference[:k],
        constant=constant_of(constant, tests, made.df_inference, k),
        effects=fe.effects,
        endogenous=endo,
        exogenous=sample.exogenous,
        instruments=inst,
        model_f=_model_f(wald, k, numbers),
        first_stages=first_stages(sample, model, (endo, inst), covariance, confidence_level),
        underidentification=rank.underidentification,
        cragg_donald_f=rank.cragg_donald_f,
        kleibergen_paap_f=rank.kleibergen_paap_f,
        chi2_observations=chi2_observations,
        n_chi2=numbers.n_chi2,
        stock_yogo=stock_yogo(k1, len(inst)),
        anderson_rubin_f=robust_ar.f,
        anderson_rubin_chi2=robust_ar.chi2,
        stock_wright=stock_wright(model, _included(sample)),
        anderson_rubin_set=anderson_rubin_set(model, confidence_level) if k1 == 1 else None,
        overidentification=overidentification(model, residuals),
        endogeneity=endogeneity(model),
    )


def _projected(x: Floats, first: Floats) -> Floats:
    """What the first stage explains of the endogenous variables."""
    basis = np.linalg.qr(first / np.linalg.norm(first, axis=0))[0]
    return np.asarray(basis @ (basis.T @ x), dtype=np.float64)


def _included(sample: IvSample) -> Floats:
    """Exogenous regressors and what ivreg2 would see as such: constant or period effects."""
    fe, parts = sample.fe, [sample.w]
    if not fe.effects:
        parts.append(np.ones((len(sample.y), 1)))
    elif fe.effects == ("period",):
        parts.append((fe.period_codes[:, None] == np.arange(fe.n_periods)).astype(np.float64))
    elif "period" in fe.effects:
        parts.append(fe.carried_dummies())
    return np.column_stack(parts)


def _sigma(rss: float, numbers: Counts, df_resid: int, small_sample: IvSmallSample) -> float:
    df = numbers.n - numbers.absorbed if small_sample == "ivreg2" else df_resid
    return float(np.sqrt(rss / df))


def _model_f(wald: float, k: int, numbers: Counts) -> IvTest:
    df = numbers.n - numbers.regressors - numbers.absorbed
    if numbers.clusters is not None:
        df = numbers.clusters - 1
    return f_test("all coefficients", wald / k, k, df)
