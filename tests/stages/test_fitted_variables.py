"""Residuals and fitted values in a study: which cells move them, and what a table says of them.

By how much they carry a cell to a coefficient is held in `test_influence`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.provenance.trap import Cell, Values, drawn, write_trap
from tests.stages.mini import Walk, walk

pytestmark = pytest.mark.slow  # whole builds

STUDY = """\
study: trap
title: Fitted
units: {level: province, only: [北京, 天津, 河北, 山西, 山东, 海南]}
periods: {first: 2015, last: 2018}
sources: {vintage: latest}
interpolation: {method: linear, ends: none}
influence: none
groups:
  areas: {one: [北京], others: [天津, 河北, 山西, 山东, 海南]}
variables:
  output: {expression: log(gdp)}
  beyond: {expression: "residual(log(gdp), log(population), W(workers))", title: Productivity}
  of_year: {expression: "lag(fitted(gdp, population, by=period), 1)"}
  of_unit: {expression: "residual(gdp, year, by=unit)"}
  within: {expression: "fitted(gdp, lag(population, 1), effects=unit)"}
  of_years: {expression: "log(population) * residual(gdp, workers, effects=period)"}
  of_one: {expression: "gdp / (year > 2015 or is_group(areas, one))"}
  alone: {expression: "residual(of_one, population, effects=period)"}
  alone_fitted: {expression: "fitted(of_one, population, effects=period)"}
  again: {expression: "residual(beyond, lag(workers, 2))"}
tables:
  t:
    title: T
    columns:
      - {label: regressor, outcome: output, regressors: [again]}
      - {label: outcome, outcome: beyond, regressors: [of_years]}
"""
ALONE = ("110000", 2015)
"""The one row of its year."""
CHANGE, MOVED = 1e-3, 1e-10
"""By how much of itself a cell is changed, and relative change from which a value has moved: sums differ by
rounding, 1e-13 of the level of an outcome that is ten times its residual."""
CELLS: tuple[Cell, ...] = (
    ("gdp", "120000", 2016), ("population", "370000", 2014), ("workers", "140000", 2013),
)  # fmt: skip


def build(root: Path, values: Values, *only: str) -> Walk:
    return walk(write_trap(root, values, study=STUDY), only=only)


def panel(done: Walk) -> dict[tuple, float]:
    rows = done.opened.store.scan(("trap", "variable_cell")).collect()
    return {(name, unit, year): value for name, unit, year, value in rows.select(
        "variable", "unit", "period", "value").rows() if value is not None}  # fmt: skip


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    found = build(tmp_path_factory.mktemp("fitted"), drawn())
    found.publish()
    return found


def listed(done: Walk, cell: Cell) -> set[tuple]:
    """Variables, units and years under which a cell is listed."""
    series, unit, year = cell
    rows = done.query(
        "SELECT DISTINCT variable, unit, period FROM panel.provenance WHERE"
        f" series_id = '{series}' AND cell_unit = '{unit}' AND cell_period = {year}"
    )
    return set(rows)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_what_moves_is_what_is_listed(done: Walk, tmp_path: Path, cell: Cell) -> None:
    before = panel(done)
    changed = drawn()
    changed[cell] *= 1 + CHANGE
    after = panel(build(tmp_path, changed, "trap.variable_cell"))
    assert before.keys() == after.keys()
    moved = {key for key, old in before.items() if abs(after[key] - old) > MOVED * abs(old)}
    assert moved == listed(done, cell)


@pytest.mark.parametrize("name", ["alone", "alone_fitted"])
def test_the_only_row_with_an_effect_has_none(done: Walk, tmp_path: Path, name: str) -> None:
    """It would be fitted exactly; it is told, and its cells are listed under no other row."""
    rows = (
        done.opened.store.scan(("trap", "variable_cell"))
        .collect()
        .rows_by_key(("variable", "unit", "period"), named=True)
    )
    [told] = rows[(name, *ALONE)]
    assert told["value"] is None
    assert told["reason"] == "the only row of the regression in its period"
    for series in ("gdp", "population"):
        assert {key for key in listed(done, (series, *ALONE)) if key[0] == name} == set()
    changed = drawn()
    for series in ("gdp", "population"):
        changed[(series, *ALONE)] *= 1 + CHANGE
    before = {key: one for key, one in panel(done).items() if key[0] == name}
    after = panel(build(tmp_path, changed, "trap.variable_cell"))
    assert before
    assert all(
        after[key] == pytest.approx(one, rel=MOVED, abs=MOVED) for key, one in before.items()
    )


def test_a_table_says_that_its_variables_are_estimated(done: Walk) -> None:
    notes = [one for (one,) in done.query("SELECT row_label FROM trap.t WHERE row_kind = 'note'")]
    said = "Estimated by a regression of their own: again, Productivity, of_years. "
    assert said + "Standard errors here do not count its error." in notes
    assert any(one.startswith("Outcomes that are residuals: Productivity. ") for one in notes)
