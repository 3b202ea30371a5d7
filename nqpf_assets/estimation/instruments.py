"""Two-stage least squares with fixed effects as a column, with the tests of its instruments."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.instrument_tests import (
    LEVEL,
    RULE_OF_THUMB,
    SCORE_TESTS,
    WORDS,
    instrument_tests,
    least_p,
)
from nqpf_assets.estimation.linear import (
    alone_in_others,
    cluster_counts,
    repaired_words,
    vcov_words,
    weights_words,
)
from nqpf_assets.estimation.result_rows import Estimate, Fitted, ModelRow, estimates, terms_of
from nqpf_assets.estimation.wild_bootstrap import bounded, wild_words
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.effects import own_effects
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.instruments.result import FixedEffects2SLS


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
        tests=(*instrument_tests(design, result), *cluster_counts(column, result)),
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
        if least_p(key, getattr(result, key), result) > LEVEL
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
        is_open = least_p("underidentification", unsure, result) <= LEVEL
        if is_open and unsure.p_value > LEVEL:  # false for NaN
            rank = f"; that they do not identify at all is not rejected (p = {unsure.p_value:.3f})"
        yield (
            f"Weak instruments: {name} F = {found:.2f}, {against}{rank}. Estimates, t tests and "
            "intervals of 2SLS are not to be relied on; Anderson-Rubin's test and set are valid"
        )
