"""What a panel threshold regression reports.

Numbers only, in the words of Hansen (1999); rounding, stars and layout belong to the reports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True)
class ThresholdEstimate:
    """One threshold with its likelihood-ratio confidence set, the other thresholds held fixed.

    Attributes:
        estimate: the threshold; rows at or below it belong to the lower regime.
        conf_low, conf_high: smallest and largest value that the test does not reject; the set
            between them need not be without gaps.
        is_set_connected: whether every value tried between the two is in the set.
        is_set_cut_off: whether the set reaches the first or last value that could be tried, so
            that its end is the trimming's and not the data's.
        candidates: (G,) values tried, rising.
        likelihood_ratio: (G,) (S(gamma) - S(estimate)) / (S(estimate) / divisor).
        critical_value: -2 ln(1 - sqrt(confidence level)); the set is what lies at or below it.
    """

    estimate: float
    conf_low: float
    conf_high: float
    is_set_connected: bool
    is_set_cut_off: bool
    candidates: Floats
    likelihood_ratio: Floats
    critical_value: float


@dataclass(frozen=True)
class ThresholdTest:
    """Is there one more threshold?

    Attributes:
        n_thresholds: of the alternative; the null hypothesis has one less.
        added: the threshold that is added, the earlier ones held where the null puts them.
        ssr_null, ssr_alternative: sums of squared residuals.
        f_statistic: (ssr_null - ssr_alternative) / (ssr_alternative / divisor).
        p_value: (n_exceeding + 1) / (n_draws + 1); NaN without draws.
        n_draws, n_exceeding: bootstrap draws, and those with an F at least as large.
        critical_values: bootstrap F at 10, 5 and 1 percent; NaN without draws.
        bootstrap_f: (n_draws,) in the order drawn.
    """

    n_thresholds: int
    added: float
    ssr_null: float
    ssr_alternative: float
    f_statistic: float
    p_value: float
    n_draws: int
    n_exceeding: int
    critical_values: tuple[float, float, float]
    bootstrap_f: Floats


@dataclass(frozen=True)
class PanelThreshold:
    """A fixed-effects regression whose coefficients change at one to three thresholds.

    Attributes:
        thresholds: in rising order, each with its confidence set.
        tests: of one, two, ... thresholds, each against one less.
        regime_rows: rows of each regime, from the lowest.
        regimes: (n,) number of the regime of each row of the sample, from 1.
        ssr: sums of squared residuals without threshold, with one, two, ... (refined).
        fit: the regression given the thresholds: regressors by name, regime-dependent ones as
            ``name:regime_1``, ``name:regime_2``, ..., regime intercepts as
            ``intercept:regime_2``, ... (relative to regime 1). Its inference treats the
            thresholds as known, which is right in large samples (Hansen 1999).
        threshold_name: the variable that crosses the thresholds.
        regime_names: regressors whose coefficients change.
        divisor: name of the divisor; divisor_value: by which residual sums are divided.
        trim: least share of the rows in each regime, one per threshold.
        grid: quantiles were tried in steps of 1/grid; None for every distinct value.
        grid_of: quantiles of ``"rows"`` or of ``"distinct"`` values.
        n_candidates: values that trimming leaves for a single threshold.
        residuals_from: which model's residuals were resampled.
        demeaned_periods: ``"all"``, or ``"drop_last"`` where the last period is left out once
            the unit means are gone.
        n_filled: rows of a typical draw (its expectation) whose residual had to come from
            another period of the donor unit; 0 in balanced panels.
    """

    thresholds: tuple[ThresholdEstimate, ...]
    tests: tuple[ThresholdTest, ...]
    regime_rows: tuple[int, ...]
    regimes: NDArray[np.intp]
    ssr: tuple[float, ...]
    fit: TwoWayFE
    threshold_name: str
    regime_names: tuple[str, ...]
    divisor: str
    divisor_value: float
    trim: tuple[float, ...]
    grid: int | None
    grid_of: str
    n_candidates: int
    residuals_from: str
    demeaned_periods: str
    n_filled: float
