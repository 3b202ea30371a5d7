"""Spatial columns, as their numbers move with their rows and with what their weights are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.weights import weights_of, weights_of_column
from nqpf_assets.studies.spatial_options import SpaceOptions, lags_of

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.likelihood_column import LikelihoodColumn
    from nqpf_assets.estimators.influence.moving import Floats
    from nqpf_assets.estimators.spatial.weights import SpatialWeights

Form = Literal["sdm", "sar", "sem", "slx"]
MOVING = "with weights by year it is not told how a number moves with its rows"


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


def _column(design: Design, form: Form) -> LikelihoodColumn | str:
    from nqpf_assets.estimators.influence.spatial_column import spatial_column
    from nqpf_assets.estimators.influence.spatial_weighing import WeighedBy
    from nqpf_assets.estimators.spatial.weights import SpatialWeights

    options = design.column.options(SpaceOptions)
    weights = weights_of_column(design)
    if not isinstance(weights, SpatialWeights):
        return MOVING
    codes = np.unique(design.units, return_inverse=True)[1]

    def made_of(rows: Floats) -> SpatialWeights:
        made = weights_of(design.units, design.periods, design.geography, options, lambda _: rows)
        assert isinstance(made, SpatialWeights), "they do not differ by year"
        return made

    by = None
    if options.economic_variable is not None:
        rows = design.values([options.economic_variable])[:, 0]
        means = np.bincount(codes, rows) / np.bincount(codes)
        by = WeighedBy(options.economic_variable, means, lambda values: made_of(values[codes]))
    return spatial_column(
        design.outcome,
        design.values(design.names),
        design.units,
        design.periods,
        weights,
        names=design.names,
        outcome_name=str(design.column.outcome),
        model=form,
        lagged=lags_of(design.column),
        effects=design.column.effects,
        lee_yu=options.lee_yu,
        weighed_by=by,
    )
