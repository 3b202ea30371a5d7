"""Inference that does not contradict itself, of every estimator and every covariance that it knows.

The rows are held to the same checks that stand between a table and its publication.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import duckdb
import pytest

from nqpf_assets.checks.table_checks import check_table
from nqpf_assets.estimation.column import FittedColumn
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.warehouse.registered_frames import rows_of
from tests.estimation.panels import complete, fitted

SPACE = {"estimator": "spatial_durbin", "space": {"draws": 200}}
COLUMNS: dict[str, dict[str, Any]] = {
    "two_way_fe": {},
    "ols": {"estimator": "ols"},
    "tobit": {"estimator": "tobit", "outcome": "scores", "tobit": {"lower": 0}},
    "re_tobit": {"estimator": "re_tobit", "outcome": "scores", "effects": ["period"], "tobit": {"lower": 0}},
    "fe_2sls": {"estimator": "fe_2sls", "iv": {"endogenous": ["x"], "instruments": ["i1", "i2"]}},
    "mediation": {"estimator": "mediation", "mediation": {"mediator": "m", "draws": 200}},
    "few draws": {"estimator": "mediation", "mediation": {"mediator": "m", "draws": 20}},
    "sobel": {"estimator": "mediation", "mediation": {"mediator": "m", "draws": 0}},
    "group_difference": {
        "estimator": "group_difference",
        "difference": {"grouping": "area", "groups": ["north", "south"], "draws": 100},
    },
    "threshold": {
        "estimator": "threshold", "regressors": [], "controls": ["z"],
        "threshold": {"variable": "q", "regime": ["x"], "draws": 20},
    },
    "spatial_durbin": SPACE,
    "spatial_lag": SPACE | {"estimator": "spatial_lag"},
    "spatial_error": {"estimator": "spatial_error", "space": {}},
    "spatial_slx": {"estimator": "spatial_slx", "space": {}},
    "delta": SPACE | {"space": {"inference": "delta"}},
    "distance": SPACE | {"space": {"weights": "inverse_distance", "draws": 200}},
}  # fmt: skip
COVARIANCES: tuple[dict[str, Any], ...] = (
    {"type": "clustered"}, {"by": ["unit", "period"]}, {"by": ["area"]}, {"type": "unadjusted"},
    {"type": "robust"}, {"type": "driscoll_kraay"}, {"type": "cr2"}, {"type": "linearmodels"},
)  # fmt: skip


def broken(fit: FittedColumn) -> dict[str, str]:
    """What the blocking checks find in the rows of a column."""
    key = {"table_name": "t", "column_label": "(1)"}
    fitted_rows = {
        "estimate": [key | asdict(one) for one in fit.fitted.terms],
        "effect": [key | asdict(one) for one in fit.fitted.effects],
        "test": [key | asdict(one) for one in fit.fitted.tests],
    }
    for row in fitted_rows["estimate"]:
        del row["effect"]
    found = {}
    for table, rows in fitted_rows.items():
        with duckdb.connect() as connection:
            connection.register("made", rows_of(table, rows).to_arrow())
            checks = check_table(connection, ("demo", table), "made")
        found |= {f"{table} {one.name}": one.found for one in checks if one.stops}
    return found


SLOW = {"re_tobit"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in COLUMNS]
)
def test_p_stars_and_interval_are_of_one_distribution(name: str) -> None:
    ran = 0
    for vcov in COVARIANCES:
        try:
            fit = fitted(complete(vcov=vcov, **COLUMNS[name]))
        except (CheckFailed, EstimationError, ValueError):
            continue  # combinations that are refused are held elsewhere
        ran += 1
        assert broken(fit) == {}, vcov
    assert ran >= 3
