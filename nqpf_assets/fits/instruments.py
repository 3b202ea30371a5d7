"""Two-stage least squares with fixed effects as a column, with the tests of its instruments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.fits.design import Design
from nqpf_assets.fits.linear import vcov_words
from nqpf_assets.fits.result import Estimate, Fitted, Test, estimates, terms_of
from nqpf_assets.fits.simple_vcov import simple_vcov

if TYPE_CHECKING:
    from nqpf_assets.instruments.result import FixedEffects2SLS, IvTest


def fit_instruments(design: Design) -> Fitted:
    """The regressors named as endogenous are instrumented; all others instrument themselves."""
    from nqpf_assets.instruments.fe_2sls import fe_2sls

    column, options = design.column, design.column.iv
    assert options is not None, "the schema asks for the options of the estimator"
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
        effects=column.effects,
        vcov=simple_vcov(design),
        cluster=design.cluster,
    )
    return Fitted(
        facts=_facts(design, result),
        terms=terms_of(result),
        effects=tuple(_first_stages(result)),
        tests=tuple(_tests(result)),
        is_in_sample=result.is_in_sample,
        dropped=(
            *(f"{one.name}: {one.reason}" for one in result.dropped),
            *(f"unit {label}: alone" for label in result.singleton_units),
            *(f"period {label}: alone" for label in result.singleton_periods),
        ),
        notes=(_words(result),),
    )


def _facts(design: Design, result: FixedEffects2SLS) -> dict[str, Any]:
    df_test = float(min(result.df_inference))
    return {
        "effects": ", ".join(result.effects),
        "n_obs": result.n_obs,
        "n_units": result.n_units,
        "n_periods": result.n_periods,
        "vcov": vcov_words(design.column, result.vcov),
        "small_sample": result.small_sample,
        "n_clusters": min(result.n_clusters) if result.n_clusters else None,
        "df_resid": float(result.df_resid),
        "df_test": df_test if df_test < float("inf") else None,
        "r2_within": result.r2_within,
        "r2": result.r2,
        "rss": result.rss,
    }


def _first_stages(result: FixedEffects2SLS) -> Iterator[Estimate]:
    """Coefficients of the first stages, as effects named after the endogenous variable."""
    for stage in result.first_stages:
        ends = np.full((len(stage.names), 2), np.nan)
        yield from estimates(
            stage.names,
            stage.params,
            stage.std_errors,
            stage.t_stats,
            stage.p_values,
            ends,
            effect=f"first stage of {stage.endogenous}",
        )


def _tests(result: FixedEffects2SLS) -> Iterator[Test]:
    for key, test in (
        ("underidentification", result.underidentification),
        ("anderson_rubin_f", result.anderson_rubin_f),
        ("anderson_rubin_chi2", result.anderson_rubin_chi2),
        ("stock_wright", result.stock_wright),
        ("overidentification", result.overidentification),
        ("endogeneity", result.endogeneity),
    ):
        yield _test(key, test)
    for stage in result.first_stages:
        yield _test(f"first_stage_f: {stage.endogenous}", stage.f)
        yield _test(f"sanderson_windmeijer_f: {stage.endogenous}", stage.sanderson_windmeijer_f)
        yield Test(f"partial_r2: {stage.endogenous}", stage.partial_r2)
    sizes = result.stock_yogo.size
    against = ", ".join(f"{size:.0%}: {value:.2f}" for size, value in (sizes or {}).items())
    words = f"Stock-Yogo, by size of a 5 % test: {against}" if against else "no Stock-Yogo values"
    yield Test("cragg_donald_f", result.cragg_donald_f, None, None, words)
    if result.kleibergen_paap_f is not None:
        yield Test("kleibergen_paap_f", result.kleibergen_paap_f, None, None, words)
    if result.anderson_rubin_set is not None:
        found = result.anderson_rubin_set
        pieces = " and ".join(f"[{low:.4g}, {high:.4g}]" for low, high in found.pieces)
        detail = f"{found.kind}: {pieces}" if pieces else found.kind
        yield Test("anderson_rubin_set", None, None, None, f"{found.level:.0%} {detail}")


def _test(key: str, test: IvTest) -> Test:
    """A test with its distribution in words; F has the numerator's degrees of freedom in `df`."""
    df = float(test.df[0]) if test.df else None
    return Test(key, test.statistic, df, test.p_value, f"{test.name}, {test.distribution}{test.df}")


def _words(result: FixedEffects2SLS) -> str:
    return f"2SLS: {', '.join(result.endogenous)} instrumented by {', '.join(result.instruments)}"
