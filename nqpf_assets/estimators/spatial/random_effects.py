"""Spatial lag and Durbin panels with random unit effects, by maximum likelihood.

The likelihood is in `random_likelihood`; fixed effects are in `model`, Hausman's test between the two in
`hausman`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.inference import student_inference
from nqpf_assets.estimators.linear.option_checks import require_level
from nqpf_assets.estimators.linear.regression import coefficients_of, sample_of
from nqpf_assets.estimators.spatial.design import Design, SpatialData, design, spatial_data
from nqpf_assets.estimators.spatial.information import inverse_information
from nqpf_assets.estimators.spatial.lee_yu import likelihood_counts
from nqpf_assets.estimators.spatial.logdet import log_determinant
from nqpf_assets.estimators.spatial.model import Model
from nqpf_assets.estimators.spatial.period_weights import AnyWeights, require_constant
from nqpf_assets.estimators.spatial.random_likelihood import (
    Split,
    information,
    maximise,
    profile,
    units_of,
)
from nqpf_assets.estimators.spatial.report import found_parameter, squared_correlation
from nqpf_assets.estimators.spatial.result import SpatialModel

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SpatialRandomEffects(SpatialModel):
    """y = ρWy + Zδ + a constant or period effects + μ + ε with normal μ and ε.

    Attributes:
        covariance: (P + 3, P + 3) of coefficients, rho, σ² and σ² + Tσ_μ².
        information_within: (P + 2, P + 2) information about coefficients, rho and sigma2 from
            differences within units, the part that fixed effects use.
        sigma2, sigma2_unit: variances of ε and of μ; the latter zero at its bound, and then without error.
        sigma2_std_error, sigma2_unit_std_error: of these.
        phi: √(σ²/(σ² + Tσ_μ²)); 1 without unit effects.
    """

    information_within: Floats
    sigma2_std_error: float
    sigma2_unit: float
    sigma2_unit_std_error: float
    phi: float


def spatial_random_effects(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: AnyWeights,
    *,
    names: Sequence[str],
    model: Model = "sdm",
    lagged: Sequence[str] | None = None,
    period_effects: bool = False,
    lee_yu: Literal["transformation", "none"] = "none",
    confidence_level: float = 0.95,
) -> SpatialRandomEffects:
    """Maximum likelihood with random unit effects; errors of the expected information.

    Args:
        outcome, regressors, units, periods, weights, names: as in `spatial_panel`.
        model: ``"sdm"`` or ``"sar"``.
        lagged: regressors whose spatial lag is in the Durbin model; all.
        period_effects: fixed effects of periods beside the random ones of units.
        lee_yu: of these: ``"none"``, or ``"transformation"``: the likelihood of the data without them, for
            weights whose rows add up to one; without it ρ is too small with few units.
        confidence_level: of the confidence intervals.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Elhorst (2014), ch. 3.3; information in the variances σ² and σ² + Tσ_μ².
    """
    lags = _lags_of(model, names, lagged)
    require_level(confidence_level)
    effects = ("period",) if period_effects else ()
    require_constant(weights, "random unit effects need")
    data = spatial_data(outcome, regressors, units, periods, weights, names=names, effects=effects)
    if data.n_periods < 2:
        raise EstimationError("random unit effects need two or more periods; the sample has one")
    chosen = design(data, names, lags)
    p = len(chosen.terms)
    if data.n_units - 1 <= p:
        raise EstimationError(
            f"{counted(data.n_units, 'units')} for the variance between them, a constant and "
            f"{counted(p, 'coefficients')}"
        )
    return _estimated(data, chosen, model, lee_yu, confidence_level)


def _lags_of(model: str, names: Sequence[str], lagged: Sequence[str] | None) -> Sequence[str]:
    """Regressors whose spatial lag is in the model."""
    if model not in ("sar", "sdm"):
        raise EstimationError(f"random effects are for 'sar' and 'sdm'; found {model!r}")
    if lagged is not None and (model == "sar" or not lagged):
        raise EstimationError(
            f"model {model!r} with {counted(len(lagged), 'lagged regressors')}; 'sar' has none, "
            "'sdm' one or more"
        )
    return () if model == "sar" else names if lagged is None else lagged


def _estimated(
    data: SpatialData,
    chosen: Design,
    model: str,
    lee_yu: Literal["transformation", "none"],
    confidence_level: float,
) -> SpatialRandomEffects:
    """The maximum, and everything that is reported about it."""
    t, p = data.n_periods, len(chosen.terms)
    split, log_det = Split.of(data, chosen), log_determinant(data.matrix)
    counts = likelihood_counts(data, lee_yu, otherwise="none")
    phi, top = maximise(split, log_det, counts)
    within, between = information(data, split, top, phi, counts)
    v = inverse_information(within + between)
    vector = np.concatenate([top.params, [top.parameter, top.sigma2, top.sigma2 / phi**2]])
    tests = student_inference(vector, v, np.full(vector.size, np.inf), confidence_level)
    gap = np.array([-1.0, 1.0]) / t
    spread = float(np.sqrt(gap @ v[-2:, -2:] @ gap))
    return SpatialRandomEffects(
        coefficients=coefficients_of(chosen.terms, top.params, tests, confidence_level),
        sample=sample_of(data.sample, chosen.dropped),
        model=model,
        regressors=chosen.names,
        lagged=chosen.lagged,
        parameter=found_parameter(
            data.matrix,
            counts,
            tests,
            p,
            profile(split, log_det, counts),
            (top.parameter, top.is_at_bound),
            confidence_level,
            top=top.parameter,
        ),
        df_inference=np.inf,
        sigma2=top.sigma2,
        covariance=v,
        log_likelihood=top.log_likelihood + units_of(counts) * float(np.log(phi)),
        r2_correlation=squared_correlation(data, chosen.columns @ top.params, top.parameter),
        effects=data.effects,
        transform="exact",
        lee_yu=lee_yu,
        logdet=log_det.method,
        weights=data.weights,
        unit_labels=data.sample.unit_labels,
        period_labels=data.sample.period_labels,
        information_within=within[:-1, :-1],
        sigma2_std_error=float(tests.std_errors[-2]),
        sigma2_unit=(top.sigma2 / phi**2 - top.sigma2) / t,
        sigma2_unit_std_error=spread if phi < 1 else float("nan"),
        phi=phi,
    )
