"""Spatial columns with random unit effects: coefficients, spillovers, and the variance between units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, repaired_words, vcov_words
from nqpf_assets.estimation.result_rows import Fitted, ModelRow, Test
from nqpf_assets.estimation.spatial import effects_or_reason
from nqpf_assets.estimation.spatial_identification import Identified
from nqpf_assets.estimation.spatial_rows import (
    coefficient_rows,
    effect_rows,
    words_of_effects,
    words_of_weights,
)
from nqpf_assets.estimation.spatial_tests import (
    hausman_rows,
    moran_rows,
    panel_of,
    restriction_rows,
)
from nqpf_assets.estimation.weights import weights_of_column, words_of_own
from nqpf_assets.studies.spatial_options import SpaceOptions, lags_of

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_weights import AnyWeights
    from nqpf_assets.estimators.spatial.random_effects import SpatialRandomEffects

Form = Literal["sdm", "sar"]


def fit_durbin(design: Design) -> Fitted:
    """The spatial Durbin model with random unit effects."""
    return _fitted(design, "sdm")


def fit_lag(design: Design) -> Fitted:
    """The spatial lag model with random unit effects."""
    return _fitted(design, "sar")


def _fitted(design: Design, form: Form) -> Fitted:
    options = design.column.options(SpaceOptions)
    weights = weights_of_column(design)
    result = _model(design, weights, form)
    effects, why_not = effects_or_reason(design, result)
    told = Identified(result, None)
    return Fitted(
        model=ModelRow(
            effects=", ".join(("random unit", *result.effects)),
            n_obs=result.n_obs,
            n_units=result.n_units,
            n_periods=result.n_periods,
            vcov=vcov_words(design.column, result.vcov) + repaired_words(result),
            small_sample=f"Lee-Yu: {result.lee_yu}" if result.effects else None,
            n_clusters=min(result.n_clusters) if result.n_clusters else None,
            df_test=result.df_inference if np.isfinite(result.df_inference) else None,
            log_likelihood=result.log_likelihood,
        ),
        terms=tuple(coefficient_rows(result)),
        effects=(*effect_rows(effects), *told.intervals()),
        tests=(
            *_components(result),
            *told.tests(),
            *_tests(design, weights, result, form),
            *cluster_counts(design.column, result),
        ),
        is_in_sample=np.ones(len(design.rows), dtype=bool),
        dropped=tuple(f"{one.name}: {one.reason}" for one in result.dropped),
        notes=(
            *words_of_weights(weights, design.unit_names),
            *words_of_effects(result, effects, why_not),
            *_words(result),
            *words_of_own(weights, design.geography, options),
            *told.words(),
        ),
    )


def _model(design: Design, weights: AnyWeights, form: Form) -> SpatialRandomEffects:
    from nqpf_assets.estimators.spatial.random_effects import spatial_random_effects

    return spatial_random_effects(
        *panel_of(design, weights),
        names=design.names,
        model=form,
        lagged=lags_of(design.column) if form == "sdm" else None,
        period_effects="period" in design.column.effects,
        lee_yu=design.column.options(SpaceOptions).lee_yu,  # type: ignore[arg-type] # see `_random_refusals`
        vcov="information" if design.column.vcov.type == "unadjusted" else "clustered",
        cluster=design.cluster,
    )


def _components(result: SpatialRandomEffects) -> Iterator[Test]:
    """Numbers of the model that are no coefficients."""
    yield Test(
        "sigma2", result.sigma2, std_error=result.sigma2_std_error, detail="variance of the errors"
    )
    yield Test(
        "sigma2_unit",
        result.sigma2_unit,
        std_error=result.sigma2_unit_std_error,
        detail="variance of the random unit effects",
    )
    yield Test("log_likelihood", result.log_likelihood)
    yield Test(
        "r2_correlation",
        result.r2_correlation,
        detail="squared correlation of the outcome and what the regressors predict, period effects removed",
    )


def _tests(
    design: Design, weights: AnyWeights, result: SpatialRandomEffects, form: Form
) -> Iterator[Test]:
    if form == "sdm":
        yield from restriction_rows(result, {"sar": lambda: _model(design, weights, "sar")})
    yield from hausman_rows(design, weights, form)
    yield from moran_rows(design, weights)


def _words(result: SpatialRandomEffects) -> Iterator[str]:
    yield f"Random unit effects by maximum likelihood ({result.logdet}), taken as unrelated to the regressors"
    if result.phi == 1:
        yield (
            "Units differ by no more than their errors do: the variance of the unit effects is zero, its "
            "bound, and has no standard error"
        )
