"""A panel threshold regression as a column: regime coefficients, thresholds and their tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.few_draws import FEW_BLOCKS, Drawn, bootstrapped
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result_rows import Curve, Estimate, Fitted, Test
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.estimators.threshold import ThresholdOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.thresholds.result import PanelThreshold

_OF = {"rows": "rows", "distinct": "distinct values"}


def fit_threshold(design: Design) -> Fitted:
    """Coefficients that change where the threshold variable crosses its thresholds."""
    from nqpf_assets.estimators.thresholds.threshold import panel_threshold

    column, options = design.column, design.column.options(ThresholdOptions)
    result = panel_threshold(
        **threshold_arguments(design),
        draws=options.draws,
        residuals_from=options.residuals_from,
        generator=design.generator("threshold"),
        progress=progress_of(design, "bootstrap draws"),
        **design.least_squares,
    )
    return Fitted(
        model=linear_model(column, result.fit),
        terms=linear_terms(result.fit),
        effects=tuple(_thresholds(result)),
        tests=(*_tests(result), *cluster_counts(column, result.fit)),
        curves=tuple(_curves(result)),
        is_in_sample=np.asarray(result.fit.is_in_sample),
        dropped=linear_dropped(result.fit),
        notes=tuple(_words(result)),
    )


def threshold_arguments(design: Design) -> dict[str, Any]:
    """Data and search of a threshold regression, as `panel_threshold` takes them; no draws, no errors."""
    column, options = design.column, design.column.options(ThresholdOptions)
    steady = [name for name in design.names if name not in options.regime]
    return {
        "outcome": design.outcome,
        "regressors": design.values(steady),
        "regime_regressors": design.values(options.regime),
        "threshold_variable": design.values([options.variable])[:, 0],
        "units": design.units,
        "periods": design.periods,
        "names": steady,
        "regime_names": options.regime,
        "threshold_name": options.variable,
        "effects": column.effects,
        "n_thresholds": options.count,
        "trim": options.trim,
        "grid": options.grid,
        "grid_of": options.grid_of,
        "divisor": options.divisor,
        "demeaned_periods": options.demeaned_periods,
    }


def _thresholds(result: PanelThreshold) -> Iterator[Estimate]:
    """Each threshold with the ends of its likelihood-ratio set; it has no standard error."""
    nan = float("nan")
    for place, one in enumerate(result.thresholds, start=1):
        yield Estimate(
            result.threshold_name,
            one.estimate,
            nan,
            nan,
            nan,
            one.conf_low,
            one.conf_high,
            effect=f"threshold_{place}",
        )


def _curves(result: PanelThreshold) -> Iterator[Curve]:
    """By what the ends of each set are found."""
    for place, one in enumerate(result.thresholds, start=1):
        yield Curve(
            f"threshold_{place}",
            result.threshold_name,
            one.candidates,
            one.likelihood_ratio,
            one.critical_value,
        )


def _drawn(result: PanelThreshold) -> Drawn:
    return bootstrapped(
        result.tests[0].n_draws,
        result.fit.n_units,
        "units",
        tails=1,
        loses="p-value",
        instead="widen the sample, or `draws: 0`",
    )


def _tests(result: PanelThreshold) -> Iterator[Test]:
    is_told = _drawn(result).tells
    for test in result.tests:
        words = "F against one threshold less"
        if test.n_draws and is_told:
            bounds = ", ".join(f"{value:.2f}" for value in test.critical_values)
            words += f"; bootstrap F at 10, 5, 1 %: {bounds}"
        yield Test(
            f"threshold_{test.n_thresholds}",
            test.f_statistic,
            float(test.n_draws),
            test.p_value if is_told else None,
            f"{words}; divisor {result.divisor}",
        )


def _words(result: PanelThreshold) -> Iterator[str]:
    """Regimes in words, conventions that are not the default, and sets that trimming cut off."""
    bounds = [f"{one.estimate:.4g}" for one in result.thresholds]
    rows = ", ".join(map(str, result.regime_rows))
    yield f"{result.threshold_name} at or below {', '.join(bounds)}: rows per regime {rows}"
    if result.demeaned_periods == "drop_last":
        yield (
            "Last period left out after demeaning (drop_last, as Hansen's program and R's pdR): "
            "sums of squares and coefficients are of the other periods, observations are all"
        )
    if result.grid is not None:
        yield f"Thresholds sought on {counted(result.grid, 'quantiles')} of the {_OF[result.grid_of]}"
    if result.residuals_from == "null":
        yield "Bootstrap of the residuals of the null model"
    if result.tests[0].n_draws:
        drawn = _drawn(result)
        yield from drawn.words()
        if drawn.has_samples and result.fit.n_units < FEW_BLOCKS:
            yield f"{drawn.how} has few to draw from: its p-values are not to be relied on"
    for place, one in enumerate(result.thresholds, start=1):
        if one.is_set_cut_off:
            yield f"the confidence set of threshold {place} ends where the trimming does, not the data"
