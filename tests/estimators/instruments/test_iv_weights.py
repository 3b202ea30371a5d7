"""Weights of observations in two-stage least squares, against linearmodels on dummies and repeated rows.

Tolerance 1e-9, relative: both sides are direct solutions of the same equations in double precision; dummies
lose a few digits more than demeaned columns. Tests of rank pass through four factorisations: 1e-8.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from nqpf_assets.estimators.instruments.result import IvTest
from nqpf_assets.estimators.linear.errors import EstimationError

CLOSE = {"rtol": 1e-9, "atol": 1e-11}
RANK = 1e-8
EFFECTS: list[tuple[str, ...]] = [(), ("unit",), ("period",), ("unit", "period")]
VCOVS = ["unadjusted", "robust", "clustered"]
RNG = np.random.default_rng(21)


@dataclass(frozen=True)
class Rows:
    """An unbalanced panel: outcome, two endogenous and one exogenous variable, three instruments."""

    units: Any
    periods: Any
    y: Any
    x: Any
    w: Any
    z: Any

    def __len__(self) -> int:
        return len(self.y)

    def taken(self, rows: Any) -> Rows:
        return Rows(*(getattr(self, one.name)[rows] for one in fields(self)))


def _rows() -> Rows:
    units, periods = np.repeat(np.arange(14), 7), np.tile(np.arange(7), 14)
    keep = (RNG.random(98) > 0.15) | (units < 2)  # the panel hangs together
    units, periods = units[keep], periods[keep]
    n = len(units)
    z, w = RNG.normal(size=(n, 3)) + 0.2 * periods[:, None], RNG.normal(size=(n, 1)) + 3
    u = RNG.normal(size=n) * (1 + 0.5 * np.abs(z[:, 0]))
    x = z @ [[1, 0.2], [0.3, 0.8], [0.5, -0.4]] + 0.5 * w + u[:, None] + RNG.normal(size=(n, 2))
    y = x @ [1.0, -0.5] + w[:, 0] + u + 0.2 * units + 0.1 * periods
    return Rows(units, periods, y, x, w, z)


ROWS = _rows()
WEIGHTS = RNG.uniform(0.2, 4, len(ROWS))
WHOLE = RNG.integers(1, 4, len(ROWS))


def fit(rows: Rows = ROWS, *, n_endogenous: int = 2, further: Any = None, **options: Any) -> Any:
    w = rows.w if further is None else np.column_stack([rows.w, further])
    return fe_2sls(
        rows.y,
        rows.x[:, :n_endogenous],
        rows.z,
        rows.units,
        rows.periods,
        endogenous_names=("a", "b")[:n_endogenous],
        instrument_names=("p", "q", "r"),
        exogenous=w,
        exogenous_names=[f"w{j}" for j in range(w.shape[1])],
        **options,
    )


def dummies(codes: Any) -> Any:
    return (codes[:, None] == np.unique(codes)[1:]).astype(float)


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("vcov", VCOVS)
def test_analytic_weights_are_those_of_linearmodels(effects: Any, vcov: Any) -> None:
    """Coefficients and errors of three kinds, with dummies for the effects; R² and the constant, too."""
    from linearmodels.iv import IV2SLS

    found = fit(effects=effects, vcov=vcov, weights=WEIGHTS)
    parts = [np.ones((len(ROWS), 1)), ROWS.w]
    parts += [dummies({"unit": ROWS.units, "period": ROWS.periods}[one]) for one in effects]
    exog = np.column_stack(parts)
    model = IV2SLS(ROWS.y, exog, ROWS.x, ROWS.z, weights=WEIGHTS)
    theirs = (
        model.fit(cov_type="clustered", clusters=ROWS.units, debiased=True)
        if vcov == "clustered"
        else model.fit(cov_type=vcov, debiased=True)
    )
    k = exog.shape[1]
    places = [k, k + 1, 1]  # endogenous first in ours
    errors = np.asarray(theirs.std_errors)[places]
    if vcov == "clustered":
        # Theirs counts all dummies; effects of units are nested in units, and count as one.
        n, all_terms, g = len(ROWS), k + 2, len(np.unique(ROWS.units))
        counted = all_terms - (g - 1) * ("unit" in effects)
        errors *= np.sqrt((n - all_terms) / (n - counted))
    np.testing.assert_allclose(found.params, np.asarray(theirs.params)[places], **CLOSE)
    np.testing.assert_allclose(found.std_errors, errors, **CLOSE)
    np.testing.assert_allclose(found.residuals, np.asarray(theirs.resids), **CLOSE)
    np.testing.assert_allclose(found.r2, theirs.rsquared, **CLOSE)
    if not effects:
        ours = [found.constant.estimate, found.constant.std_error]
        of_theirs = [np.asarray(theirs.params)[0], np.asarray(theirs.std_errors)[0]]
        np.testing.assert_allclose(ours, of_theirs, **CLOSE)


def test_first_stages_are_weighted_least_squares() -> None:
    """Coefficients, errors, partial R² and F of the instruments, as WLS of statsmodels gives them."""
    import statsmodels.api as sm

    found = fit(effects=(), vcov="robust", weights=WEIGHTS).first_stages
    short = np.column_stack([np.ones(len(ROWS)), ROWS.w])
    for j, stage in enumerate(found):
        model = sm.WLS(ROWS.x[:, j], np.column_stack([ROWS.z, short]), weights=WEIGHTS)
        plain, hc1 = model.fit(), model.fit(cov_type="HC1")
        without = sm.WLS(ROWS.x[:, j], short, weights=WEIGHTS).fit()
        np.testing.assert_allclose(stage.coefficients.params[:3], plain.params[:3], **CLOSE)
        np.testing.assert_allclose(stage.coefficients.std_errors[:3], hc1.bse[:3], **CLOSE)
        np.testing.assert_allclose(stage.partial_r2, 1 - plain.ssr / without.ssr, **CLOSE)
        tested = hc1.f_test(np.eye(3, 5))
        np.testing.assert_allclose(stage.f.statistic, float(tested.fvalue), **CLOSE)


def numbers(of: Any) -> dict[str, Any]:
    """All numbers of a result that do not depend on how rows are written."""
    found = {
        "params": of.params,
        "errors": of.std_errors,
        "p": of.p_values,
        "sizes": [of.n_obs, of.df_resid, of.n_chi2, of.rss, of.sigma, of.r2, of.r2_within],
        "weak": [of.cragg_donald_f, of.kleibergen_paap_f or 0.0],
    }
    if of.effective_f is not None:
        found["effective"] = [of.effective_f.statistic, *of.effective_f.bounds.values()]
    if of.anderson_rubin_set is not None:
        found["set"] = np.ravel(of.anderson_rubin_set.pieces)
    for one in fields(of):
        if isinstance(test := getattr(of, one.name), IvTest):
            found[one.name] = [test.statistic, test.p_value, *test.df]
    for stage in of.first_stages:
        own = stage.coefficients
        found[stage.endogenous] = [
            *own.params[:3],
            *own.std_errors[:3],
            stage.f.statistic,
            stage.sanderson_windmeijer_f.statistic,
            stage.partial_r2,
            stage.shea_partial_r2,
        ]
    return found


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("vcov", VCOVS)
@pytest.mark.parametrize("n_endogenous", [1, 2])
def test_frequency_weights_are_repeated_rows(effects: Any, vcov: Any, n_endogenous: int) -> None:
    """Every number is that of the rows written out: estimates, errors, first stages, and all tests."""
    again = np.repeat(np.arange(len(ROWS)), WHOLE)
    written = ROWS.taken(again)
    # A unit has one row a period: copies get years of their own, and effects of years are dummies.
    of_periods = dummies(ROWS.periods) if "period" in effects else np.empty((len(ROWS), 0))
    own = Rows(written.units, np.arange(len(written)), written.y, written.x, written.w, written.z)
    left = tuple(one for one in effects if one == "unit")
    cluster = written.units if vcov == "clustered" else None
    expected = fit(
        own,
        n_endogenous=n_endogenous,
        further=of_periods[again],
        effects=left,
        vcov=vcov,
        cluster=cluster,
    )
    found = fit(
        n_endogenous=n_endogenous,
        effects=effects,
        vcov=vcov,
        weights=WHOLE,
        weights_kind="frequency",
    )
    theirs = numbers(expected)
    k = n_endogenous + 1  # without the dummies of years
    theirs |= {key: theirs[key][:k] for key in ("params", "errors", "p")}
    if effects and effects != left:
        theirs["sizes"][-1] = found.r2_within  # of what is left of the outcome beside other effects
        theirs["model_f"] = numbers(found)["model_f"]  # tests the dummies of years as well
    for name, values in numbers(found).items():
        np.testing.assert_allclose(values, theirs[name], rtol=RANK, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("effects", EFFECTS)
@pytest.mark.parametrize("kind", ["analytic", "population"])
def test_robust_tests_are_those_of_repeated_rows_that_are_clusters(effects: Any, kind: Any) -> None:
    """A row of weight w has one error, which w copies share: their cluster. χ² statistics are the same."""
    again = np.repeat(np.arange(len(ROWS)), WHOLE)
    written = ROWS.taken(again)
    parts = [dummies({"unit": ROWS.units, "period": ROWS.periods}[one]) for one in effects]
    of_effects = np.column_stack([np.empty((len(ROWS), 0)), *parts])
    own = Rows(again, np.arange(len(again)), written.y, written.x, written.w, written.z)
    expected = fit(
        own, n_endogenous=1, further=of_effects[again], effects=(), vcov="clustered", cluster=again
    )
    found = fit(
        n_endogenous=1,
        effects=effects,
        vcov="robust",
        weights=WHOLE,
        weights_kind=kind,
        chi2_observations="all",
    )
    tests = ("underidentification", "anderson_rubin_chi2", "overidentification", "endogeneity")
    for name in (*tests, "stock_wright"):
        ours, theirs = getattr(found, name).statistic, getattr(expected, name).statistic
        if name == "stock_wright" and "unit" in effects:
            continue  # counts no moments of units, which are absorbed
        np.testing.assert_allclose(ours, theirs, rtol=RANK, err_msg=name)
    # F's differ in their corrections for small samples alone.
    n, many, g = len(ROWS), len(again), len(ROWS)
    first = 3 + 1 + 1 + of_effects.shape[1]
    factor = (n - first) / n * (many - 1) / (many - first) * g / (g - 1)
    for ours, theirs in (
        (found.kleibergen_paap_f, expected.kleibergen_paap_f),
        (found.anderson_rubin_f.statistic, expected.anderson_rubin_f.statistic),
        (found.effective_f.statistic, expected.effective_f.statistic),
        (found.first_stages[0].f.statistic, expected.first_stages[0].f.statistic),
    ):
        np.testing.assert_allclose(ours, theirs * factor, rtol=RANK)
    np.testing.assert_allclose(
        list(found.effective_f.bounds.values()),
        list(expected.effective_f.bounds.values()),
        rtol=RANK,
    )


@pytest.mark.parametrize("vcov", VCOVS)
def test_only_what_weights_are_to_each_other_matters(vcov: Any) -> None:
    one, other = (numbers(fit(vcov=vcov, weights=factor * WEIGHTS)) for factor in (1, 1000))
    alike, none = (numbers(fit(vcov=vcov, weights=w)) for w in (np.full(len(ROWS), 7.0), None))
    for name in one:
        np.testing.assert_allclose(one[name], other[name], rtol=RANK, atol=1e-11, err_msg=name)
        np.testing.assert_allclose(alike[name], none[name], rtol=RANK, atol=1e-11, err_msg=name)


def test_what_says_nothing_of_weighted_rows_is_refused() -> None:
    from nqpf_assets.estimators.linear.wild_changes import WildBootstrap

    with pytest.raises(EstimationError, match="vcov 'unadjusted' does not go with population"):
        fit(vcov="unadjusted", weights=WEIGHTS, weights_kind="population")
    with pytest.raises(EstimationError, match="wild bootstrap does not go with analytic"):
        fit(weights=WEIGHTS, wild=WildBootstrap())
    with pytest.raises(EstimationError, match="weight of 1 row is zero or negative"):
        fit(weights=np.where(np.arange(len(ROWS)) == 4, 0, WEIGHTS))
    with pytest.raises(EstimationError, match="frequency weights are asked for"):
        fit(weights_kind="frequency")
