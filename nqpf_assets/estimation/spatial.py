"""Spatial panel models as columns: coefficients, spillovers, and the tests between the models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts
from nqpf_assets.estimation.result_rows import Fitted, Test
from nqpf_assets.estimation.spatial_identification import Identified
from nqpf_assets.estimation.spatial_rows import (
    coefficient_rows,
    component_rows,
    effect_rows,
    model_row,
    words_under_table,
)
from nqpf_assets.estimation.spatial_tests import (
    Form,
    hausman_rows,
    moran_rows,
    panel_of,
    restriction_rows,
)
from nqpf_assets.estimation.weights import weights_of_column, words_of_own
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.studies.spatial_options import SpaceOptions, lags_of

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.effects import SpatialEffects
    from nqpf_assets.estimators.spatial.lee_yu import LeeYu
    from nqpf_assets.estimators.spatial.period_weights import AnyWeights
    from nqpf_assets.estimators.spatial.result import SpatialModel, SpatialPanel
    from nqpf_assets.estimators.spatial.sandwich import SpatialVcov


def fit_durbin(design: Design) -> Fitted:
    """The spatial Durbin model."""
    return _fitted(design, "sdm")


def fit_lag(design: Design) -> Fitted:
    """The spatial lag model."""
    return _fitted(design, "sar")


def fit_error(design: Design) -> Fitted:
    """The spatial error model."""
    return _fitted(design, "sem")


def fit_slx(design: Design) -> Fitted:
    """Spatially lagged regressors alone."""
    return _fitted(design, "slx")


def _fitted(design: Design, form: Form) -> Fitted:
    """One model with its effects and its tests against the others."""
    options = design.column.options(SpaceOptions)
    weights = weights_of_column(design)
    run = _Run(design, weights, form)
    result = run.model(form, run.lee_yu)
    effects, why_not = effects_or_reason(design, result)
    told = Identified(result, run.uncorrected(result))
    return Fitted(
        model=model_row(design, result),
        terms=tuple(coefficient_rows(result)),
        effects=(*effect_rows(effects), *told.intervals()),
        tests=(
            *component_rows(result),
            *told.tests(),
            *run.tests(result),
            *cluster_counts(design.column, result),
        ),
        is_in_sample=np.ones(len(design.rows), dtype=bool),
        dropped=tuple(f"{one.name}: {one.reason}" for one in result.dropped),
        notes=(
            *words_under_table(run.weights, design.unit_names, result, effects, why_not),
            *words_of_own(weights, design.geography, options),
            *told.words(),
        ),
    )


@dataclass(frozen=True)
class _Run:
    """A design with its weights, from which several models are estimated."""

    design: Design
    weights: AnyWeights
    form: Form

    @property
    def lee_yu(self) -> LeeYu:
        return self.design.column.options(SpaceOptions).lee_yu

    def model(self, name: Form, lee_yu: LeeYu) -> SpatialPanel:
        from nqpf_assets.estimators.spatial.model import spatial_panel

        design = self.design
        return spatial_panel(
            *panel_of(design, self.weights),
            names=design.names,
            model=name,
            lagged=lags_of(design.column) if name in ("sdm", "slx") else None,
            effects=design.column.effects,
            lee_yu=lee_yu,
            information=self._information(name, lee_yu),
            vcov=_vcov(design),
            cluster=design.cluster,
        )

    def _information(self, name: Form, lee_yu: LeeYu) -> Literal["exact", "observed"]:
        """The observed information is asked for of the column's own model."""
        asked = self.design.column.options(SpaceOptions).information
        is_own = name == self.form and lee_yu == self.lee_yu
        return "observed" if asked == "observed" and is_own else "exact"

    @property
    def _is_transformed(self) -> bool:
        """Whether scores can be those of the data without the effects."""
        from nqpf_assets.estimators.spatial.period_weights import PeriodWeights

        has_rows = self.weights.has_unit_row_sums or "period" not in self.design.column.effects
        # Of weights by year no likelihood can be transformed, but the moments of scores can.
        is_moving = isinstance(self.weights, PeriodWeights) and self.lee_yu == "bias_correction"
        return (self.lee_yu == "transformation" or is_moving) and has_rows

    def uncorrected(self, result: SpatialPanel) -> SpatialPanel | None:
        """The same model by the direct likelihood, where Lee and Yu's correction was made."""
        if self.lee_yu == "none" or result.parameter is None:
            return None
        try:
            return self.model(self.form, "none")
        except EstimationError:
            return None  # it is a comparison, and may not stop the column

    def tests(self, result: SpatialPanel) -> Iterator[Test]:
        """LM tests of least squares, Moran's I of its outcome, and LR and Wald where they apply."""
        from nqpf_assets.estimators.spatial.lm import lm_tests

        design = self.design
        found = lm_tests(
            *panel_of(design, self.weights),
            names=design.names,
            effects=design.column.effects,
            # The scores are of least squares, which no bias correction moves; islands have no others.
            lee_yu="transformation" if self._is_transformed else "none",
        )
        for name in ("lag", "error", "robust_lag", "robust_error"):
            test = getattr(found, name)
            yield Test(f"lm_{name}", test.statistic, float(test.df), test.p_value, test.null)
        if result.model == "sdm":
            restricted = {
                "sar": lambda: self.model("sar", self.lee_yu),
                "sem": lambda: self.model("sem", self.lee_yu),
            }
            yield from restriction_rows(result, restricted)
        if self.form in ("sdm", "sar") and "unit" in design.column.effects:
            yield from hausman_rows(design, self.weights, self.form)
        yield from moran_rows(design, self.weights)


def effects_or_reason(design: Design, result: SpatialModel) -> tuple[SpatialEffects | None, str]:
    """The effects, or why there are none to be had though the model is estimated."""
    from nqpf_assets.estimators.spatial.effects import spatial_effects

    options = design.column.options(SpaceOptions)
    try:
        found = spatial_effects(
            result, inference=options.inference, draws=options.draws, seed=design.seed("effects")
        )
    except EstimationError as error:
        return None, str(error)
    return found, ""


def _vcov(design: Design) -> SpatialVcov:
    """The column's covariance; that of a likelihood without any other is its information."""
    kind = design.column.vcov.type
    return "information" if kind == "unadjusted" else kind  # type: ignore[return-value] # see the registry
