"""Beta convergence: whether regions that start lower grow faster, and how fast the gap closes.

Growth is put together here and handed to the fixed-effects regression; its inference is that
of `nqpf_assets.estimators.linear.two_way_fe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.sample import is_missing
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.estimators.regional_differences.observations import Floats, observations

INITIAL = "log_initial"


@dataclass(frozen=True)
class BetaConvergence:
    """Growth explained by the level it starts from.

    Attributes:
        beta, beta_std_error, beta_p_value: of the logarithm of the initial value; negative
            where regions converge.
        speed: lambda = -ln(1 + span beta) / span, the share of the gap that closes per period
            of continuous time; NaN where 1 + span beta is not positive.
        speed_std_error: by the delta method, s_beta / (1 + span beta).
        half_life: ln 2 / lambda periods; NaN where regions do not converge.
        half_life_std_error: by the delta method, half_life / lambda times the speed's.
        span: periods over which growth is measured; it enters as an average per period.
        n_without_growth: rows of the input whose value `span` periods later is not there.
        fit: the whole regression, the initial value first, controls after it.
    """

    beta: float
    beta_std_error: float
    beta_p_value: float
    speed: float
    speed_std_error: float
    half_life: float
    half_life_std_error: float
    span: int
    n_without_growth: int
    fit: TwoWayFE


def beta_convergence(
    values: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    controls: ArrayLike | None = None,
    names: Sequence[str] = (),
    span: int = 1,
    effects: Sequence[str] = (),
    **options: Any,
) -> BetaConvergence:
    """ln(y[t+s] / y[t]) / s on ln y[t]: absolute, or conditional on controls and effects.

    Args:
        values: (n,) positive.
        units: (n,) labels.
        periods: (n,) whole numbers; growth is looked up by calendar, so that a missing year
            gives missing growth, never growth over two years.
        controls: (n, K) at the start of the growth, or None; missing values are allowed only
            in rows that have no growth.
        names: the K controls.
        span: s, one or more.
        effects: ``()`` for absolute convergence; ``("unit",)`` or ``("unit", "period")`` for
            convergence of each region to a level of its own.
        options: of `two_way_fe`: vcov, cluster, small_sample, ...; clustered by unit by default.

    Raises:
        DifferenceError: values that are not positive, periods that are not whole numbers, no
            pair of periods `span` apart.
        EstimationError: what the regression cannot be estimated from.

    Source: Barro and Sala-i-Martin (1992), Journal of Political Economy 100(2), made linear;
    Islam (1995), Quarterly Journal of Economics 110(4), for panels.
    """
    data = observations(values, units, least="positive")
    unit, logs = data.period_codes, np.log(data.values)
    time = _whole_periods(periods, len(logs))
    if span < 1:
        raise DifferenceError(f"span is the number of periods of growth, 1 or more; found {span}")
    start, end = _pairs(unit, time, span)
    if not len(start):
        raise DifferenceError(
            f"no region has values {counted(span, 'periods')} apart: no growth to explain"
        )
    extra = np.empty((len(logs), 0)) if controls is None else np.asarray(controls)
    if extra.ndim != 2 or extra.shape != (len(logs), len(names)):
        raise DifferenceError(
            f"controls of shape {extra.shape} for {counted(len(logs), 'rows')} and "
            f"{counted(len(names), 'names')}"
        )
    if INITIAL in names:
        raise DifferenceError(f"a control cannot be called {INITIAL}")
    regressors = np.column_stack([logs[start], extra[start]])
    labels = np.asarray(data.periods, dtype=object)[unit[start]]
    if "cluster" in options and isinstance(options["cluster"], np.ndarray):
        options["cluster"] = options["cluster"][start]
    fit = two_way_fe(
        (logs[end] - logs[start]) / span,
        regressors,
        labels,
        time[start],
        names=(INITIAL, *names),
        effects=effects,
        **options,
    )
    if fit.names[0] != INITIAL:
        raise DifferenceError("the initial value does not vary beyond the effects")
    beta, error = float(fit.params[0]), float(fit.std_errors[0])
    speed, speed_error, half_life, half_life_error = _speed(beta, error, span)
    return BetaConvergence(
        beta,
        error,
        float(fit.p_values[0]),
        speed,
        speed_error,
        half_life,
        half_life_error,
        span,
        len(logs) - len(start),
        fit,
    )


def _speed(beta: float, error: float, span: int) -> tuple[float, float, float, float]:
    """Speed and half-life with their standard errors."""
    kept = 1 + span * beta  # the share of a gap that is left after a span
    if kept <= 0:
        return (float("nan"),) * 4
    speed, speed_error = float(-np.log(kept) / span), error / kept
    if speed <= 0:
        return speed, speed_error, float("nan"), float("nan")
    half_life = float(np.log(2) / speed)
    return speed, speed_error, half_life, half_life / speed * speed_error


def _whole_periods(periods: ArrayLike, n_rows: int) -> Floats:
    # Before they become numbers: a missing date would become a large one.
    if missing := sum(map(is_missing, np.asarray(periods, dtype=object).ravel())):
        raise DifferenceError(f"periods are missing in {counted(missing, 'rows')}")
    try:
        time = np.asarray(periods, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DifferenceError("periods must be whole numbers, such as years") from error
    if time.shape != (n_rows,):
        raise DifferenceError(
            f"periods: shape {time.shape} where {counted(n_rows, 'rows')} were expected"
        )
    if not np.isfinite(time).all() or (time != np.floor(time)).any():
        raise DifferenceError("periods must be whole numbers, such as years")
    return time


def _pairs(unit: Any, time: Floats, span: int) -> tuple[Any, Any]:
    """Rows and the rows of the same unit `span` periods later, in the order of the former."""
    # Periods as whole numbers from 0, with room for the span, so that one number names a row.
    offset = (time - time.min()).astype(np.int64)
    width = int(offset.max()) + span + 1
    keys = unit.astype(np.int64) * width + offset
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    if (np.diff(ordered) == 0).any():
        raise DifferenceError("a region occurs more than once in a period")
    place = np.minimum(np.searchsorted(ordered, keys + span), len(keys) - 1)
    start = np.flatnonzero(ordered[place] == keys + span)
    return start, order[place[start]]
