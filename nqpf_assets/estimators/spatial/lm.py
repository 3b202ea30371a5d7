"""Lagrange multiplier tests: do the residuals of a panel without spatial terms ask for them?

Lag and error, and each of them robust against the other, after the same effects have been
removed as in the model. Tests between estimated spatial models are in `comparison`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from numpy.typing import ArrayLike

from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.least_squares import least_squares
from nqpf_assets.estimators.linear.option_checks import require_one_of
from nqpf_assets.estimators.spatial.comparison import SpatialTest
from nqpf_assets.estimators.spatial.design import (
    SpatialData,
    Transform,
    demean,
    design,
    spatial_data,
)
from nqpf_assets.estimators.spatial.information import counted_traces
from nqpf_assets.estimators.spatial.lee_yu import likelihood_counts, require_unit_row_sums
from nqpf_assets.estimators.spatial.likelihood import Counts
from nqpf_assets.estimators.spatial.logdet import Traces
from nqpf_assets.estimators.spatial.period_matrices import lag
from nqpf_assets.estimators.spatial.period_weights import (
    AnyWeights,
    PeriodWeights,
    dense_blocks,
)

LMLeeYu = Literal["transformation", "none"]
NO_INFORMATION = 1e-12
"""Traces of this share of what they are differences of are rounding: nothing is known of the parameter."""


@dataclass(frozen=True)
class LMTests:
    """Four tests on one degree of freedom each.

    Attributes:
        lag, error: against a spatial lag, against spatial errors.
        robust_lag, robust_error: each where the other may be present.
    """

    lag: SpatialTest
    error: SpatialTest
    robust_lag: SpatialTest
    robust_error: SpatialTest


def lm_tests(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: AnyWeights,
    *,
    names: Sequence[str],
    lagged: Sequence[str] = (),
    effects: Sequence[str] = ("unit", "period"),
    lee_yu: LMLeeYu = "transformation",
    transform: Transform = "exact",
) -> LMTests:
    """Test least squares with effects against a spatial lag and spatial errors.

    Args:
        outcome, regressors, units, periods, weights, names, effects: as in `spatial_panel`.
        lagged: regressors whose spatial lag is already in the model; none.
        lee_yu: ``"transformation"``: of the data without the effects; ``"none"``: the usual form,
            which with period effects rejects too often in few units.
        transform: ``"exact"``, or ``"demean_first"`` for the numbers of R's splm.

    Raises:
        EstimationError: see `spatial_panel`.

    Source: Anselin, Bera, Florax and Yoon (1996), Regional Science and Urban Economics 26(1);
    for panels Elhorst (2010), Spatial Economic Analysis 5(1), with T tr(WW + W′W); for transformed
    data Debarsy and Ertur (2010), Regional Science and Urban Economics 40(6).
    """
    require_one_of("lee_yu", lee_yu, get_args(LMLeeYu))
    require_one_of("transform", transform, ("exact", "demean_first"))
    data = spatial_data(outcome, regressors, units, periods, weights, names=names, effects=effects)
    columns = design(data, names, lagged).columns
    y, x = demean(data.outcome, data.effects), demean(columns, data.effects)
    flat = x.reshape(-1, x.shape[2])
    fit = least_squares(y.ravel(), flat)
    if fit.rss <= 1e-20 * float((y**2).sum()):
        raise EstimationError("regressors and effects reproduce the outcome exactly")
    counts = _counts(data, lee_yu)
    e, sigma2 = fit.residuals.reshape(y.shape), fit.rss / counts.n_rows
    first = transform == "demean_first" and bool(data.effects)
    if first and isinstance(weights, PeriodWeights):
        raise EstimationError(
            "transform 'demean_first' needs weights that are the same in all periods; use 'exact'"
        )
    wy = lag(data.matrix, y) if first else lag(data.matrix, data.outcome)
    fitted = lag(data.matrix, y - e if first else data.outcome - e)
    if not first:
        # Effects count as fitted, and go once the whole has been lagged.
        fitted = demean(fitted, data.effects)
    t, n_maps = _traces(data, counts), counts.n_maps
    # The trace is zero, and what follows the usual form, unless a unit root has been dropped.
    trace = n_maps * (t.gg + t.g_g) - 2 * (n_maps * t.g) ** 2 / counts.n_rows
    j = least_squares(fitted.ravel(), flat).rss / sigma2 + trace
    if trace <= NO_INFORMATION * n_maps * (t.gg + t.g_g):
        trace = float("nan")  # the effects leave nothing of the weights: no test has a value
        j = trace
    d_error = float((e * lag(data.matrix, e)).sum()) / sigma2 - n_maps * t.g
    d_lag = float((e * wy).sum()) / sigma2 - n_maps * t.g
    return _from_scores(d_lag, d_error, j, trace)


def _counts(data: SpatialData, lee_yu: LMLeeYu) -> Counts:
    """What is left of the data; W itself need not be transformed, only its moments (`_traces`)."""
    if lee_yu == "transformation":
        require_unit_row_sums(data, "none")
    return likelihood_counts(data, lee_yu, has_parameter=False)


def _traces(data: SpatialData, counts: Counts) -> Traces:
    """Moments of e′We, per counted map.

    With e = Mε, M = J_T ⊗ J_N, and W of the blocks W_t they are tr(MW), tr(MWMW) and tr(MWMW′), in which
    pairs of periods meet with the weight 1/T².
    """
    t = counted_traces(data.matrix, 0.0, counts)
    n_periods = data.n_periods
    if not isinstance(data.weights, PeriodWeights) or counts.n_maps == n_periods:
        return t
    blocks = dense_blocks(data.matrix)
    if counts.drops_unit_root:
        blocks = blocks - blocks.mean(axis=1, keepdims=True)
    sums = blocks.sum(axis=0)
    own = (1 - 2 / n_periods) * n_periods
    gg = own * t.gg + float((sums * sums.T).sum()) / n_periods**2
    g_g = own * t.g_g + float((sums**2).sum()) / n_periods**2
    return replace(t, gg=gg / counts.n_maps, g_g=g_g / counts.n_maps)


def _from_scores(d_lag: float, d_error: float, j: float, trace: float) -> LMTests:
    """The four tests from the two scores, the information j of the lag, and of the error."""
    # Without regressors that explain anything the two alternatives are the same.
    apart = j - trace if j > trace * (1 + 1e-12) else float("nan")
    statistics = {
        "lag": d_lag**2 / j,
        "error": d_error**2 / trace,
        "robust lag": (d_lag - d_error) ** 2 / apart,
        "robust error": (d_error - trace / j * d_lag) ** 2 / (trace * apart / j),
    }
    nulls = {"lag": "rho = 0", "error": "lambda = 0"}
    made = [
        SpatialTest(f"LM, {name}", nulls[name.split()[-1]], float(s), 1, float(chi2_sf(s, 1)))
        for name, s in statistics.items()
    ]
    return LMTests(*made)
