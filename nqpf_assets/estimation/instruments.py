"""Two-stage least squares with fixed effects as a column, with the tests of its instruments."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import (
    alone_in_others,
    cluster_counts,
    repaired_words,
    vcov_words,
    weights_words,
)
from nqpf_assets.estimation.result_rows import Estimate, Fitted, ModelRow, Test, estimates, terms_of
from nqpf_assets.estimation.wild_bootstrap import bounded, wild_words
from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.effects import own_effects
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions

RULE_OF_THUMB = 10.0
"""F of a first stage below which instruments are called weak (Staiger and Stock 1997)."""

LEVEL = 0.05
WORDS = {
    "underidentification": "the test of underidentification",
    "stock_wright": "Stock and Wright's S",
    "overidentification": "Hansen's J",
    "endogeneity": "the test of endogeneity",
}
SCORE_TESTS = tuple(WORDS)
"""Tests of scores summed by cluster, which so many clusters bound."""

if TYPE_CHECKING:
    from nqpf_assets.estimators.instruments.result import FixedEffects2SLS, IvTest


def fit_instruments(design: Design) -> Fitted:
    """The regressors named as endogenous are instrumented; all others instrument themselves."""
    from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls

    column, options = design.column, design.column.options(InstrumentOptions)
    exogenous = [name for name in design.names if name not in options.endogenous]
    result = fe_2sls(
        design.outcome,
        design.values(options.endogenous),
        design.values(options.instruments),
        design.units,
        design.periods,
        endogenous_names=options.endogenous,
        instrument_names=options.instruments,
        exogenous=design.values(exogenous) if exogenous else None,
        exogenous_names=exogenous,
        effects=own_effects(column.effects),
        absorbed=design.absorbed,
        vcov="clustered" if design.wild else column.vcov.type,  # type: ignore[arg-type]
        wild=design.wild,
        cluster=design.cluster,
        chi2_observations=options.chi2_observations,
        drop_singletons=column.drop_singletons,
        **design.correction,
        **design.weighing,
    )
    drawn = wild_words(result.wild, result.names) if result.wild else ()
    return Fitted(
        model=_model(design, result),
        terms=bounded(terms_of(result)),
        effects=tuple(_first_stages(result)),
        tests=(*_tests(design, result), *cluster_counts(column, result)),
        is_in_sample=result.is_in_sample,
        dropped=(
            *(f"{one.name}: {one.reason}" for one in result.dropped),
            *(f"unit {label}: alone" for label in result.singleton_units),
            *(f"period {label}: alone" for label in result.singleton_periods),
            *alone_in_others(design, result),
        ),
        notes=(
            *weights_words(design, result),
            *_words(result, is_clipped=bool(design.clip.cuts)),
            *drawn,
        ),
    )


def _model(design: Design, result: FixedEffects2SLS) -> ModelRow:
    df_test = float(min(result.df_inference))  # NaN where draws test
    return ModelRow(
        effects=", ".join(result.effects),
        n_obs=result.n_obs,
        n_units=result.n_units,
        n_periods=result.n_periods,
        vcov=vcov_words(design.column, "wild_bootstrap" if result.wild else result.vcov)
        + repaired_words(result),
        small_sample=result.small_sample,
        n_clusters=min(result.n_clusters) if result.n_clusters else None,
        df_resid=float(result.df_resid),
        df_test=df_test if df_test < float("inf") else None,
        r2_within=result.r2_within,
        r2_unit_within=result.r2_unit_within,
        r2=result.r2,
        rss=result.rss,
    )


def _first_stages(result: FixedEffects2SLS) -> Iterator[Estimate]:
    """Coefficients of the first stages, as effects named after the endogenous variable."""
    for stage in result.first_stages:
        one, effect = stage.coefficients, f"first stage of {stage.endogenous}"
        yield from estimates(
            one.names,
            one.params,
            one.std_errors,
            one.t_stats,
            one.p_values,
            one.conf_int,
            effect=effect,
        )


def _tests(design: Design, result: FixedEffects2SLS) -> Iterator[Test]:
    for key, test in (
        ("underidentification", result.underidentification),
        ("anderson_rubin_f", result.anderson_rubin_f),
        ("anderson_rubin_chi2", result.anderson_rubin_chi2),
        ("stock_wright", result.stock_wright),
        ("overidentification", result.overidentification),
        ("endogeneity", result.endogeneity),
    ):
        yield _test(key, test, result)
    for stage in result.first_stages:
        yield _test(f"first_stage_f: {stage.endogenous}", stage.f, result)
        yield _test(
            f"sanderson_windmeijer_f: {stage.endogenous}",
            stage.sanderson_windmeijer_f,
            result,
        )
        yield Test(f"partial_r2: {stage.endogenous}", stage.partial_r2)
    yield from _strength(design, result)
    yield from _effective(result)
    yield from _tf(result)
    if result.anderson_rubin_set is not None:
        found = result.anderson_rubin_set
        pieces = " and ".join(f"[{low:.4g}, {high:.4g}]" for low, high in found.pieces)
        detail = f"{found.kind}: {pieces}" if pieces else found.kind
        yield Test("anderson_rubin_set", None, None, None, f"{found.level:.0%} {detail}")


def _strength(design: Design, result: FixedEffects2SLS) -> Iterator[Test]:
    """Weak identification, each statistic beside the bounds that hold for it."""
    weights = design.column.weights
    is_alike = weights is None or weights.type != "population"
    yield Test(
        "cragg_donald_f",
        result.cragg_donald_f,
        None,
        None,
        "weak identification if errors are alike and unrelated; Stock-Yogo values hold for it"
        if is_alike
        else "not told: rows that stand for members of a population do not have errors alike",
    )
    known = result.stock_yogo
    bounds = (
        ("size", known.size, "largest size of a nominal 5 % Wald test"),
        ("bias", known.relative_bias, "largest bias relative to least squares"),
    )
    for kind, values, words in bounds if is_alike else ():
        for level, value in (values or {}).items():
            yield Test(
                f"stock_yogo_{kind}_{100 * level:.0f}",
                value,
                None,
                None,
                f"bound of cragg_donald_f, {level:.0%} {words}",
            )
    if result.kleibergen_paap_f is not None:
        yield Test(
            "kleibergen_paap_f",
            result.kleibergen_paap_f,
            None,
            None,
            "weak identification under this covariance; Stock-Yogo values do not hold for it, "
            f"a rule of thumb asks for {RULE_OF_THUMB:g}",
        )


def _effective(result: FixedEffects2SLS) -> Iterator[Test]:
    """The effective F with the bounds that hold for it."""
    found = result.effective_f
    if found is None or isnan(found.statistic):
        return
    words = "weak identification under this covariance (Montiel Olea and Pflueger)"
    yield Test("effective_f", found.statistic, None, None, words)
    for bias, bound in found.bounds.items():
        yield Test(
            f"effective_f_bound_{100 * bias:.0f}",
            bound,
            None,
            None,
            f"bound of effective_f at 5 %, bias up to {bias:.0%} of the worst",
        )


def _tf(result: FixedEffects2SLS) -> Iterator[Test]:
    """What |t| is held against beside so strong an instrument, with the standard error that says the same."""
    found = result.tf
    if found is None or isnan(found.critical_value) or isnan(found.std_error):
        return
    f = f"F = {found.f:.2f}"
    if found.critical_value == float("inf"):
        words = f"no critical value of |t| holds 5 % with {f}: the interval is the whole line"
        yield Test("tf_critical_value", None, None, None, words)
        return
    low, high = found.conf_int
    words = (
        f"of |t| at 5 % with {f} (Lee, McCrary, Moreira and Porter): 95 % [{low:.4g}, {high:.4g}]"
    )
    yield Test("tf_critical_value", found.critical_value, None, None, words)
    words = "of the coefficient, times the critical value over 1.96"
    yield Test("tf_std_error", found.std_error, None, None, words)


def _least_p(key: str, test: IvTest, result: FixedEffects2SLS) -> float:
    """The smallest p-value that a score test of so many clusters can have; 0 where clusters are no bound.

    Sums over clusters of several keys are no squares, and bound nothing.

    Its statistic is g'(Σ s s')⁻¹ g with g the sum of the clusters' scores s, which is at most their number.
    """
    if key not in SCORE_TESTS or len(result.n_clusters) != 1 or not test.df or not test.df[0]:
        return 0.0
    return float(chi2_sf(min(result.n_clusters), test.df[0]))


def _test(key: str, test: IvTest, result: FixedEffects2SLS) -> Test:
    """A test with its distribution in words; F has the numerator's degrees of freedom in `df`."""
    df = float(test.df[0]) if test.df else None
    words = f"{test.name}, {test.distribution}{test.df}"
    if test.distribution == "chi2":
        words += f", of {counted(result.n_chi2, 'observations')}"
    if test.df == (0,):
        words += ": nothing to test, as many instruments as endogenous variables"
    least = _least_p(key, test, result)
    if least <= LEVEL:
        return Test(key, test.statistic, df, test.p_value, words)
    n_clusters = min(result.n_clusters)
    words += (
        f"; at most {n_clusters} with {counted(n_clusters, 'clusters')}, p at least "
        f"{least:.2f}: it rejects nothing"
    )
    return Test(key, test.statistic, df, None, words)


