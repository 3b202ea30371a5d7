"""Inference that does not contradict itself, of every estimator and every covariance that it knows.

The rows are held to the same checks that stand between a table and its publication.
"""

from __future__ import annotations

from dataclasses import asdict
from math import isnan
from typing import Any

import polars as pl
import pytest

from nqpf_assets.catalog.table_frames import rows_of
from nqpf_assets.checks.table_rules import rules_of
from nqpf_assets.estimation.column import FittedColumn
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.steps.checks import check_table
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from tests.estimation.panels import UNITS, complete, fitted, panel
from tests.scratch import scratch

SPACE = {"estimator": "spatial_durbin", "space": {"draws": 200}}
MODERATED = {"mediator": "m", "moderator": "q", "moderates": ["first", "second", "direct"]}
RANDOM_SPACE = SPACE | {
    "estimator": "re_spatial_durbin", "effects": ["period"],
}  # fmt: skip
COLUMNS: dict[str, dict[str, Any]] = {
    "two_way_fe": {},
    "ols": {"estimator": "ols"},
    "between_units": {"estimator": "between_units"},
    "fe_poisson": {"estimator": "fe_poisson", "outcome": "gdp"},
    "fractional": {
        "estimator": "fractional",
        "outcome": "q",
        "effects": ["period"],
        "fractional": {"mundlak": True},
    },
    "first_difference": {"estimator": "first_difference", "effects": []},
    "random_effects": {"estimator": "random_effects", "effects": ["period"]},
    "unit means": {"estimator": "random_effects", "effects": [], "random": {"mundlak": True}},
    "tobit": {"estimator": "tobit", "outcome": "scores", "tobit": {"lower": 0}},
    "re_tobit": {"estimator": "re_tobit", "outcome": "scores", "effects": ["period"], "tobit": {"lower": 0}},
    "fe_2sls": {"estimator": "fe_2sls", "iv": {"endogenous": ["x"], "instruments": ["i1", "i2"]}},
    "mediation": {"estimator": "mediation", "mediation": {"mediator": "m", "draws": 200}},
    "chain_mediation": {"estimator": "chain_mediation", "chain": {"mediators": ["m", "q"], "draws": 200}},
    "chain by delta": {"estimator": "chain_mediation", "chain": {"mediators": ["m", "q"], "draws": 0}},
    "moderated_mediation": {"estimator": "moderated_mediation", "moderated": MODERATED | {"draws": 200}},
    "moderated by delta": {"estimator": "moderated_mediation", "moderated": MODERATED | {"draws": 0}},
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
    "re_spatial_durbin": RANDOM_SPACE,
    "re_spatial_lag": RANDOM_SPACE | {"estimator": "re_spatial_lag", "effects": []},
    "delta": SPACE | {"space": {"inference": "delta"}},
    "distance": SPACE | {"space": {"weights": "inverse_distance", "draws": 200}},
}  # fmt: skip
COVARIANCES: tuple[dict[str, Any], ...] = (
    {"type": "clustered"}, {"by": ["unit", "period"]}, {"by": ["area"]}, {"type": "unadjusted"},
    {"type": "robust"}, {"type": "driscoll_kraay"}, {"type": "newey_west"}, {"type": "cr2"},
    {"type": "linearmodels"},
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
    found: dict[str, str] = {}
    for table, rows in fitted_rows.items():
        with scratch() as connection:
            connection.register("made", rows_of(table, rows).to_arrow())
            checks = check_table(connection, "made", rules_of(("demo", table)))
        found |= {f"{table} {one.name}": one.found for one in checks if one.stops}
    return found


SLOW = {"re_tobit"}


@pytest.mark.slow
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
    estimator = COLUMNS[name].get("estimator", "two_way_fe")
    assert ran >= min(3, len(ESTIMATORS[estimator].covariances))


def in_parts(n_parts: int) -> pl.DataFrame:
    """The panel with its units in so many parts."""
    units = {unit: f"part {place % n_parts}" for place, unit in enumerate(UNITS)}
    return panel().with_columns(part=pl.col("unit").replace_strict(units))


def drawn_by_parts(n_parts: int) -> FittedColumn:
    drawn = {"mediator": "m", "draws": 200, "resample": "part"}
    column = complete(estimator="mediation", mediation=drawn)
    return fitted(column, in_parts(n_parts))


@pytest.mark.parametrize("n_parts", [2, 3, 4])
def test_a_bootstrap_of_a_handful_of_blocks_has_no_p_value_and_no_interval(n_parts: int) -> None:
    fit = drawn_by_parts(n_parts)
    drawn = [one for one in fit.fitted.effects if one.effect]
    assert drawn
    for one in drawn:
        inference = (one.statistic, one.p_value, one.conf_low, one.conf_high)
        assert all(isnan(number) for number in inference), one
    assert any(
        f"A bootstrap of {n_parts} groups of part knows" in note for note in fit.fitted.notes
    )
    assert "its bootstrap tests nothing" in fit.fitted.notes[0]
    (kind,) = (one.detail for one in fit.fitted.tests if one.test == "mediation")
    assert kind is None
    assert broken(fit) == {}


def test_a_bootstrap_of_few_blocks_is_told() -> None:
    fit = drawn_by_parts(6)
    assert any("A bootstrap of 6 groups of part has few" in note for note in fit.fitted.notes)
    assert not isnan(fit.fitted.effects[0].p_value)
