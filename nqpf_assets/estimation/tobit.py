"""Censored regressions as columns: latent coefficients, marginal effects, what was censored.

`tobit` has the column's effects as dummies; `re_tobit` has random unit effects.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, repaired_words, vcov_words
from nqpf_assets.estimation.result_rows import Estimate, Fitted, ModelRow, Test, estimates, terms_of
from nqpf_assets.estimation.simple_vcov import simple_vcov
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.tobit_options import TobitOptions

LATENT = "standard deviation of the latent outcome"
COMPONENTS = {
    "sigma_u": "standard deviation of the random unit effects",
    "sigma_e": "standard deviation of the other errors",
    "rho": "share of the unit effects in the variance",
}

if TYPE_CHECKING:
    from nqpf_assets.estimators.censored.re_tobit_result import RandomEffectsTobit
    from nqpf_assets.estimators.censored.tobit_result import Tobit


def fit_tobit(design: Design) -> Fitted:
    """Maximum likelihood with the column's effects as dummies."""
    from nqpf_assets.estimators.censored.tobit import tobit

    column, options = design.column, design.column.options(TobitOptions)
    result = tobit(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        lower=options.lower,
        upper=options.upper,
        effects=column.effects,
        vcov=simple_vcov(design),
        cluster=design.cluster,
        drop_singletons=column.drop_singletons,
        **design.correction,
    )
    return Fitted(
        model=_model(design, result, ", ".join(result.effects)),
        terms=terms_of(result),
        effects=tuple(_margins(result)),
        tests=(
            Test("sigma", result.sigma, std_error=result.sigma_std_error, detail=LATENT),
            *_likelihood(result),
            Test("pseudo_r2", result.pseudo_r2, None, None, "McFadden"),
            *cluster_counts(column, result),
        ),
        is_in_sample=result.is_in_sample,
        dropped=(
            *(f"{one.name}: {one.reason}" for one in result.dropped),
            *(f"{one.kind} {one.label}: censored in every row" for one in result.dropped_levels),
            *(f"unit {label}: alone" for label in result.singleton_units),
            *(f"period {label}: alone" for label in result.singleton_periods),
        ),
        notes=tuple(_uncensored(design, options)),
    )


def fit_re_tobit(design: Design) -> Fitted:
    """Maximum likelihood with random unit effects; period effects are dummies."""
    from nqpf_assets.estimators.censored.re_tobit import re_tobit

    column, options = design.column, design.column.options(TobitOptions)
    result = re_tobit(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        names=design.names,
        lower=options.lower,
        upper=options.upper,
        period_effects="period" in column.effects,
        nodes=options.nodes,
        vcov=simple_vcov(design),
        cluster=design.cluster,
        **design.correction,
    )
    effects = "random unit, period" if result.has_period_effects else "random unit"
    return Fitted(
        model=_model(design, result, effects),
        terms=terms_of(result),
        effects=tuple(_margins(result)),
        tests=(*_components(result), *cluster_counts(column, result)),
        is_in_sample=result.is_in_sample,
        dropped=(
            *(f"{one.name}: {one.reason}" for one in result.dropped),
            *(f"period {label}: censored in every row" for label in result.dropped_periods),
            *(f"period {label}: alone" for label in result.singleton_periods),
        ),
        notes=(*_uncensored(design, options), *_unstable(result)),
    )


def _uncensored(design: Design, options: TobitOptions) -> Iterator[str]:
    """Values at a limit that clipping moves inside it, where they are censored no more."""
    for cut in design.clip.cuts:
        if cut.variable != design.column.outcome:
            continue
        year = "" if cut.period is None else f" of {cut.period}"
        sides = []
        if options.lower is not None and cut.low > options.lower:
            sides.append((cut.n_below, "lowest", options.lower))
        if options.upper is not None and cut.high < options.upper:
            sides.append((cut.n_above, "highest", options.upper))
        for n_moved, what, limit in sides:
            if n_moved:
                moved = counted(n_moved, f"{what} values")
                count = "it counts" if n_moved == 1 else "they count"
                yield (
                    f"`winsorize` moved the {moved}{year} of {cut.variable} inside the limit "
                    f"{limit:g}: {count} as observed, not as censored"
                )


def _model(design: Design, result: Tobit | RandomEffectsTobit, effects: str) -> ModelRow:
    return ModelRow(
        effects=effects,
        n_obs=result.n_obs,
        n_units=result.n_units,
        n_periods=result.n_periods,
        vcov=vcov_words(design.column, result.vcov) + repaired_words(result),
        small_sample=result.small_sample,
        n_clusters=min(result.n_clusters) if result.n_clusters else None,
        df_resid=float(result.n_obs - result.n_parameters),
        log_likelihood=result.log_likelihood,
    )


def _margins(result: Tobit | RandomEffectsTobit) -> Iterator[Estimate]:
    """Marginal effects, named by what changes and where they are taken."""
    for margin in result.margins:
        inference = margin.inference
        yield from estimates(
            result.names,
            margin.estimates,
            inference.std_errors,
            inference.t_stats,
            inference.p_values,
            inference.conf_int,
            effect=f"marginal on {margin.of}, {margin.at}",
        )


def _components(result: RandomEffectsTobit) -> Iterator[Test]:
    yield Test(
        "sigma_u_is_zero", result.lr_statistic, None, result.lr_p_value, "LR, chi-bar-squared(01)"
    )
    for name, words in COMPONENTS.items():
        part = getattr(result, name)
        yield Test(name, part.estimate, std_error=part.std_error, detail=words)
    yield from _likelihood(result)
    check = result.node_check
    words = (
        f"{check.rule}, {counted(check.nodes, 'nodes')}; with {counted(check.finer_nodes, 'nodes')}"
    )
    yield Test(
        "quadrature",
        check.largest_change,
        None,
        None,
        f"{words} the largest change in standard errors",
    )


def _likelihood(result: Tobit | RandomEffectsTobit) -> Iterator[Test]:
    """The log-likelihood, and how many rows were censored on which side."""
    yield Test("log_likelihood", result.log_likelihood)
    for name, limit in (("left", result.lower), ("right", result.upper)):
        words = f"rows at or beyond {limit:g}" if isfinite(limit) else "no limit on this side"
        yield Test(f"n_{name}_censored", float(getattr(result, f"n_{name}_censored")), detail=words)
    yield Test("n_uncensored", float(result.n_uncensored), detail="rows inside the limits")


def _unstable(result: RandomEffectsTobit) -> Iterator[str]:
    check = result.node_check
    if check.is_stable:
        return
    words = (
        f"The numbers depend on the quadrature nodes: {check.finer_nodes} of them move an estimate by "
        f"{check.largest_change:.2g} standard errors"
    )
    if check.rule == "hermite":
        words += "; ask for more with `tobit: {nodes: …}`, or leave `nodes` out"
    yield words