def _words(result: FixedEffects2SLS, *, is_clipped: bool) -> Iterator[str]:
    """Who instruments whom, which count the statistics take, and instruments that are weak."""
    unclipped = ", which `winsorize` leaves as they are" if is_clipped else ""
    by = ", ".join(result.instruments)
    yield f"2SLS: {', '.join(result.endogenous)} instrumented by {by}{unclipped}"
    if not result.n_clusters and "unit" in result.effects:
        what = {
            "dofminus": "observations less units (dofminus, as xtivreg2); fixest counts all, "
            "`chi2_observations: all`",
            "all": "all observations, as fixest; xtivreg2 takes units off, `chi2_observations: dofminus`",
        }
        yield f"χ² statistics count {result.n_chi2} {what[result.chi2_observations]}"
    bounded = [
        WORDS[key]
        for key in SCORE_TESTS
        if _least_p(key, getattr(result, key), result) > LEVEL
        and not isnan(getattr(result, key).statistic)
    ]
    if bounded:
        yield (
            f"{counted(min(result.n_clusters), 'clusters')} bound {' and '.join(bounded)}: "
            "whatever the data, nothing is "
            "rejected at 5 %, and they have no p-value"
        )
    yield from _weak(result)


def _weak(result: FixedEffects2SLS) -> Iterator[str]:
    """A warning where instruments hardly move the endogenous variables."""
    sizes = result.stock_yogo.size
    if result.kleibergen_paap_f is not None:
        name, found, bound = "Kleibergen-Paap", result.kleibergen_paap_f, RULE_OF_THUMB
        against = f"rule of thumb {bound:g}"
    else:
        name, found = "Cragg-Donald", result.cragg_donald_f
        bound = sizes[0.10] if sizes else RULE_OF_THUMB
        against = f"Stock-Yogo {bound:.2f} for 10 % size" if sizes else f"rule of thumb {bound:g}"
    if isnan(found):
        yield f"{name} F cannot be computed: the covariance of the moments has no inverse"
    elif found < bound:
        unsure = result.underidentification
        rank = ""
        is_open = _least_p("underidentification", unsure, result) <= LEVEL
        if is_open and unsure.p_value > LEVEL:  # false for NaN
            rank = f"; that they do not identify at all is not rejected (p = {unsure.p_value:.3f})"
        yield (
            f"Weak instruments: {name} F = {found:.2f}, {against}{rank}. Estimates, t tests and "
            "intervals of 2SLS are not to be relied on; Anderson-Rubin's test and set are valid"
        )
