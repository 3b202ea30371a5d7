"""Spatial columns, as their numbers move with their rows and with what their weights are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.spatial_tests import panel_of
from nqpf_assets.estimation.weights import weights_of_column, weights_of_values
from nqpf_assets.studies.spatial_options import SpaceOptions, lags_of

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.likelihood_column import LikelihoodColumn
    from nqpf_assets.estimators.influence.moving import Floats
    from nqpf_assets.estimators.influence.spatial_weighing import WeighedBy
    from nqpf_assets.estimators.spatial.weights import SpatialWeights

Form = Literal["sdm", "sar", "sem", "slx"]


def durbin(design: Design) -> LikelihoodColumn | str:
    """The spatial Durbin model."""
    return _column(design, "sdm")


def spatial_lag(design: Design) -> LikelihoodColumn | str:
    """The spatial lag model."""
    return _column(design, "sar")


def spatial_error(design: Design) -> LikelihoodColumn | str:
    """The spatial error model."""
    return _column(design, "sem")


def lagged_regressors(design: Design) -> LikelihoodColumn | str:
    """Spatially lagged regressors alone."""
    return _column(design, "slx")


def random_durbin(design: Design) -> LikelihoodColumn | str:
    """The spatial Durbin model with random unit effects."""
    return _random_column(design, "sdm")


def random_lag(design: Design) -> LikelihoodColumn | str:
    """The spatial lag model with random unit effects."""
    return _random_column(design, "sar")


def _column(design: Design, form: Form) -> LikelihoodColumn | str:
    from nqpf_assets.estimators.influence.spatial_column import spatial_column

    return spatial_column(
        *panel_of(design, weights_of_column(design)),
        names=design.names,
        outcome_name=str(design.column.outcome),
        model=form,
        lagged=lags_of(design.column),
        effects=design.column.effects,
        lee_yu=design.column.options(SpaceOptions).lee_yu,
        weighed_by=_weighed_by(design),
        is_raw=design.column.options(SpaceOptions).is_own,
    )


def _random_column(design: Design, form: Literal["sdm", "sar"]) -> LikelihoodColumn | str:
    from nqpf_assets.estimators.influence.spatial_column import random_spatial_column

    return random_spatial_column(
        *panel_of(design, weights_of_column(design)),
        names=design.names,
        outcome_name=str(design.column.outcome),
        model=form,
        lagged=lags_of(design.column) if form == "sdm" else None,
        period_effects="period" in design.column.effects,
        lee_yu=design.column.options(SpaceOptions).lee_yu,  # type: ignore[arg-type] # see `_random_refusals`
        weighed_by=_weighed_by(design),
        is_raw=design.column.options(SpaceOptions).is_own,
    )


def _weighed_by(design: Design) -> WeighedBy | None:
    """What the weights are made from; None where it is no variable."""
    from nqpf_assets.estimators.influence.spatial_weighing import WeighedBy

    options = design.column.options(SpaceOptions)
    if options.economic_variable is None:
        return None
    units, codes = np.unique(design.units, return_inverse=True)
    periods, years = np.unique(design.periods, return_inverse=True)
    blocks = years if options.by_period else np.zeros_like(years)
    rows = design.values([options.economic_variable])[:, 0]
    sums = np.zeros((len(periods) if options.by_period else 1, len(units)))
    counts = np.zeros_like(sums)
    np.add.at(sums, (blocks, codes), rows)
    np.add.at(counts, (blocks, codes), 1.0)

    def make(values: Floats) -> SpatialWeights:
        return weights_of_values(units.tolist(), values, design.geography, options)

    return WeighedBy(options.economic_variable, sums / counts, make)
