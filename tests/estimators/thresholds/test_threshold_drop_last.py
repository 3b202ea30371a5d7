"""The last period left out after demeaning, as Hansen's program does, against the same by force.

The reference (tests/reference/make_threshold.py) splits, demeans and cuts columns one candidate at a
time and takes coefficients from statsmodels. Tolerances: 1e-9 relative, least squares on 60 rows on
both sides; 1e-8 of its scale for F, a difference of sums of squares.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.estimators.thresholds.threshold import panel_threshold

RTOL = 1e-9
FOLDER = Path(__file__).parent / "reference"
EXPECTED = json.loads((FOLDER / "threshold_drop_last.json").read_text(encoding="utf-8"))
with (FOLDER / "threshold_balanced.csv").open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))


def column(name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in ROWS])


def fit(rows: Any = slice(None), **options: Any) -> Any:
    y, w, z, q = (column(name)[rows] for name in ("y", "w", "z1", "q"))
    units = np.array([row["unit"] for row in ROWS])[rows]
    years = np.array([int(row["year"]) for row in ROWS])[rows]
    defaults: dict[str, Any] = {"demeaned_periods": "drop_last", "trim": 0.1, "draws": 0}
    return panel_threshold(
        y, w[:, None], z[:, None], q, units, years,
        names=("w",), regime_names=("z1",), threshold_name="q", **defaults | options,
    )  # fmt: skip


def test_thresholds_and_sums_of_squares() -> None:
    model = fit(n_thresholds=2)
    assert model.demeaned_periods == "drop_last"
    assert [test.added for test in model.tests] == [EXPECTED["single"], EXPECTED["added"]]
    np.testing.assert_allclose(model.ssr[:2], EXPECTED["ssr"], rtol=RTOL)
    assert model.tests[1].ssr_alternative == pytest.approx(EXPECTED["ssr_added"], rel=RTOL)
    # Rows minus effects: 12 units in 6 years.
    assert model.divisor_value == 60
    assert fit(demeaned_periods="all").ssr[0] > 1.01 * model.ssr[0]


@pytest.mark.parametrize(
    ("vcov", "small_sample"), [("unadjusted", "xtreg"), ("robust", "none"), ("clustered", "xtreg")]
)
def test_coefficients_given_the_thresholds(vcov: str, small_sample: str) -> None:
    model = fit(n_thresholds=2, vcov=vcov, small_sample=small_sample)
    assert [one.estimate for one in model.thresholds] == [EXPECTED["single"], EXPECTED["added"]]
    np.testing.assert_allclose(model.fit.params, EXPECTED["params"], rtol=RTOL)
    np.testing.assert_allclose(model.fit.std_errors, EXPECTED[vcov], rtol=RTOL)
    assert (model.fit.n_obs, model.fit.df_resid) == (72, 56)
    last = np.array([row["year"] for row in ROWS])[model.fit.is_in_sample] == "2015"
    assert not model.fit.residuals[last].any()
    assert np.isnan([model.fit.r2, model.fit.r2_adjusted, model.fit.log_likelihood]).all()


def test_bootstrap_draws() -> None:
    model = fit(draws=12, generator=np.random.default_rng(7))
    relative = model.tests[0].bootstrap_f / model.divisor_value
    np.testing.assert_allclose(relative, EXPECTED["relative_f"], rtol=0, atol=1e-8)


def test_the_order_of_rows_does_not_matter() -> None:
    order = np.random.default_rng(1).permutation(len(ROWS))
    one, other = (fit(rows, draws=20, n_thresholds=2) for rows in (slice(None), order))
    np.testing.assert_allclose(one.ssr, other.ssr, rtol=RTOL)
    np.testing.assert_allclose(one.fit.params, other.fit.params, rtol=RTOL)
    assert one.tests[0].p_value == other.tests[0].p_value


def test_which_period_is_left_out_changes_the_estimate() -> None:
    """Why it is not the default: relabel the years, and least squares would not notice."""
    years = np.array([int(row["year"]) for row in ROWS])
    turned = 2010 + (years - 2009) % 6
    args = column("y"), column("w")[:, None], [row["unit"] for row in ROWS]
    for periods, is_same in (("all", True), ("drop_last", False)):
        found = [
            two_way_fe(*args, labels, names=("w",), effects=("unit",), demeaned_periods=periods)  # type: ignore[arg-type]
            for labels in (years, turned)
        ]
        assert np.isclose(found[0].params[0], found[1].params[0], rtol=1e-9) == is_same


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (slice(1, None), {}, "needs a balanced panel.*71 rows where 12 units in 6 periods would be 72"),
        (slice(None), {"effects": ("unit", "period")}, "goes with unit effects alone"),
        (slice(None), {"demeaned_periods": "drop_first"}, "is one of all, drop_last; found 'drop_f"),
        (slice(None), {"vcov": "cr2"}, "does not go with vcov 'cr2'"),
        (
            [k for k, row in enumerate(ROWS) if row["year"] < "2012"], {},
            "needs three or more periods; found 2",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be(rows: Any, options: Any, message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        fit(rows, **options)
