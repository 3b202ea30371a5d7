"""Effects beside units and periods against least squares with a dummy for every level, on unbalanced firms.

Coefficients, degrees of freedom (the rank of all dummies) and clustered errors are computed by hand from the
whole matrix. Tolerance 1e-8 relative: the pseudo-inverse of 300 columns leaves 1e-11 to rounding.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.influence.left_out import without_rows
from nqpf_assets.estimators.influence.linear_model import least_squares_model
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.linear.wild_changes import WildBootstrap

EXACT = 1e-8
NAMES = ("x", "w")


def firms(seed: int = 5) -> dict[str, Any]:
    """60 firms in 7 sectors that some change, 4 provinces, 8 years with gaps, one sector-year alone."""
    rng = np.random.default_rng(seed)
    firm, year = np.repeat(np.arange(60), 8), np.tile(np.arange(2012, 2020), 60)
    sector = (firm % 7 + (rng.uniform(size=480) < 0.05)) % 7
    province = firm % 4
    keep = rng.uniform(size=480) < 0.7
    sector[np.flatnonzero(keep)[100]] = 7  # alone in its sector, and so in its year
    x = rng.normal(size=(480, 2)) + 0.3 * sector[:, None]
    y = x @ [1.0, -0.5] + rng.normal(size=60)[firm] + 0.2 * sector * (year - 2015)
    y += 0.1 * firm * (year - 2015) / 10 + rng.normal(size=480)
    return {
        key: value[keep]
        for key, value in {
            "y": y, "x": x, "firm": firm, "year": year, "sector": sector, "province": province,
        }.items()
    }  # fmt: skip


DATA = firms()


def codes(*keys: Any) -> Any:
    return np.unique(np.column_stack(keys), axis=0, return_inverse=True)[1].ravel()


SECTOR_YEAR = Absorbed("sector * period", codes(DATA["sector"], DATA["year"]))
PROVINCE_YEAR = Absorbed("province * period", codes(DATA["province"], DATA["year"]))
PROVINCE = Absorbed("province", codes(DATA["province"]))
TREND = Absorbed("unit * trend", codes(DATA["firm"]), DATA["year"] - 2015.5)


def fit(*absorbed: Absorbed, **options: Any) -> Any:
    panel = (DATA["y"], DATA["x"], DATA["firm"], DATA["year"])
    return two_way_fe(*panel, names=NAMES, absorbed=absorbed, **options)


def dummies(*absorbed: Absorbed, effects: tuple[str, ...]) -> Any:
    """All levels as columns."""
    own = {"unit": DATA["firm"], "period": DATA["year"]}
    columns = [own[one][:, None] == np.unique(own[one]) for one in effects]
    for one in absorbed:
        levels = (one.codes[:, None] == np.arange(one.n_levels)).astype(float)
        columns.append(levels if one.slope is None else levels * one.slope[:, None])
    return np.column_stack(columns).astype(float)


CASES = [
    (("unit", "period"), (SECTOR_YEAR,)),
    (("unit",), (SECTOR_YEAR, PROVINCE_YEAR)),
    (("unit", "period"), (PROVINCE, SECTOR_YEAR, PROVINCE_YEAR)),
    (("unit", "period"), (TREND,)),
    (("period",), (PROVINCE,)),
    ((), (SECTOR_YEAR,)),
]


@pytest.mark.parametrize(("effects", "absorbed"), CASES)
def test_coefficients_and_degrees_of_freedom(effects: Any, absorbed: Any) -> None:
    model = fit(*absorbed, effects=effects, vcov="unadjusted")
    rows = model.is_in_sample
    whole = np.column_stack([DATA["x"], dummies(*absorbed, effects=effects)])[rows]
    y = DATA["y"][rows]
    inverse = np.linalg.pinv(whole)
    b, rank = inverse @ y, np.linalg.matrix_rank(whole, tol=1e-9)
    residuals = y - whole @ b
    np.testing.assert_allclose(model.params, b[:2], rtol=EXACT)
    assert model.df_resid == len(y) - rank
    sigma2 = residuals @ residuals / (len(y) - rank)
    errors = np.sqrt(sigma2 * np.diag(inverse @ inverse.T)[:2])
    np.testing.assert_allclose(model.std_errors, errors, rtol=EXACT)


@pytest.mark.parametrize(("effects", "absorbed"), CASES)
@pytest.mark.parametrize("key", ["firm", "province", "sector"])
def test_clustered_errors(effects: Any, absorbed: Any, key: str) -> None:
    """k counts regressors and the rank of all effects, less that of the nested ones but for a constant."""
    model = fit(*absorbed, effects=effects, cluster=DATA[key])
    rows = model.is_in_sample
    levels = dummies(*absorbed, effects=effects)[rows]
    whole = np.column_stack([DATA["x"][rows], levels])
    y, cluster = DATA["y"][rows], codes(DATA[key][rows])
    inverse = np.linalg.pinv(whole)
    scores = inverse[:2] * (y - whole @ (inverse @ y))
    sums = np.array([np.bincount(cluster, one) for one in scores])
    own = {"unit": DATA["firm"], "period": DATA["year"]}
    sets = [own[one] for one in effects] + [one.codes for one in absorbed if one.slope is None]
    inside = [
        one[rows][:, None] == np.unique(one[rows])
        for one in sets
        if len(np.unique(codes(one[rows], cluster))) == len(np.unique(one[rows]))
    ]
    nested = np.linalg.matrix_rank(np.column_stack(inside).astype(float)) if inside else 0
    k = 2 + np.linalg.matrix_rank(levels, tol=1e-9) - nested + (nested > 0)
    n, g = len(y), cluster.max() + 1
    factor = g / (g - 1) * (n - 1) / (n - k)
    assert model.n_parameters == k
    np.testing.assert_allclose(model.std_errors, np.sqrt(factor * (sums**2).sum(1)), rtol=EXACT)


def test_rows_alone_leave_again_and_again() -> None:
    """The sector that one firm visits in one year goes, and with it whatever was beside it alone."""
    model = fit(SECTOR_YEAR)
    keep, sets = (
        np.ones(len(DATA["y"]), dtype=bool),
        (DATA["firm"], DATA["year"], SECTOR_YEAR.codes),
    )
    while True:
        alone = np.zeros(len(keep), dtype=bool)
        for one in sets:
            alone |= keep & (np.bincount(one[keep], minlength=one.max() + 1)[one] == 1)
        if not alone.any():
            break
        keep &= ~alone
    assert not keep.all()
    np.testing.assert_array_equal(model.is_in_sample, keep)
    assert fit(SECTOR_YEAR, drop_singletons=False).is_in_sample.all()


def test_what_groupings_absorb_is_named() -> None:
    panel = (DATA["y"], np.column_stack([DATA["x"], DATA["sector"] * (DATA["year"] - 2000.0)]))
    model = two_way_fe(
        *panel, DATA["firm"], DATA["year"], names=(*NAMES, "plan"), absorbed=(SECTOR_YEAR,)
    )
    assert [one.name for one in model.dropped] == ["plan"]


def test_a_grouping_that_units_do_not_leave_changes_nothing() -> None:
    one, two = fit(), fit(PROVINCE)
    np.testing.assert_allclose(one.std_errors, two.std_errors, rtol=EXACT)
    assert (one.df_resid, one.n_parameters) == (two.df_resid, two.n_parameters)


def test_a_wild_bootstrap_takes_them() -> None:
    wild = WildBootstrap(draws=99, seed=1)
    one, two = fit(wild=wild), fit(PROVINCE, wild=wild)
    np.testing.assert_allclose(one.p_values, two.p_values, atol=1e-12)
    assert not np.allclose(one.conf_int, fit(SECTOR_YEAR, wild=wild).conf_int)


def test_rows_left_out_are_told_as_if_estimated_anew() -> None:
    rows = fit(SECTOR_YEAR).is_in_sample
    part = {key: value[rows] for key, value in DATA.items()}
    model = least_squares_model(
        part["y"], part["x"], part["firm"].astype(str), part["year"], names=NAMES, outcome_name="y",
        effects=("unit", "period"), drop_singletons=True, absorbed=(SECTOR_YEAR.of_rows(rows),),
    )  # fmt: skip
    found = without_rows(model)
    for gone in (0, 50, 200):
        left = np.arange(len(part["y"])) != gone
        anew = two_way_fe(
            part["y"][left], part["x"][left], part["firm"][left], part["year"][left], names=NAMES,
            absorbed=(SECTOR_YEAR.of_rows(rows).of_rows(left),), drop_singletons=False,
        )  # fmt: skip
        np.testing.assert_allclose(found[gone], anew.params, rtol=1e-7)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"vcov": "cr2"}, "beside units and periods"),
        ({"effects": ("unit",), "demeaned_periods": "drop_last"}, "beside units and periods"),
    ],
)
def test_refusals(options: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        fit(SECTOR_YEAR, **options)


def test_trends_go_with_levels() -> None:
    with pytest.raises(EstimationError, match="trends go with"):
        fit(TREND, effects=())
