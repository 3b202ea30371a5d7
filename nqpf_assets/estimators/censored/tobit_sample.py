"""The estimation sample of a Tobit: what is censored, and what has no finite estimate.

A unit censored in every period would want an effect of infinity; it tells nothing about the
coefficients and leaves the sample by name. Regressors that do the same to some of the rows
are found in `tobit_separation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.censored.tobit_rows import Rows
from nqpf_assets.estimators.counted import counted, verb
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.sample import PanelSample, panel_sample
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class CensoredLevel:
    """A unit or period that is censored in every row, and so has no finite effect.

    Attributes:
        kind: ``"unit"`` or ``"period"``.
        label: which one.
        side: ``"left"`` or ``"right"``.
        n_rows: rows that left the sample with it.
    """

    kind: str
    label: Any
    side: str
    n_rows: int


@dataclass(frozen=True)
class CensoredSample:
    """A panel sample with its censoring.

    Attributes:
        panel: the rows that enter.
        rows: the censored outcome of these rows.
        dropped_levels: units and periods that left.
    """

    panel: PanelSample
    rows: Rows
    dropped_levels: tuple[CensoredLevel, ...]


def check_limits(lower: float | None, upper: float | None) -> tuple[float, float]:
    """The limits, infinite where there is none."""
    if lower is None and upper is None:
        raise EstimationError("a Tobit needs a lower limit, an upper limit, or both")
    for name, limit in (("lower", lower), ("upper", upper)):
        if limit is not None and not np.isfinite(limit):
            raise EstimationError(f"the {name} limit must be a finite number; found {limit}")
    low = -np.inf if lower is None else float(lower)
    high = np.inf if upper is None else float(upper)
    if low >= high:
        raise EstimationError(f"the lower limit {low:g} is not below the upper limit {high:g}")
    return low, high


def censored_sample(
    outcome: ArrayLike,
    regressors: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    limits: tuple[float, float],
    effects: Sequence[str],
    drop_singletons: bool,
) -> CensoredSample:
    """Check and code a panel, and drop what the effects make uninformative.

    Args:
        outcome: (n,); at or beyond a limit it counts as censored there.
        regressors: (n, K).
        units, periods: (n,) labels.
        names: the K regressors.
        limits: lower and upper, infinite where absent.
        effects: which effects are estimated: only their levels can be uninformative.
        drop_singletons: whether levels seen in one row leave as well.
    """
    watched = effects if drop_singletons else ()
    panel = panel_sample(
        outcome, regressors, units, periods, names=names, drop_singletons_of=watched
    )
    gone: list[CensoredLevel] = []
    while True:
        rows = censor(panel.outcome, limits)
        if not rows.n_observed:
            raise EstimationError(
                f"all {counted(len(rows.side), 'rows')} {verb(len(rows.side), 'are')} censored; a Tobit "
                "needs rows "
                "between the limits"
            )
        found, keep = _uninformative(panel, rows, effects)
        if not found:
            return CensoredSample(panel, rows, tuple(gone))
        gone += found
        panel = _subset(panel, keep, watched)


def censor(outcome: Floats, limits: tuple[float, float]) -> Rows:
    """Which rows are censored, with the limit in the place of what is beyond it."""
    low, high = limits
    side = np.where(outcome <= low, -1, np.where(outcome >= high, 1, 0)).astype(np.int8)
    return Rows(np.clip(outcome, low, high), side)


def _uninformative(
    panel: PanelSample, rows: Rows, effects: Sequence[str]
) -> tuple[list[CensoredLevel], NDArray[np.bool_]]:
    found: list[CensoredLevel] = []
    keep = np.ones(len(rows.side), dtype=np.bool_)
    levels = {
        "unit": (panel.unit_codes, panel.unit_labels),
        "period": (panel.period_codes, panel.period_labels),
    }
    for kind in effects:
        codes, labels = levels[kind]
        sizes = np.bincount(codes)
        for side, word in ((-1, "left"), (1, "right")):
            whole = np.bincount(codes, weights=rows.side == side) == sizes
            found += [
                CensoredLevel(kind, labels[k], word, int((keep & (codes == k)).sum()))
                for k in np.flatnonzero(whole)
            ]
            keep &= ~whole[codes]
        if found:  # one kind at a time, so that no row is counted twice
            break
    return found, keep


def _subset(panel: PanelSample, keep: NDArray[np.bool_], watched: Sequence[str]) -> PanelSample:
    """The panel without some rows, and without the singletons that this leaves."""
    units = np.asarray(panel.unit_labels, dtype=object)[panel.unit_codes[keep]]
    periods = np.asarray(panel.period_labels, dtype=object)[panel.period_codes[keep]]
    part = panel_sample(
        panel.outcome[keep],
        panel.regressors[keep],
        units,
        periods,
        names=[f"x{k}" for k in range(panel.regressors.shape[1])],
        drop_singletons_of=watched,
    )
    is_in_sample = np.zeros_like(panel.is_in_sample)
    is_in_sample[np.flatnonzero(panel.is_in_sample)[keep][part.is_in_sample]] = True
    return replace(
        part,
        is_in_sample=is_in_sample,
        singleton_units=panel.singleton_units + part.singleton_units,
        singleton_periods=panel.singleton_periods + part.singleton_periods,
    )
