"""Tests for the number of thresholds, and confidence sets for their values.

The bootstrap's draws are made in `bootstrap`; inference about coefficients is that
of the fixed-effects regression given the thresholds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nqpf_assets.estimators.linear.within import Codes, Floats
from nqpf_assets.estimators.thresholds.bootstrap import (
    NullModel,
    bootstrap_f,
    f_statistic,
)
from nqpf_assets.estimators.thresholds.options import ThresholdBootstrap
from nqpf_assets.estimators.thresholds.result import ThresholdEstimate, ThresholdTest
from nqpf_assets.estimators.thresholds.sample import ThresholdSample
from nqpf_assets.estimators.thresholds.search import ThresholdDesign, gains
from nqpf_assets.estimators.thresholds.sequence import Stages


def confidence_sets(
    design: ThresholdDesign,
    left: Floats,
    positions: Codes,
    trim: float,
    divisor: float,
    confidence_level: float,
) -> tuple[ThresholdEstimate, ...]:
    """Each threshold with the values that the likelihood ratio does not reject.

    Args:
        design: the model.
        left: (n, 1) outcome, effects and basis removed.
        positions: of the thresholds among the candidates, rising.
        trim: least share in each regime.
        divisor: of the error variance.
        confidence_level: asymptotic (Hansen 1999): c = -2 ln(1 - sqrt(level)).
    """
    critical = float(-2 * np.log(1 - np.sqrt(confidence_level)))
    found = []
    for j, own in enumerate(positions):
        others = tuple(int(p) for p in np.delete(positions, j))
        allowed = design.candidates.allowed(others, trim)
        # Later thresholds may be trimmed harder than the one that stands here.
        allowed[own] = True
        gain = gains(design, left, others, allowed)
        tried = np.isfinite(gain.values[:, 0])
        ssr = gain.ssr_fixed[0] - gain.values[:, 0]
        ratio = np.maximum((ssr[tried] - ssr[own]) / (ssr[own] / divisor), 0.0)
        inside = np.flatnonzero(ratio <= critical)
        values = design.candidates.values[tried]
        low, high = int(inside[0]), int(inside[-1])
        found.append(
            ThresholdEstimate(
                estimate=float(design.candidates.values[own]),
                conf_low=float(values[low]),
                conf_high=float(values[high]),
                is_set_connected=high - low + 1 == len(inside),
                is_set_cut_off=low == 0 or high == len(values) - 1,
                candidates=values,
                likelihood_ratio=ratio,
                critical_value=critical,
            )
        )
    return tuple(found)


def threshold_tests(
    sample: ThresholdSample,
    left: Floats,
    stages: Stages,
    trim: Sequence[float],
    divisor: float,
    bootstrap: ThresholdBootstrap,
) -> tuple[ThresholdTest, ...]:
    """Test each number of thresholds against one less.

    Args:
        left: (n, 1) outcome, effects and basis removed.
        stages: the models with one threshold more each.
        trim: least share in each regime, one for each threshold.
        divisor: of the error variance.
        bootstrap: how the statistics' distributions are drawn.
    """
    draws, done = bootstrap.draws, 0

    def report(more: int) -> None:
        nonlocal done
        done += more
        if bootstrap.progress is not None:
            bootstrap.progress(done, draws * len(trim))

    tests = []
    generator = bootstrap.generator or np.random.default_rng(0)
    # A stream for each test: the first does not change when a second is asked for.
    for number, own in enumerate(generator.spawn(len(trim)), start=1):
        ssr0, ssr1 = stages.ssr[0, number - 1], stages.ssr_added[0, number - 1]
        statistic = float(f_statistic(ssr0, ssr1, divisor))
        drawn = np.empty(0)
        if draws:
            under_null = _residuals(sample.design, left, stages, number - 1)
            resampled = under_null
            if bootstrap.residuals_from == "alternative":
                resampled = _residuals(sample.design, left, stages, number)
            null = NullModel(
                left[:, 0] - under_null, resampled, sample.unit_codes, sample.period_codes
            )
            drawn = bootstrap_f(sample.design, null, trim[:number], divisor, draws, own, report)
        exceeding = int((drawn >= statistic).sum())
        critical = np.quantile(drawn, [0.9, 0.95, 0.99]) if draws else np.full(3, np.nan)
        tests.append(
            ThresholdTest(
                n_thresholds=number,
                added=float(sample.design.candidates.values[stages.added[0, number - 1]]),
                ssr_null=float(ssr0),
                ssr_alternative=float(ssr1),
                f_statistic=statistic,
                p_value=(exceeding + 1) / (draws + 1) if draws else float("nan"),
                n_draws=draws,
                n_exceeding=exceeding,
                critical_values=(float(critical[0]), float(critical[1]), float(critical[2])),
                bootstrap_f=drawn,
            )
        )
    return tuple(tests)


def _residuals(design: ThresholdDesign, left: Floats, stages: Stages, number: int) -> Floats:
    """Residuals (n,) of the model with that number of thresholds."""
    if not number:
        return left[:, 0]
    split = design.split(stages.positions[number][0].tolist())
    return np.asarray(left[:, 0] - split @ (split.T @ left[:, 0]), dtype=np.float64)
