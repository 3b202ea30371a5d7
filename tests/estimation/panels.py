"""A panel of twelve provinces and eight years, as a study's `panel` table has it, and its columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from nqpf_assets.catalog.geography import Geography, load_geography
from nqpf_assets.estimation.column import FittedColumn, fit_column
from nqpf_assets.studies.spec import Column, CompleteColumn, Model, RegressionTable, Study

UNITS = {
    "110000": "北京", "120000": "天津", "130000": "河北", "140000": "山西", "150000": "内蒙古",
    "210000": "辽宁", "220000": "吉林", "230000": "黑龙江", "370000": "山东", "410000": "河南",
    "610000": "陕西", "620000": "甘肃",
}  # fmt: skip
YEARS = range(2012, 2020)
NORTH = tuple(UNITS)[:6]
VARIABLES = ("y", "x", "z", "m", "q", "i1", "i2", "scores", "gdp", "w")
STUDY = Study.model_validate(
    {"study": "demo", "title": "Demo", "units": {}, "periods": {"first": 2012, "last": 2019}}
)


def panel() -> pl.DataFrame:
    """96 rows in no order; `scores` is `y` shifted so that some are censored at zero."""
    rng = np.random.default_rng(11)
    n_units, n_years = len(UNITS), len(YEARS)
    unit, year = np.repeat(np.arange(n_units), n_years), np.tile(np.arange(n_years), n_units)
    own, common = rng.normal(size=n_units)[unit], rng.normal(size=n_years)[year]
    i1, i2, z, shock = rng.normal(size=(4, len(unit)))
    x = 0.8 * i1 + 0.4 * i2 + 0.3 * own + 0.5 * shock
    m = 0.6 * x + 0.2 * common + rng.normal(size=len(unit))
    q = rng.uniform(size=len(unit))
    y = 0.5 * x + 0.4 * m - 0.3 * z + own + common + shock + rng.normal(size=len(unit))
    frame = pl.DataFrame({
        "unit": np.array(list(UNITS))[unit], "unit_name": np.array(list(UNITS.values()))[unit],
        "period": (2012 + year).astype(np.int32), "y": y, "x": x, "z": z, "m": m, "q": q,
        "i1": i1, "i2": i2, "scores": y + 1.0, "gdp": np.exp(own + 0.1 * common + 3), "w": z + q,
        "people": 1.0 + (unit + 3 * year) % 5, "fixed": own, "twice": 2 * x,
        "area": np.where(unit < len(NORTH), "north", "south"),
    })  # fmt: skip
    return frame.sample(fraction=1.0, shuffle=True, seed=5)


def complete(label: str = "(1)", table: dict[str, Any] | None = None, **own: Any) -> CompleteColumn:
    """A column of a table whose `model` is `table`; outcome y on x and z where neither says more."""
    model = Model.model_validate(
        {"outcome": "y", "regressors": ["x"], "controls": ["z"]} | (table or {})
    )
    column = Column.model_validate({"label": label} | own)
    return RegressionTable(title="T", model=model, columns=(column,)).completed(
        column, STUDY.periods.years
    )


def fitted(
    column: CompleteColumn, frame: pl.DataFrame | None = None, geography: Geography | None = None
) -> FittedColumn:
    """What the column gives on this panel."""
    if geography is None:
        geography = load_geography()[0]
    return fit_column(STUDY, "t", column, panel() if frame is None else frame, geography)


class Rows:
    """The same rows as plain arrays, sorted by unit and period without the code under test."""

    def __init__(self, frame: pl.DataFrame | None = None) -> None:
        rows = sorted(
            (panel() if frame is None else frame).to_dicts(),
            key=lambda row: (row["unit"], row["period"]),
        )
        self.unit = np.array([row["unit"] for row in rows])
        self.period = np.array([row["period"] for row in rows])
        self.area = np.array([row["area"] for row in rows])
        self._rows = rows

    def __getitem__(self, names: str) -> np.ndarray:
        """``rows["y"]`` is (n,), ``rows["x z"]`` is (n, 2)."""
        columns = [np.array([row[name] for row in self._rows], float) for name in names.split()]
        return columns[0] if len(columns) == 1 else np.column_stack(columns)


def numbers(estimates: Any) -> dict[str, list[float]]:
    """Name → estimate, standard error, statistic, p-value, interval."""
    return {
        one.term: [one.estimate, one.std_error, one.statistic, one.p_value, one.conf_low, one.conf_high]
        for one in estimates
    }  # fmt: skip


def of_model(result: Any) -> dict[str, list[float]]:
    """The same of a result of `nqpf_assets.estimators.linear`, with its constant."""
    found = {
        name: [
            result.params[k], result.std_errors[k], result.t_stats[k],
            result.p_values[k], *result.conf_int[k],
        ]
        for k, name in enumerate(result.names)
    }  # fmt: skip
    one = getattr(result, "constant", None)
    if hasattr(one, "estimate"):
        found["constant"] = [
            one.estimate, one.std_error, one.t_stat, one.p_value, one.conf_low, one.conf_high
        ]  # fmt: skip
    return found
