"""Panel threshold regression: coefficients that change where a variable crosses a value.

Here the pieces are put together: sample, candidates, sequential estimation, bootstrap tests,
confidence sets, and the regression given the thresholds, which is `two_way_fe`'s. The
conventions are explained in docs/methods/threshold.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Unpack

import numpy as np
from numpy.typing import ArrayLike

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.demeaned_periods import DemeanedPeriods, check_demeaned_periods
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.options import LeastSquaresKeywords, LeastSquaresOptions
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Codes, Floats
from nqpf_assets.estimators.thresholds.bootstrap import Progress, donors
from nqpf_assets.estimators.thresholds.candidates import GridOf
from nqpf_assets.estimators.thresholds.inference import confidence_sets, threshold_tests
from nqpf_assets.estimators.thresholds.options import (
    Divisor,
    ResidualsFrom,
    ThresholdBootstrap,
    ThresholdSearch,
    check_threshold_effects,
    divisor_value,
)
from nqpf_assets.estimators.thresholds.result import PanelThreshold
from nqpf_assets.estimators.thresholds.sample import (
    ThresholdData,
    ThresholdSample,
    threshold_sample,
)
from nqpf_assets.estimators.thresholds.sequence import NO_ROOM, Stages, estimate_stages


def panel_threshold(
    outcome: ArrayLike,
    regressors: ArrayLike,
    regime_regressors: ArrayLike,
    threshold_variable: ArrayLike,
    units: ArrayLike,
    periods: ArrayLike,
    *,
    names: Sequence[str],
    regime_names: Sequence[str],
    threshold_name: str,
    effects: Sequence[str] = ("unit",),
    n_thresholds: int = 1,
    trim: float | Sequence[float] = 0.05,
    grid: int | None = None,
    grid_of: GridOf = "rows",
    regime_intercept: bool = False,
    divisor: Divisor = "hansen",
    draws: int = 300,
    residuals_from: ResidualsFrom = "alternative",
    generator: np.random.Generator | None = None,
    progress: Progress | None = None,
    demeaned_periods: DemeanedPeriods = "all",
    **least_squares: Unpack[LeastSquaresKeywords],
) -> PanelThreshold:
    """Hansen's (1999) threshold regression, for balanced and unbalanced panels.

    Args:
        outcome: (n,).
        regressors: (n, K), K >= 0, whose coefficients are the same in all regimes.
        regime_regressors: (n, k), k >= 1, with a coefficient in each regime.
        threshold_variable: (n,) q; a regime holds the rows with q above the threshold below it
            and at or below the threshold above it. It may be one of the regressors.
        units, periods: (n,) labels; each pair once.
        names, regime_names, threshold_name: of the variables.
        effects: ``("unit",)``, or ``("unit", "period")``; both are removed from the regressors
            after they are split by regime.
        n_thresholds: 1, 2 or 3; models with fewer are estimated and tested on the way.
        trim: least share of the rows in each regime; one number, or one per threshold, not
            falling.
        grid: try quantiles of q in steps of 1/grid, 400 in Hansen's paper; None tries every
            distinct value.
        grid_of: quantiles of the ``"rows"``, or of the ``"distinct"`` values as in his program.
        regime_intercept: whether regimes differ in level too (Bick 2010); without it the
            estimates depend on where the regime regressors have their zero.
        divisor: of the error variance in F and in the likelihood ratio: ``"hansen"`` rows
            minus effects, N(T-1) with unit effects; ``"xthreg"`` n - T; ``"pdr"`` n.
        draws: bootstrap draws of each test; 0 for none.
        residuals_from: which are drawn: those of the ``"alternative"`` (Hansen's paper) or of
            the ``"null"`` model (his program, and R's pdR).
        generator: of the draws; default seed 0.
        progress: called with draws done and draws in all.
        demeaned_periods: ``"all"``; or ``"drop_last"``, which leaves the last period out of
            everything once the unit means are gone, as Hansen's GAUSS program and R's pdR do:
            to reproduce their tables, for balanced panels with unit effects.
        least_squares: vcov, cluster, small_sample, lags, drop_singletons and confidence_level as in
            `two_way_fe`; the last is that of the confidence sets, too.

    Raises:
        EstimationError: input or options from which nothing can be estimated, in clear words.

    Source: Hansen (1999), "Threshold effects in non-dynamic panels", J. Econometrics 93(2).
    """
    check_threshold_effects(effects)
    search = ThresholdSearch(n_thresholds, trim, grid, grid_of, divisor)
    bootstrap = ThresholdBootstrap(draws, residuals_from, generator, progress)
    options = LeastSquaresOptions(**least_squares)
    check_demeaned_periods(demeaned_periods, effects, options.vcov)
    data = ThresholdData(
        outcome,
        regressors,
        regime_regressors,
        threshold_variable,
        units,
        periods,
        names,
        regime_names,
        threshold_name,
    )
    asked = _Asked(
        data, search, bootstrap, options, tuple(effects), regime_intercept, demeaned_periods
    )
    sample = threshold_sample(
        data,
        search,
        effects,
        regime_intercept=regime_intercept,
        drop_singletons=options.drop_singletons,
        demeaned_periods=demeaned_periods,
    )
    left = sample.design.residuals(sample.outcome[:, None])
    stages = estimate_stages(sample.design, left, search.shares)
    _require_room(stages, search, data)
    return _result(asked, sample, left, stages, _given(asked, sample, stages))


@dataclass(frozen=True)
class _Asked:
    """All that was asked for, checked."""

    data: ThresholdData
    search: ThresholdSearch
    bootstrap: ThresholdBootstrap
    options: LeastSquaresOptions
    effects: tuple[str, ...]
    has_regime_intercept: bool
    demeaned_periods: DemeanedPeriods


def _require_room(stages: Stages, search: ThresholdSearch, data: ThresholdData) -> None:
    """Refuse more thresholds than the variable has room for."""
    if (stages.added == NO_ROOM).any():
        room = int((stages.added[0] != NO_ROOM).sum())
        raise EstimationError(
            f"{data.threshold_name} has room for {room} of {counted(search.n_thresholds, 'thresholds')}: no "
            f"further one leaves every regime a share of {search.shares[room]:g} with variation of "
            f"its own in {', '.join(data.regime_names)}"
        )


def _given(asked: _Asked, sample: ThresholdSample, stages: Stages) -> TwoWayFE:
    """The regression given the thresholds."""
    data = asked.data
    values = sample.design.candidates.values[np.sort(stages.positions[-1][0])]
    columns, terms = _split(
        sample, values, data.names, data.regime_names, asked.has_regime_intercept
    )
    fit = two_way_fe(
        data.outcome,
        columns,
        data.units,
        data.periods,
        names=terms,
        effects=asked.effects,
        demeaned_periods=asked.demeaned_periods,
        **asked.options.keywords,
    )
    if fit.dropped:
        reasons = "; ".join(f"{d.name}: {d.reason}" for d in fit.dropped)
        raise EstimationError(f"a regime has too little variation of its own ({reasons})")
    return fit


def _result(
    asked: _Asked, sample: ThresholdSample, left: Floats, stages: Stages, fit: TwoWayFE
) -> PanelThreshold:
    """Tests, confidence sets, and what is reported of the regression given the thresholds.

    Args:
        left: (n, 1) outcome, effects and basis removed.
    """
    search, shares = asked.search, asked.search.shares
    positions = np.sort(stages.positions[-1][0])
    values = sample.design.candidates.values[positions]
    regimes = regimes_of(sample.columns_threshold, values)[sample.is_in_sample]
    scale = divisor_value(search.divisor, sample.effects)
    return PanelThreshold(
        thresholds=confidence_sets(
            sample.design, left, positions, shares[-1], scale, asked.options.confidence_level
        ),
        tests=threshold_tests(sample, left, stages, shares, scale, asked.bootstrap),
        regime_rows=tuple(np.bincount(regimes, minlength=len(values) + 2)[1:].tolist()),
        regimes=regimes,
        ssr=tuple(stages.ssr[0].tolist()),
        fit=replace(fit, sample=replace(fit.sample, dropped=sample.dropped)),
        threshold_name=asked.data.threshold_name,
        regime_names=tuple(asked.data.regime_names),
        divisor=search.divisor,
        divisor_value=scale,
        trim=shares,
        grid=search.grid,
        grid_of=search.grid_of,
        n_candidates=len(sample.design.candidates.values),
        residuals_from=asked.bootstrap.residuals_from,
        demeaned_periods=asked.demeaned_periods,
        n_filled=donors(sample.unit_codes, sample.period_codes).n_filled,
    )


def regimes_of(q: Floats, thresholds: Floats) -> Codes:
    """Number of the regime of each (n,) value, from 1; a threshold belongs to the regime below."""
    return np.searchsorted(thresholds, q, side="left") + 1


def _split(
    sample: ThresholdSample,
    thresholds: Floats,
    names: Sequence[str],
    regime_names: Sequence[str],
    regime_intercept: bool,
) -> tuple[Floats, list[str]]:
    """Columns of the regression given the thresholds, for all rows of the input, and names."""
    regimes = regimes_of(sample.columns_threshold, thresholds)
    columns = [sample.columns[:, j] for j in sample.kept]
    terms = [names[j] for j in sample.kept]
    numbers = range(1, len(thresholds) + 2)
    for j, name in enumerate(regime_names, start=len(names)):
        columns += [sample.columns[:, j] * (regimes == number) for number in numbers]
        terms += [f"{name}:regime_{number}" for number in numbers]
    if regime_intercept:
        columns += [(regimes == number).astype(np.float64) for number in numbers[1:]]
        terms += [f"intercept:regime_{number}" for number in numbers[1:]]
    return np.column_stack(columns), terms
