"""Studies drawn at random: their cells and columns, and what may not move them, against an own oracle."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from tests.pages import write_files
from tests.stages.mini import Walk, walk
from tests.stages.random_formulas import with_formulas
from tests.stages.random_study import STATUSES, RandomStudy, drawn, quantiles

pytestmark = pytest.mark.slow  # each seed is a project of its own

SEEDS = range(4)
NEAR = 1e-7
"""Rounding in long formulas; cells of another rule differ by far more."""


def built(root: Path, study: RandomStudy, tables: dict[str, Any], *only: str) -> Walk:
    said = study.said() | ({"influence": "none", "tables": tables} if tables else {})
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=10_000)
    return walk(write_files(root, study.files() | {"studies/mini.yaml": text}), only=only)


def cells_of(done: Walk) -> dict[tuple[str, str, int], tuple[float | None, str]]:
    rows = done.query("SELECT variable, unit, period, value, status FROM mini.variable_cell")
    return {row[:3]: row[3:] for row in rows}


def is_near(found: float | None, wanted: float) -> bool:
    if found is None or math.isnan(wanted):
        return found is None and math.isnan(wanted)
    return abs(found - wanted) <= NEAR * max(abs(wanted), 1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cell_is_what_the_study_says(tmp_path: Path, seed: int) -> None:
    study = drawn(seed)
    names = with_formulas(study, 12)
    found = cells_of(built(tmp_path, study, {}, "mini.variable_cell"))
    assert len(found) == len(names) * len(study.units) * len(study.years)
    for (name, unit, year), (value, status) in found.items():
        wanted, place = study.read(name, unit, year)
        where = (name, unit, year, study.formulas[name].text, study.formulas[name].winsorize)
        assert is_near(value, wanted), (value, wanted, *where)
        # A value that meets its bound but for rounding may count as clipped or not.
        is_at_bound = "winsorized" in status + STATUSES[place]
        assert status == STATUSES[place] or is_at_bound, (status, STATUSES[place], *where)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_beside_a_variable_does_not_move_it(tmp_path: Path, seed: int) -> None:
    study = drawn(seed)
    names = with_formulas(study, 10)
    alone = cells_of(built(tmp_path / "alone", study, {}, "mini.variable_cell"))
    with_formulas(study, 8, prefix="beside")
    study.formulas = dict(reversed(study.formulas.items()))
    beside = cells_of(built(tmp_path / "beside", study, {}, "mini.variable_cell"))
    for key in (one for one in alone if one[0] in names):
        (before, _), (after, _) = alone[key], beside[key]
        assert is_near(after, math.nan if before is None else before), (
            *key,
            study.formulas[key[0]],
        )


COLUMNS: tuple[dict[str, Any], ...] = (
    {},
    {"effects": ["unit"], "winsorize": {"share": 0.1}},
    {
        "effects": ["period"],
        "winsorize": {"share": 0.2, "quantile": "stata"},
        "sample": {"first": 2015},
    },
    {"effects": [], "winsorize": {"share": 0.2, "by": "period"}, "vcov": {"by": ["shore"]}},
    {"sample": {"within": {"side": "west"}}, "vcov": {"type": "robust"}},
    {"winsorize": {"share": 0.1}, "sample": {"last": 2017}, "vcov": {"by": ["period"]}},
    {"effects": ["unit"], "vcov": {"type": "driscoll_kraay", "lags": 1}},
    {"vcov": {"type": "newey_west", "lags": 2}},
    {
        "standardize": True,
        "winsorize": {"share": 0.05, "quantile": "stata"},
        "vcov": {"type": "unadjusted"},
    },
)


@pytest.mark.parametrize("seed", SEEDS)
def test_columns_are_regressions_on_dummies(tmp_path: Path, seed: int) -> None:
    study = drawn(seed, n_units=9, n_years=6)
    shared = {"outcome": "y", "regressors": ["x"], "controls": ["z"]}
    study.formulas |= _regression_variables(study)
    columns = [{"label": f"c{place}"} | one for place, one in enumerate(COLUMNS)]
    table = {"t": {"title": "T", "model": shared, "columns": columns}}
    done = built(tmp_path, study, table, "mini.estimate", "mini.model")
    sizes = dict(done.query("SELECT column_label, n_obs FROM mini.model"))
    found = {
        row[:2]: row[2:]
        for row in done.query("SELECT column_label, term, estimate, std_error FROM mini.estimate")
    }
    for column in columns:
        rows = _rows(study, column)
        label = column["label"]
        assert sizes[label] == len(rows), column
        estimates, errors = _by_dummies(study, rows, column)
        for term, estimate, error in zip(("x", "z"), estimates, errors, strict=True):
            got = found[label, term]
            assert got[0] == pytest.approx(estimate, rel=1e-6, abs=1e-6 * error), column
            assert got[1] == pytest.approx(error, rel=1e-5), column


def _regression_variables(study: RandomStudy) -> dict[str, Any]:
    """An outcome, a clipped regressor and a lag of it with something beside."""
    from tests.stages.random_study import Formula

    def sum_of(unit: str, year: int) -> tuple[float, int]:
        parts = [study.read("甲", unit, year), study.read("丁", unit, year)]
        return sum(value for value, _ in parts), max(status for _, status in parts)

    def lagged(unit: str, year: int) -> tuple[float, int]:
        parts = [study.read("x", unit, year - 1), study.read("丙", unit, year)]
        return parts[0][0] * parts[1][0], max(status for _, status in parts)

    rule = {"share": 0.1, "quantile": "linear", "by": "pooled"}
    return {
        "y": Formula("`甲` + `丁`", sum_of),
        "x": Formula("`乙`", lambda unit, year: study.read("乙", unit, year), rule),
        "z": Formula("lag(x) * `丙`", lagged),
    }


def _rows(study: RandomStudy, column: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Unit, year, y, x and z of the rows that a column takes, clipped as it says."""
    sample = column.get("sample", {})
    units = [
        unit
        for unit in study.units
        if all(
            unit in study.groups[scheme][group]
            for scheme, group in sample.get("within", {}).items()
        )
    ]
    first, last = sample.get("first", study.years[0]), sample.get("last", study.years[-1])
    rows: list[tuple[Any, ...]] = [
        (unit, year, *(study.value(name, unit, year) for name in ("y", "x", "z")))
        for unit in units
        for year in range(first, last + 1)
    ]
    rows = [row for row in rows if not any(map(math.isnan, row[2:]))]
    keys = [("unit", "period").index(one) for one in column.get("effects", ["unit", "period"])]
    while lonely := {
        row for row in rows for key in keys if sum(other[key] == row[key] for other in rows) == 1
    }:
        rows = [row for row in rows if row not in lonely]
    rule = column.get("winsorize")
    if not rule:
        return rows
    values, years = np.array([row[2:] for row in rows]), np.array([row[1] for row in rows])
    pools = np.unique(years) if rule.get("by") == "period" else [None]
    clipped = values.copy()
    for place in range(values.shape[1]):
        for pool in pools:
            inside = np.ones(len(years), bool) if pool is None else years == pool
            low, high = quantiles(values[inside, place], rule)
            clipped[inside, place] = np.clip(values[inside, place], low, high)
    return [(*row[:2], *new) for row, new in zip(rows, clipped, strict=True)]


