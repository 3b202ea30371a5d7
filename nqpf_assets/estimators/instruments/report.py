"""The result of two-stage least squares put together: inference, fit, and the tests of the instruments."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from nqpf_assets.estimators.instruments.anderson_rubin import (
    anderson_rubin,
    anderson_rubin_set,
    stock_wright,
)
from nqpf_assets.estimators.instruments.covariance import (
    IvCovariance,
    IvOptions,
    IvSmallSample,
)
from nqpf_assets.estimators.instruments.effective_f import effective_f
from nqpf_assets.estimators.instruments.first_stage import first_stages
from nqpf_assets.estimators.instruments.identification import Identification
from nqpf_assets.estimators.instruments.moments import (
    Counts,
    Partialled,
    f_test,
    quadratic,
)
from nqpf_assets.estimators.instruments.overidentification import endogeneity, overidentification
from nqpf_assets.estimators.instruments.result import FixedEffects2SLS, IvTest, TfTest
from nqpf_assets.estimators.instruments.sample import IvSample
from nqpf_assets.estimators.instruments.second_stage import SecondStage
from nqpf_assets.estimators.instruments.stock_yogo import stock_yogo
from nqpf_assets.estimators.instruments.tf_critical_values import tf_test
from nqpf_assets.estimators.linear.absorbed import ManyEffects
from nqpf_assets.estimators.linear.covariance import Covariance, without_cancelled
from nqpf_assets.estimators.linear.covariance_kinds import JACKKNIFE
from nqpf_assets.estimators.linear.cr2 import cr2
from nqpf_assets.estimators.linear.inference import (
    student_inference,
)
from nqpf_assets.estimators.linear.least_squares_result import Fit
from nqpf_assets.estimators.linear.lengths import lengths, means
from nqpf_assets.estimators.linear.regression import (
    coefficients_of,
    constant_of,
    errors_of,
    sample_of,
)
from nqpf_assets.estimators.linear.two_way_fe_result import r2_unit_within
from nqpf_assets.estimators.linear.wild_inference import WildInference, of_draws
from nqpf_assets.estimators.linear.within import Floats, tss_of_units


@dataclass(frozen=True)
class Estimation:
    """All that a result is reported from."""

    sample: IvSample
    model: Partialled
    rank: Identification
    covariance: IvCovariance
    second: SecondStage
    drawn: WildInference | None = None


def report(
    of: Estimation, names: tuple[tuple[str, ...], ...], options: IvOptions
) -> FixedEffects2SLS:
    """Inference, tests of the instruments, and what is reported of them."""
    sample, model, second, numbers = of.sample, of.model, of.second, of.covariance.numbers
    endo, inst, level = names[0], names[-1], options.confidence_level
    k1, k, params = len(endo), len(second.params), second.params
    made, constant = _inference(of, options)
    tests = student_inference(np.append(params, constant), made.matrix, made.df_inference, level)
    if of.drawn is not None:
        made, tests = of_draws(of.drawn, made, tests)
    robust_ar = anderson_rubin(model, np.zeros(k1))
    return FixedEffects2SLS(
        coefficients=coefficients_of((*endo, *sample.exogenous), params, tests, level),
        sample=sample_of(sample.panel, sample.dropped),
        errors=errors_of(made, options.vcov, _correction(options), k),
        fit=_fit(sample, second, numbers, options.small_sample),
        df_inference=made.df_inference[:k],
        constant=constant_of(constant, tests, made.df_inference, k),
        effects=sample.fe.effects,
        endogenous=endo,
        exogenous=sample.exogenous,
        instruments=inst,
        model_f=_model_f(of),
        first_stages=first_stages(sample, model, (endo, inst), of.covariance, level),
        underidentification=of.rank.underidentification,
        cragg_donald_f=_of_alike_errors(of.rank.cragg_donald_f, sample),
        kleibergen_paap_f=of.rank.kleibergen_paap_f,
        chi2_observations=options.chi2_observations,
        n_chi2=numbers.n_chi2,
        stock_yogo=stock_yogo(k1, len(inst)),
        anderson_rubin_f=robust_ar.f,
        anderson_rubin_chi2=robust_ar.chi2,
        stock_wright=stock_wright(model, _included(sample)),
        anderson_rubin_set=anderson_rubin_set(model, level) if k1 == 1 else None,
        overidentification=overidentification(model, second.residuals),
        endogeneity=endogeneity(model),
        effective_f=effective_f(model) if k1 == 1 else None,
        tf=_tf(of, float(tests.std_errors[0])) if _has_tf(of, names, options) else None,
        is_vcov_repaired=made.is_repaired,
        wild=of.drawn,
    )


def _correction(options: IvOptions) -> str:
    return options.vcov if options.has_own_correction else options.small_sample


def _has_tf(of: Estimation, names: tuple[tuple[str, ...], ...], options: IvOptions) -> bool:
    """Whether one instrument identifies one variable, and t and F have errors of one kind."""
    return len(names[0]) == len(names[-1]) == 1 and not (of.drawn or options.has_own_correction)


def _tf(of: Estimation, std_error: float) -> TfTest:
    """t beside the F of the same first stage, whose errors are of the same kind."""
    return tf_test(float(of.second.params[0]), std_error, effective_f(of.model).statistic)


def _of_alike_errors(statistic: float, sample: IvSample) -> float:
    """A statistic that takes errors to be alike; NaN with weights of a population, whose rows never are."""
    weights = sample.panel.weights
    return statistic if weights is None or weights.kind != "population" else float("nan")


def _inference(of: Estimation, options: IvOptions) -> tuple[Covariance, float]:
    """The covariance of the coefficients and, last, the constant; and the constant."""
    sample, second, numbers = of.sample, of.second, of.covariance.numbers
    # The constant is the mean of y minus x-bar'b, so its weights follow from the others'.
    of_rows, roots = sample.panel.of_rows, sample.roots
    level, total = means(sample.levels, of_rows), float(roots @ roots)
    weights = np.column_stack([second.slopes, roots / total - second.slopes @ level])
    if options.has_own_correction:
        is_jackknife = options.vcov == JACKKNIFE
        # Of what the first stage explains, whose columns the slopes combine.
        how = (second.slopes, second.residuals, of.covariance.clusters[0], sample.fe)
        scale = (weights**2).sum(axis=0) * second.rss / numbers.n
        made = without_cancelled(cr2(weights, *how, is_jackknife=is_jackknife), scale)
    else:
        made = of.covariance.make(weights, second.residuals, numbers.regressors)
    outcome = means(sample.panel.outcome[:, None], of_rows)[0]
    return made, float(outcome - level @ second.params)


def _fit(
    sample: IvSample, second: SecondStage, numbers: Counts, small_sample: IvSmallSample
) -> Fit:
    rss, y = second.rss, sample.panel.outcome[:, None]
    of_rows = sample.panel.of_rows
    length = lengths(y, means(y, of_rows), of_rows)[0]
    df_resid = numbers.n - len(second.params) - sample.fe.rank
    return Fit(
        residuals=second.residuals / sample.roots,
        rss=rss,
        df_resid=df_resid,
        sigma=_sigma(rss, numbers, df_resid, small_sample),
        r2_within=1 - rss / float(sample.y @ sample.y),
        r2_unit_within=r2_unit_within(rss, tss_of_units(y[:, 0], sample.fe), sample.fe),
        r2=1 - rss / float(length**2),
    )


def _included(sample: IvSample) -> Floats:
    """Exogenous regressors and what ivreg2 would see as such: constant, period and further effects."""
    fe, parts = sample.fe, [sample.w]
    if isinstance(fe, ManyEffects):
        return np.column_stack([*parts, fe.beside_units()])  # times roots of weights already
    if not fe.effects:
        parts.append(np.ones((len(sample.y), 1)))
    elif fe.effects == ("period",):
        parts.append((fe.period_codes[:, None] == np.arange(fe.n_periods)).astype(np.float64))
    elif "period" in fe.effects:
        parts.append(fe.carried_dummies())
    return np.column_stack([parts[0], *(one * sample.roots[:, None] for one in parts[1:])])


def _sigma(rss: float, numbers: Counts, df_resid: int, small_sample: IvSmallSample) -> float:
    large = {"ivreg2": numbers.n - numbers.absorbed, "large_sample": numbers.n}
    df = large.get(small_sample, df_resid)
    return float(np.sqrt(rss / df))


def _model_f(of: Estimation) -> IvTest:
    """All coefficients but the constant are zero."""
    covariance, numbers, k = of.covariance, of.covariance.numbers, len(of.second.params)
    raw = replace(covariance, small_sample="ivreg2_small")
    made = raw.make(of.second.slopes, of.second.residuals, numbers.regressors)
    wald = quadratic(of.second.params, made.matrix)
    df = numbers.n - numbers.regressors - numbers.absorbed
    if numbers.clusters is not None:
        df = numbers.clusters - 1
    return f_test("all coefficients", wald / k, k, df)
