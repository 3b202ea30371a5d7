"""Least squares of first differences: plm's and linearmodels' numbers, and plain arithmetic across a gap."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.messages.problems import CheckFailed
from tests.estimation.panels import complete, fitted, panel
from tests.estimators.descriptive import grunfeld

PLM = {
    "value": (0.0897624949908166, 0.00836358501627507, 0.012811182771779),
    "capital": (0.2917667196940695, 0.05375159764089472, 0.146658338262851),
    "constant": (-1.8188901585851447, 3.56559313557045554, 3.092532180398956),
}
"""Estimate, plain and clustered standard error (tests/reference/make_first_difference.R)."""
R = 1e-8
"""R printed fifteen digits; its errors come from another decomposition."""
FIRMS: dict[str, Any] = {
    "estimator": "first_difference",
    "effects": [],
    "outcome": "invest",
    "regressors": ["value", "capital"],
    "controls": [],
    "sample": {"first": 1935, "last": 1954},
}


def firms() -> pl.DataFrame:
    rows = grunfeld.panel()
    return pl.DataFrame({
        "unit": rows["firm"].astype(str).to_list(), "unit_name": rows["firm"].astype(str).to_list(),
        "period": rows["year"].to_numpy(np.int32),
        **{name: rows[name].to_numpy() for name in grunfeld.NAMES},
    })  # fmt: skip


@pytest.mark.parametrize(
    ("vcov", "place"),
    [({"type": "unadjusted"}, 1), ({"type": "clustered", "small_sample": "none"}, 2)],
)
def test_grunfeld_as_plm(vcov: dict[str, Any], place: int) -> None:
    fit = fitted(complete(**FIRMS, vcov=vcov), firms()).fitted
    assert {one.term: one.estimate for one in fit.terms} == pytest.approx(
        {name: numbers[0] for name, numbers in PLM.items()}, rel=R
    )
    assert {one.term: one.std_error for one in fit.terms} == pytest.approx(
        {name: numbers[place] for name, numbers in PLM.items()}, rel=R
    )
    assert (fit.model.n_obs, fit.model.n_units, fit.model.n_periods) == (190, 10, 19)
    assert fit.is_in_sample.all()


def test_grunfeld_as_linearmodels_with_a_trend() -> None:
    """Its model has no constant: the difference of a trend is one."""
    from linearmodels.panel import FirstDifferenceOLS

    rows = grunfeld.panel().assign(trend=lambda d: d["year"].astype(float))
    indexed = rows.set_index(["firm", "year"])
    theirs = FirstDifferenceOLS(indexed["invest"], indexed[["value", "capital", "trend"]]).fit()
    fit = fitted(complete(**FIRMS, vcov={"type": "unadjusted"}), firms()).fitted
    assert [one.estimate for one in fit.terms] == pytest.approx(theirs.params.to_list(), rel=1e-9)
    assert [one.std_error for one in fit.terms] == pytest.approx(
        theirs.std_errors.to_list(), rel=1e-9
    )


def test_a_gap_is_not_bridged() -> None:
    column = complete(estimator="first_difference", effects=["period"], vcov={"type": "robust"})
    gap = (pl.col("unit") == "130000") & (pl.col("period") == 2015)
    alone = (pl.col("unit") == "140000") & (pl.col("period") != 2013)
    frame = panel().filter(~gap & ~alone)
    rows = {(row["unit"], row["period"]): row for row in frame.to_dicts()}
    pairs = [(rows[u, t], rows[u, t - 1]) for u, t in sorted(rows) if (u, t - 1) in rows]
    change = {name: np.array([now[name] - then[name] for now, then in pairs]) for name in "yxz"}
    years = np.array([now["period"] for now, _ in pairs])
    design = np.column_stack(
        [change["x"], change["z"], *(years == year for year in sorted(set(years)))]
    )
    b, *_ = np.linalg.lstsq(design.astype(float), change["y"], rcond=None)
    fit = fitted(column, frame).fitted
    assert [one.estimate for one in fit.terms[:2]] == pytest.approx(b[:2], rel=1e-10)
    assert (fit.model.n_obs, fit.model.n_units) == (len(pairs), 11)
    assert fit.is_in_sample.sum() == len(frame) - 1
    told = " ".join(fit.notes)
    assert "1 row after a gap has no row of the year before, and no change" in told
    assert "1 unit without two years in a row is in no difference" in told


def test_two_years_are_two_way_fixed_effects() -> None:
    frame = panel().filter(pl.col("period").is_in([2015, 2016]))
    found = fitted(complete(estimator="first_difference", effects=[]), frame).fitted
    within = fitted(complete(effects=["unit", "period"]), frame).fitted
    assert [one.estimate for one in found.terms[:2]] == pytest.approx(
        [one.estimate for one in within.terms[:2]], rel=1e-10
    )


def test_clusters_are_those_of_the_row_that_changes() -> None:
    by_area = fitted(
        complete(estimator="first_difference", effects=[], vcov={"by": ["unit", "period"]})
    ).fitted
    assert by_area.model.n_clusters == 7
    assert {one.test: one.statistic for one in by_area.tests} == {
        "n_clusters: unit": 12,
        "n_clusters: period": 7,
    }


def test_what_does_not_change_is_told() -> None:
    fit = fitted(complete(estimator="first_difference", effects=[], controls=["fixed"])).fitted
    assert [one.term for one in fit.terms] == ["x", "constant"]
    assert any("fixed" in one for one in fit.dropped)


def test_no_two_years_in_a_row_are_refused() -> None:
    frame = panel().filter(pl.col("period") % 2 == 0)
    with pytest.raises(CheckFailed) as failed:
        fitted(complete(estimator="first_difference", effects=[]), frame)
    assert "no unit has rows in two periods in a row" in str(failed.value.problems[0])
