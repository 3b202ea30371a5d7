"""Tests of the instruments of a column: statistics with their bounds and, in words, what holds for them."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.result_rows import Test
from nqpf_assets.estimators.linear.distributions import chi2_sf
from nqpf_assets.messages.counted import counted

RULE_OF_THUMB = 10.0
"""F of a first stage below which instruments are called weak (Staiger and Stock 1997)."""

LEVEL = 0.05
WORDS = {
    "underidentification": "the test of underidentification",
    "stock_wright": "Stock and Wright's S",
    "overidentification": "Hansen's J",
    "endogeneity": "the test of endogeneity",
}
SCORE_TESTS = tuple(WORDS)
"""Tests of scores summed by cluster, which so many clusters bound."""

if TYPE_CHECKING:
    from nqpf_assets.estimators.instruments.result import FixedEffects2SLS, IvTest


def instrument_tests(design: Design, result: FixedEffects2SLS) -> Iterator[Test]:
    """All of them, in the order in which they are told."""
    for key, test in (
        ("underidentification", result.underidentification),
        ("anderson_rubin_f", result.anderson_rubin_f),
        ("anderson_rubin_chi2", result.anderson_rubin_chi2),
        ("stock_wright", result.stock_wright),
        ("overidentification", result.overidentification),
        ("endogeneity", result.endogeneity),
    ):
        yield _test(key, test, result)
    for stage in result.first_stages:
        yield _test(f"first_stage_f: {stage.endogenous}", stage.f, result)
        yield _test(
            f"sanderson_windmeijer_f: {stage.endogenous}",
            stage.sanderson_windmeijer_f,
            result,
        )
        yield Test(f"partial_r2: {stage.endogenous}", stage.partial_r2)
    yield from _strength(design, result)
    yield from _effective(result)
    yield from _tf(result)
    if result.anderson_rubin_set is not None:
        found = result.anderson_rubin_set
        pieces = " and ".join(f"[{low:.4g}, {high:.4g}]" for low, high in found.pieces)
        detail = f"{found.kind}: {pieces}" if pieces else found.kind
        yield Test("anderson_rubin_set", None, None, None, f"{found.level:.0%} {detail}")


def _strength(design: Design, result: FixedEffects2SLS) -> Iterator[Test]:
    """Weak identification, each statistic beside the bounds that hold for it."""
    weights = design.column.weights
    is_alike = weights is None or weights.type != "population"
    yield Test(
        "cragg_donald_f",
        result.cragg_donald_f,
        None,
        None,
        "weak identification if errors are alike and unrelated; Stock-Yogo values hold for it"
        if is_alike
        else "not told: rows that stand for members of a population do not have errors alike",
    )
    known = result.stock_yogo
    bounds = (
        ("size", known.size, "largest size of a nominal 5 % Wald test"),
        ("bias", known.relative_bias, "largest bias relative to least squares"),
    )
    for kind, values, words in bounds if is_alike else ():
        for level, value in (values or {}).items():
            yield Test(
                f"stock_yogo_{kind}_{100 * level:.0f}",
                value,
                None,
                None,
                f"bound of cragg_donald_f, {level:.0%} {words}",
            )
    if result.kleibergen_paap_f is not None:
        yield Test(
            "kleibergen_paap_f",
            result.kleibergen_paap_f,
            None,
            None,
            "weak identification under this covariance; Stock-Yogo values do not hold for it, "
            f"a rule of thumb asks for {RULE_OF_THUMB:g}",
        )


def _effective(result: FixedEffects2SLS) -> Iterator[Test]:
    """The effective F with the bounds that hold for it."""
    found = result.effective_f
    if found is None or isnan(found.statistic):
        return
    words = "weak identification under this covariance (Montiel Olea and Pflueger)"
    yield Test("effective_f", found.statistic, None, None, words)
    for bias, bound in found.bounds.items():
        yield Test(
            f"effective_f_bound_{100 * bias:.0f}",
            bound,
            None,
            None,
            f"bound of effective_f at 5 %, bias up to {bias:.0%} of the worst",
        )


def _tf(result: FixedEffects2SLS) -> Iterator[Test]:
    """What |t| is held against beside so strong an instrument, with the standard error that says the same."""
    found = result.tf
    if found is None or isnan(found.critical_value) or isnan(found.std_error):
        return
    f = f"F = {found.f:.2f}"
    if found.critical_value == float("inf"):
        words = f"no critical value of |t| holds 5 % with {f}: the interval is the whole line"
        yield Test("tf_critical_value", None, None, None, words)
        return
    low, high = found.conf_int
    words = (
        f"of |t| at 5 % with {f} (Lee, McCrary, Moreira and Porter): 95 % [{low:.4g}, {high:.4g}]"
    )
    yield Test("tf_critical_value", found.critical_value, None, None, words)
    words = "of the coefficient, times the critical value over 1.96"
    yield Test("tf_std_error", found.std_error, None, None, words)


def least_p(key: str, test: IvTest, result: FixedEffects2SLS) -> float:
    """The smallest p-value that a score test of so many clusters can have; 0 where clusters are no bound.

    Sums over clusters of several keys are no squares, and bound nothing.

    Its statistic is g'(Σ s s')⁻¹ g with g the sum of the clusters' scores s, which is at most their number.
    """
    if key not in SCORE_TESTS or len(result.n_clusters) != 1 or not test.df or not test.df[0]:
        return 0.0
    return float(chi2_sf(min(result.n_clusters), test.df[0]))


def _test(key: str, test: IvTest, result: FixedEffects2SLS) -> Test:
    """A test with its distribution in words; F has the numerator's degrees of freedom in `df`."""
    df = float(test.df[0]) if test.df else None
    words = f"{test.name}, {test.distribution}{test.df}"
    if test.distribution == "chi2":
        words += f", of {counted(result.n_chi2, 'observations')}"
    if test.df == (0,):
        words += ": nothing to test, as many instruments as endogenous variables"
    least = least_p(key, test, result)
    if least <= LEVEL:
        return Test(key, test.statistic, df, test.p_value, words)
    n_clusters = min(result.n_clusters)
    words += (
        f"; at most {n_clusters} with {counted(n_clusters, 'clusters')}, p at least "
        f"{least:.2f}: it rejects nothing"
    )
    return Test(key, test.statistic, df, None, words)
