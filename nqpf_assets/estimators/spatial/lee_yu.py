"""Lee and Yu's two ways of dealing with effects whose number grows with the panel.

With unit effects the direct likelihood underestimates σ² by (T − 1)/T; with period effects it
is also biased in ρ, by a term of order 1/N: with 31 units and 11 periods its 95 % interval
covers ρ in three of four samples only (docs/methods/spatial.md). Weights that differ by period leave
the transformation no matrix to take unit effects out of; the bias of the direct likelihood is the same to
first order (Lee and Yu 2012, Spatial Economic Analysis 7(1)).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.design import SpatialData
from nqpf_assets.estimators.spatial.information import Point, information_matrix
from nqpf_assets.estimators.spatial.likelihood import Counts
from nqpf_assets.estimators.spatial.period_matrices import lag, solved
from nqpf_assets.estimators.spatial.period_weights import PeriodWeights

Floats = NDArray[np.float64]
LeeYu = Literal["none", "transformation", "bias_correction"]


def likelihood_counts(
    data: SpatialData,
    lee_yu: LeeYu,
    *,
    has_parameter: bool = True,
    otherwise: LeeYu = "bias_correction",
) -> Counts:
    """What the likelihood counts: everything, or what is left after the transformation.

    Args:
        has_parameter: whether there is a ρ or λ; least squares asks nothing of the weights.
        otherwise: what takes such weights as the transformation cannot.

    Raises:
        EstimationError: the transformation takes period effects out only where W ι = ι, and unit effects
            only where W is the same in all periods.
    """
    t, n = data.n_periods, data.n_units
    if lee_yu != "transformation":
        return Counts(n * t, t, drops_unit_root=False)
    has_period = "period" in data.effects
    if has_parameter:
        if isinstance(data.weights, PeriodWeights) and "unit" in data.effects:
            raise EstimationError(
                "lee_yu 'transformation' with unit effects needs weights that are the same in all periods: "
                f"it makes of T periods T − 1 mixed ones; use lee_yu {otherwise!r}"
            )
        require_unit_row_sums(data, otherwise)
    maps = t - 1 if "unit" in data.effects else t
    return Counts(maps * (n - 1 if has_period else n), maps, drops_unit_root=has_period)


def require_unit_row_sums(data: SpatialData, otherwise: str) -> None:
    """Refuse weights from which the transformation cannot take period effects."""
    if "period" in data.effects and not data.weights.has_unit_row_sums:
        islands = ", ".join(str(unit) for unit in data.weights.islands)
        why, instead = "they are not row-standardised", "standardise by rows"
        if islands:
            why = f"units without neighbours: {islands}"
            instead = "give these neighbours (`join`, a longer cut-off), leave them out"
        raise EstimationError(
            "lee_yu 'transformation' with period effects needs weights whose rows add up to one "
            f"({why}); {instead}, or use lee_yu {otherwise!r}"
        )


def reported_counts(data: SpatialData, lee_yu: LeeYu, *, has_parameter: bool = True) -> Counts:
    """What the information counts at the final estimate."""
    if lee_yu != "bias_correction":
        return likelihood_counts(data, lee_yu, has_parameter=has_parameter)
    if "period" not in data.effects or data.weights.has_unit_row_sums:
        # The corrected estimate has the precision of the transformed likelihood.
        return likelihood_counts(data, "transformation", has_parameter=False)
    maps = data.n_periods - 1 if "unit" in data.effects else data.n_periods
    return Counts(maps * data.n_units, maps, drops_unit_root=False)


def bias_corrected(point: Point, data: SpatialData, pattern: Floats) -> Floats:
    """(δ, ρ, σ²) of the direct likelihood minus its estimated bias.

    Args:
        point: at the maximum of the direct likelihood.
        data: the panel; its effects decide what there is to correct.
        pattern: (N,) map of a period effect, or (T, N) of each one's; ones for a spatial lag.

    Source: Lee and Yu (2010), JoE 154(2), section 3; Elhorst (2014), equations 3.39 to 3.40. For
    weights whose rows add up to one v′Gv/v′v is their 1/(1 − ρ).
    """
    vector = point.vector
    if "period" in data.effects:
        counts = likelihood_counts(data, "none")
        a = np.zeros_like(vector)
        a[-1] = 1 / (2 * point.sigma2)
        if point.parameter is not None:
            v = np.broadcast_to(pattern, data.outcome.shape)
            g_v = lag(data.matrix, solved(data.matrix, point.parameter, v))
            a[-2] = float(((v * g_v).sum(axis=1) / (v * v).sum(axis=1)).mean())
        info = information_matrix(point, data.matrix, counts)
        scale = 1 / np.sqrt(np.diag(info))
        shift = scale * np.linalg.solve(info * np.outer(scale, scale), scale * a)
        vector = vector + data.n_periods * shift
    if "unit" in data.effects:
        vector[-1] *= data.n_periods / (data.n_periods - 1)
    return vector
