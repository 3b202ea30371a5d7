"""Spillovers over time: the same spatial model on window after window of periods.

Effects that one model averages over all periods may grow or fade. Here a model is estimated
anew on each window and its direct and indirect effects are set side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import encode
from nqpf_assets.estimators.spatial.effects import SpatialEffects, spatial_effects
from nqpf_assets.estimators.spatial.model import spatial_panel
from nqpf_assets.estimators.spatial.period_weights import AnyWeights
from nqpf_assets.estimators.spatial.result import SpatialPanel

Windows = Literal["rolling", "expanding", "halves"]


@dataclass(frozen=True, eq=False)
class WindowEffects:
    """A spatial model of the periods from `first` to `last`, with its effects."""

    first: Any
    last: Any
    model: SpatialPanel
    effects: SpatialEffects


def effects_by_window(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    weights: AnyWeights,
    *,
    names: Sequence[str],
    windows: Windows = "rolling",
    width: int | None = None,
    draws: int = 1000,
    seed: int = 0,
    **options: Any,
) -> tuple[WindowEffects, ...]:
    """Direct, indirect and total effects by window, in the order of time.

    Args:
        outcome, regressors, units, periods, weights, names: as in `spatial_panel`.
        windows: ``"rolling"``: `width` successive periods, moved on by one; ``"expanding"``: from
            the first period, `width` of them and then one more each time; ``"halves"``: the
            first and the second half, the middle of an odd number in the second.
        width: periods of a (first) window, two or more; not for halves.
        draws, seed: of the effects; the same seed in every window, so that windows differ by
            their data alone.
        options: further options of `spatial_panel`.

    Windows overlap, except halves: their estimates are not independent of each other, and the
    standard errors of two of them say nothing about their difference.

    Raises:
        EstimationError: a width that does not fit, or a window that cannot be estimated; the
            message names it.
    """
    codes, labels = encode(periods, "the period")
    t = len(labels)
    x, y = np.asarray(regressors), np.asarray(outcome)
    who = np.asarray(units, dtype=object)
    when = np.asarray(periods, dtype=object)
    found = []
    for first, last in _bounds(windows, width, t):
        rows = (codes >= first) & (codes <= last)
        try:
            model = spatial_panel(
                y[rows], x[rows], who[rows], when[rows], weights, names=names, **options
            )
        except EstimationError as error:
            raise EstimationError(
                f"window {labels[first]} to {labels[last]}: {error}",
                units=error.units,
                remedy=error.remedy,
            ) from error
        effects = spatial_effects(model, draws=draws, seed=seed)
        found.append(WindowEffects(labels[first], labels[last], model, effects))
    return tuple(found)


def _bounds(windows: str, width: int | None, t: int) -> list[tuple[int, int]]:
    """First and last position of each window."""
    if windows == "halves":
        if width is not None:
            raise EstimationError("halves have no width; leave it out")
        if t < 4:
            raise EstimationError(f"two halves need four or more periods; found {t}")
        return [(0, t // 2 - 1), (t // 2, t - 1)]
    if windows not in ("rolling", "expanding"):
        raise EstimationError(f"windows are 'rolling', 'expanding' or 'halves'; found {windows!r}")
    if width is None or not 2 <= width <= t:
        raise EstimationError(
            f"the width of a window is 2 to {counted(t, 'periods')}; found {width}"
        )
    if windows == "rolling":
        return [(k, k + width - 1) for k in range(t - width + 1)]
    return [(0, k) for k in range(width - 1, t)]
