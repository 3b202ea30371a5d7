"""The columns of both papers, estimated on a draw without files.

Clustered inference comes from the project's own estimator. Two stages are written out here, so
that the planted instrument does not depend on an estimator under development.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from sample import chongqing, province
from sample.chongqing_base import STARTS, WITHOUT_TELEPHONES
from sample.draws import Draw
from sample.goals import winsorized
from sample.paths import two_way
from sample.province_base import MUNICIPALITIES
from sample.province_controls import CONTROLS

Floats = NDArray[np.float64]
Key = tuple[str, str, str, str]
"""Study, table, column, term."""

EQUITY_TABLE = ("province", "table_3", "(1)")
CONTROLS_4 = tuple(chongqing.CONTROLS)
PROVINCE_COLUMNS = {
    ("table_1", "(1)"): ("rural_revitalization", ("nqpf",)),
    ("table_1", "(2)"): ("rural_revitalization", ("nqpf", *CONTROLS)),
    ("table_2", "(2)"): ("rural_revitalization", ("nqpf", *CONTROLS)),
    ("table_2", "(3)"): ("rural_revitalization", ("nqpf", *CONTROLS)),
    ("table_2", "(4)"): ("rural_revitalization", ("nqpf", *CONTROLS)),
    ("table_3", "(1)"): ("education_equity", ("nqpf", *CONTROLS)),
}
CHONGQING_COLUMNS = {
    ("table_4_1", "(1)"): ("governance", ("nqpf",)),
    ("table_4_1", "(2)"): ("governance", ("nqpf", *CONTROLS_4)),
    ("table_4_1", "(3)"): ("governance", ("digital_village", *CONTROLS_4)),
    ("table_4_2", "(1)"): ("governance", ("nqpf", *CONTROLS_4)),
    ("table_4_2", "(2)"): ("info_openness", ("nqpf", *CONTROLS_4)),
    ("table_4_2", "(3)"): ("governance", ("nqpf", "info_openness", *CONTROLS_4)),
    ("table_4_2", "(4)"): ("subject_synergy", ("nqpf", *CONTROLS_4)),
    ("table_4_2", "(5)"): ("governance", ("nqpf", "subject_synergy", *CONTROLS_4)),
}


@dataclass(frozen=True)
class Estimate:
    """One coefficient, and the R² of its column."""

    estimate: float
    std_error: float
    low: float
    high: float
    r2: float
    r2_within: float
    n: int


def province_estimates(seed: int) -> dict[Key, Estimate]:
    draw = province.draw(seed)
    values = draw.values()
    found: dict[Key, Estimate] = {}
    others = np.array([code not in MUNICIPALITIES for code in draw.units])
    early = np.array([year < 2020 for year in draw.years])
    for (table, column), (outcome, regressors) in PROVINCE_COLUMNS.items():
        sample = {name: values[name] for name in (outcome, *regressors)}
        if (table, column) == ("table_2", "(2)"):
            sample = {name: array[:, early] for name, array in sample.items()}
        if (table, column) == ("table_2", "(3)"):
            sample = {name: array[others] for name, array in sample.items()}
        if (table, column) == ("table_2", "(4)"):
            sample = {name: winsorized(array) for name, array in sample.items()}
        for term, estimate in within(sample, outcome, regressors).items():
            found["province", table, column, term] = estimate
    # A Tobit with dummies on an outcome that is nowhere censored.
    found["province", "table_2", "(1)", "nqpf"] = found["province", "table_1", "(2)", "nqpf"]
    return found


def chongqing_estimates(seed: int) -> dict[Key, Estimate]:
    draw = chongqing.draw(seed)
    values = draw.values()
    found: dict[Key, Estimate] = {}
    for (table, column), (outcome, regressors) in CHONGQING_COLUMNS.items():
        for term, estimate in within(values, outcome, regressors).items():
            found["chongqing", table, column, term] = estimate
    for term, estimate in _two_stages(draw, values).items():
        found["chongqing", "table_4_1", "(4)", term] = estimate
    return found


def area_slopes(seed: int) -> tuple[float, float]:
    """The slope in the metropolitan area and in the mountains."""
    values = chongqing.draw(seed).values()
    is_metropolitan = np.array([start.metropolitan for start in STARTS.values()])
    slopes = []
    for units in (is_metropolitan, ~is_metropolitan):
        sample = {name: array[units] for name, array in values.items()}
        slopes.append(within(sample, "governance", ("nqpf", *CONTROLS_4))["nqpf"].estimate)
    return slopes[0], slopes[1]


def within(
    values: dict[str, Floats], outcome: str, regressors: tuple[str, ...]
) -> dict[str, Estimate]:
    """Each regressor's coefficient and the constant's, with effects of units and periods."""
    n_units, n_periods = values[outcome].shape
    result = two_way_fe(
        values[outcome].ravel(),
        np.column_stack([values[name].ravel() for name in regressors]),
        np.repeat(np.arange(n_units), n_periods),
        np.tile(np.arange(n_periods), n_units),
        names=regressors,
    )
    shared = (result.r2, result.r2_within, result.n_obs)
    found = {
        name: Estimate(
            float(result.params[k]),
            float(result.std_errors[k]),
            *map(float, result.conf_int[k]),
            *shared,
        )
        for k, name in enumerate(result.names)
    }
    one = result.constant
    low, high = one.estimate - 2.04 * one.std_error, one.estimate + 2.04 * one.std_error
    return found | {"constant": Estimate(one.estimate, one.std_error, low, high, *shared)}


def _two_stages(draw: Draw, values: dict[str, Floats]) -> dict[str, Estimate]:
    """Just-identified two-stage least squares, clustered by unit, `xtreg` correction."""
    known = np.array([code not in WITHOUT_TELEPHONES for code in draw.units])
    instrument = values["telephones_by_internet"][known]
    names = ("nqpf", *CONTROLS_4)
    x = np.column_stack([two_way(values[name][known]).ravel() for name in names])
    z = x.copy()
    z[:, 0] = two_way(instrument).ravel()
    y = two_way(values["governance"][known]).ravel()
    bread = np.linalg.inv(z.T @ x)
    slopes = bread @ z.T @ y
    clusters = int(known.sum())
    scores = (z * (y - x @ slopes)[:, None]).reshape(clusters, -1, len(names)).sum(axis=1)
    n, parameters = len(y), len(names) + 3
    factor = clusters / (clusters - 1) * (n - 1) / (n - parameters)
    errors = np.sqrt(factor * np.diag(bread @ scores.T @ scores @ bread.T))
    width = 2.030 * errors  # t with 35 degrees of freedom
    return {
        name: Estimate(
            float(slopes[k]), float(errors[k]), float(slopes[k] - width[k]),
            float(slopes[k] + width[k]), np.nan, np.nan, n,
        )
        for k, name in enumerate(names)
    }  # fmt: skip