def _by_dummies(
    study: RandomStudy, rows: list[tuple[Any, ...]], column: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and standard errors of x and z, with a dummy for every effect."""
    effects = column.get("effects", ["unit", "period"])
    labels = {"unit": [row[0] for row in rows], "period": [row[1] for row in rows]}
    labels["shore"] = [
        next(name for name, units in study.groups["shore"].items() if row[0] in units)
        for row in rows
    ]
    values = np.array([row[2:] for row in rows])
    n, k = len(rows), values.shape[1] - 1

    def dummies(keys: list[str]) -> np.ndarray:
        whole = [np.ones((n, 1))]
        for key in keys:
            names = np.array(labels[key])
            whole.append((names[:, None] == np.unique(names)[1:]).astype(float))
        return np.hstack(whole)

    design = dummies(effects)
    basis = np.linalg.qr(design)[0]
    within = values - basis @ (basis.T @ values)
    y, x = within[:, 0], within[:, 1:]
    bread = np.linalg.inv(x.T @ x)
    estimates = bread @ x.T @ y
    residuals = y - x @ estimates
    scores = x * residuals[:, None]
    errors = column.get("vcov", {"by": ["unit"]})
    kind, every = errors.get("type", "clustered"), k + design.shape[1]
    if kind == "unadjusted":
        meat, factor = x.T @ x * (residuals @ residuals) / n, n / (n - every)
    elif kind == "robust":
        meat, factor = scores.T @ scores, n / (n - every)
    elif kind == "newey_west":
        unit, year = (np.array(labels[key]) for key in ("unit", "period"))
        apart = np.abs(year[:, None] - year[None, :])
        weights = np.where(unit[:, None] == unit[None, :], np.maximum(0, 1 - apart / 3), 0.0)
        meat, factor = scores.T @ weights @ scores, n / (n - every)
    else:
        by = "period" if kind == "driscoll_kraay" else errors["by"][0]
        names = np.array(labels[by])
        sums = np.array([scores[names == one].sum(axis=0) for one in np.unique(names)])
        meat, groups = sums.T @ sums, len(sums)
        counted = every
        if kind == "driscoll_kraay":
            step = sums[1:].T @ sums[:-1]
            meat = meat + 0.5 * (step + step.T)
        else:
            is_nested = {"unit": by in ("unit", "shore"), "period": by == "period"}
            counted = k + dummies([one for one in effects if not is_nested[one]]).shape[1]
        factor = groups / (groups - 1) * (n - 1) / (n - counted)
    std_errors = np.sqrt(np.diag(bread @ meat @ bread) * factor)
    if column.get("standardize"):
        scale = values[:, 1:].std(axis=0, ddof=1) / values[:, 0].std(ddof=1)
        return estimates * scale, std_errors * scale
    return estimates, std_errors
