"""Fractional logit and probit against R's glm, statsmodels, and in simulation.

Numbers of R and the data: tests/reference/make_fractional.R. Tolerance 1e-8 relative: both sides solve to a
digit or two below rounding, and R's slopes of the average effect are central differences.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.fractional.fractional import fractional
from nqpf_assets.estimators.fractional.link import means
from nqpf_assets.estimators.linear.errors import EstimationError

RTOL = 1e-8
with (Path(__file__).parent / "fractional.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def numbers(*names: str) -> Any:
    return np.array([[float(row[name]) for name in names] for row in ROWS])


UNITS, YEARS = (numbers(name)[:, 0].astype(int) for name in ("unit", "year"))
MEANS = {"period_effects": True, "with_means": True}
OF_R: list[tuple[dict[str, Any], list[tuple[float, float]], tuple[float, float], float]] = [
    (
        {},
        [(1.14562253736, 0.0862506525032), (-0.567291092572, 0.0583344598733)],
        (0.208346608668, 0.010051548865),
        -126.958824973,
    ),
    (
        {"link": "probit", "vcov": "robust"},
        [(0.678685735348, 0.0410639347801), (-0.338508414315, 0.0378769801367)],
        (0.206693513294, 0.00849790189212),
        -126.874865959,
    ),
    (
        {"link": "probit"} | MEANS,
        [
            (0.487325849022, 0.029756287943),
            (-0.321488180962, 0.0264701627925),
            (0.581058275712, 0.0657299069586),
            (0.100995652327, 0.111345409332),
        ],
        (0.138192133617, 0.00765977531848),
        -118.777082316,
    ),
    (
        MEANS,
        [
            (0.830083268679, 0.0527831582886),
            (-0.545588813461, 0.0475021593259),
            (0.970642491568, 0.117621972886),
            (0.168099372992, 0.190516338977),
        ],
        (0.139223590765, 0.00795830219998),
        -118.968972791,
    ),
]
"""Options, coefficients with errors, average effect of x with its error, quasi-likelihood."""


def fit(**options: Any) -> Any:
    return fractional(
        numbers("y")[:, 0], numbers("x", "z"), UNITS, YEARS, names=["x", "z"], **options
    )


@pytest.mark.parametrize(("options", "terms", "average", "likelihood"), OF_R)
def test_numbers_are_those_of_r(options: Any, terms: Any, average: Any, likelihood: float) -> None:
    found = fit(**options)
    for k, (estimate, error) in enumerate(terms):
        assert found.params[k] == pytest.approx(estimate, rel=RTOL)
        assert found.tests.std_errors[k] == pytest.approx(error, rel=RTOL)
    one = found.margins["average"]
    assert one.estimates[0] == pytest.approx(average[0], rel=RTOL)
    assert one.tests.std_errors[0] == pytest.approx(average[1], rel=1e-7)
    assert found.log_likelihood == pytest.approx(likelihood, rel=RTOL)
    assert found.margin_names == ("x", "z")


def test_statsmodels_says_the_same_of_the_effect_at_means() -> None:
    import statsmodels.api as sm

    x, found = numbers("x", "z"), fit(link="probit", small_sample="none")
    family = sm.families.Binomial(sm.families.links.Probit())
    design = sm.add_constant(x, prepend=False)
    other = sm.GLM(numbers("y")[:, 0], design, family=family).fit(
        tol=1e-14, cov_type="cluster", cov_kwds={"groups": UNITS, "use_correction": False}
    )
    assert found.params == pytest.approx(other.params, rel=1e-6)
    # statsmodels takes the observed information here, which is another by some percent.
    assert found.tests.std_errors == pytest.approx(other.bse, rel=0.05)
    slope = means("probit", np.array([np.append(x.mean(axis=0), 1) @ other.params])).slope[0]
    assert found.margins["means"].estimates == pytest.approx(other.params[:2] * slope, rel=1e-6)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_slopes_of_a_link_are_its_derivatives_also_in_the_tails(link: Any) -> None:
    index, h = np.array([-30.0, -8.0, -1.0, 0.0, 0.5, 7.0, 30.0]), 1e-5
    at, above, below = (means(link, index + shift) for shift in (0.0, h, -h))
    np.testing.assert_allclose((above.mean - below.mean) / (2 * h), at.slope, rtol=1e-4, atol=1e-10)
    np.testing.assert_allclose(
        (above.slope - below.slope) / (2 * h), at.curvature, rtol=1e-4, atol=1e-10
    )
    assert np.isfinite(at.score).all()
    assert (at.score > 0).all()


def test_shares_of_an_outcome_turned_over_have_the_same_coefficients_turned() -> None:
    y = numbers("y")[:, 0]
    one = fit()
    other = fractional(1 - y, numbers("x", "z"), UNITS, YEARS, names=["x", "z"])
    assert other.params == pytest.approx(-one.params, rel=1e-9)
    assert other.n_ends == one.n_ends[::-1]
    assert min(one.n_ends) > 0


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (
            100 * numbers("y")[:, 0],
            "lies from 0 to 1; .* rows beyond, the first 8.3333 of 1 in 2019",
        ),
        (np.full(len(ROWS), 0.3), "the outcome is 0.3 in every row"),
        ((numbers("x")[:, 0] > 0).astype(float), "an outcome of 0 or 1 from all others"),
    ],
)
def test_what_is_no_share_is_refused(y: Any, words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fractional(y, numbers("x", "z"), UNITS, YEARS, names=["x", "z"])


def simulated(rng: np.random.Generator, n: int = 100, t: int = 6) -> tuple[Any, ...]:
    """Shares of 20 with unit effects that go with x, and the average effect of x in this sample."""
    from scipy.special import ndtr

    unit, year = np.repeat(np.arange(n), t), np.tile(np.arange(t), n)
    level = rng.normal(size=n)
    x = (rng.normal(size=(n, t)) + level[:, None]).ravel()
    own = (0.5 * x.reshape(n, t).mean(axis=1) + 0.5 * rng.normal(size=n))[unit]
    index = 0.4 * x + own - 0.2
    y = rng.binomial(20, ndtr(index)) / 20
    average = 0.4 * float(np.exp(-(index**2) / 2).mean() / np.sqrt(2 * np.pi))
    return y, x.reshape(-1, 1), unit, year, average


REPLICATIONS = 200
"""The Monte Carlo error of a share near .95 is .0154, three of them .046."""


@pytest.mark.slow
def test_unit_means_hold_the_average_effect_that_pooling_misses() -> None:
    rng = np.random.default_rng(5)
    held, pooled, estimates, truths = 0, 0, [], []
    for _ in range(REPLICATIONS):
        y, x, unit, year, average = simulated(rng)
        one, plain = (
            fractional(y, x, unit, year, names=["x"], link="probit", with_means=with_means)
            for with_means in (True, False)
        )
        low, high = one.margins["average"].tests.conf_int[0]
        held += low <= average <= high
        low, high = plain.margins["average"].tests.conf_int[0]
        pooled += low <= average <= high
        estimates.append(one.margins["average"].estimates[0])
        truths.append(average)
    shares = (held / REPLICATIONS, pooled / REPLICATIONS)
    print(shares, np.mean(estimates), np.mean(truths))
    assert shares[0] > 0.90
    assert shares[1] < 0.05
    assert np.mean(estimates) == pytest.approx(np.mean(truths), rel=0.01)
