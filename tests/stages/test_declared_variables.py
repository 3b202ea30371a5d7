"""A variable is what its declaration says, whoever reads it: clipped values in formulas, lags and indices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.steps.execute import warnings_of
from tests.stages.mini import REGIONS, STUDY, YEARS, Walk, output, people, walked

pytestmark = pytest.mark.slow

VARIABLES = """\
variables:
  a: {expression: gdp, winsorize: {share: 0.2}}
  unclipped: {expression: gdp}
  same: {expression: a + 0}
  twice: {expression: same * 2, winsorize: {share: 0.1, quantile: stata}}
  before: {expression: lag(a)}
  chain: {expression: twice - lag(before)}
  of_one: {expression: "of_region(a, 北京)"}
  score: {expression: standardize(a)}
  yearly: {expression: gdp, winsorize: {share: 0.3, by: period}}
  yearly_before: {expression: lag(yearly)}
"""
INDICES = """\
indices:
  over_clipped:
    title: A
    method: entropy
    dimensions:
      all: [{indicator: q1, expression: a}, {indicator: q2, expression: population}]
  over_all:
    title: B
    method: entropy
    dimensions:
      all: [{indicator: q3, expression: gdp}, {indicator: q4, expression: population}]
"""
TABLES = """\
groups:
  side: {one: [北京, 天津], two: [河北, 山西]}
tables:
  levels: {kind: regional_differences, title: L, variable: before, grouping: side}
  t:
    title: T
    columns:
      - {label: "(1)", outcome: unclipped, regressors: [a], effects: [unit]}
      - {label: "(2)", outcome: unclipped, regressors: [same], effects: [unit]}
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    head = STUDY.split("variables:")[0].replace("first: 2015", "first: 2016")
    root = tmp_path_factory.mktemp("declared")
    return walked(root, head + VARIABLES + INDICES + TABLES, is_published=True)


def panel(done: Walk, name: str) -> np.ndarray:
    """(units, years 2016 to 2018) values of a variable."""
    rows = done.query(f"SELECT {name} FROM mini.panel ORDER BY unit, period")
    return np.array([np.nan if row[0] is None else row[0] for row in rows]).reshape(4, 3)


def gdp(first: int = 2016) -> np.ndarray:
    """Output as the study sees it: the gap of 2016 lies on a line."""
    table = np.array(
        [[output(place, year) or np.nan for year in YEARS] for place in range(len(REGIONS))]
    )
    table[0, 2] = (table[0, 1] + table[0, 3]) / 2
    return table[:, first - 2014 : first - 2014 + 3]


def bounds(values: np.ndarray, share: float, method: str = "linear") -> np.ndarray:
    return np.quantile(values, [share, 1 - share], method=method)


def test_whoever_reads_a_clipped_variable_reads_its_clipped_values(done: Walk) -> None:
    low, high = bounds(gdp(), 0.2)
    clipped = np.clip(gdp(), low, high)
    assert (clipped != gdp()).sum() >= 4, "the case clips something"
    twice = np.clip(2 * clipped, *bounds(2 * clipped, 0.1, "averaged_inverted_cdf"))
    before = np.clip(gdp(2015), low, high)
    wanted = {
        "a": clipped,
        "unclipped": gdp(),
        "same": clipped,
        "before": before,
        "twice": twice,
        "chain": twice - np.clip(gdp(2014), low, high),
        "of_one": np.tile(clipped[0], (4, 1)),
        "score": (clipped - clipped.mean()) / clipped.std(ddof=1),
        "q1": clipped,
        "q3": gdp(),
    }
    for name, want in wanted.items():
        np.testing.assert_allclose(panel(done, name), want, rtol=1e-12, err_msg=name)


def test_bounds_by_year_are_those_of_the_year_that_is_read(done: Walk) -> None:
    def by_year(values: np.ndarray) -> np.ndarray:
        return np.column_stack([np.clip(year, *bounds(year, 0.3)) for year in values.T])

    np.testing.assert_allclose(panel(done, "yearly"), by_year(gdp()), rtol=1e-12)
    np.testing.assert_allclose(panel(done, "yearly_before"), by_year(gdp(2015)), rtol=1e-12)


def test_the_status_of_a_clipped_cell_is_inherited(done: Walk) -> None:
    rows = done.query(
        "SELECT a.status, b.status, b.value, b.reported_value FROM panel.cell AS a INNER JOIN panel.cell AS b"
        " USING (study, unit, period) WHERE a.variable = 'a' AND b.variable = 'same'"
    )
    assert {row[0] for row in rows} >= {"winsorized_low", "winsorized_high", "reported"}
    assert all(a == b and value == before for a, b, value, before in rows)
    # One meaning for every computed variable, and words that say so: before its own winsorising.
    lagged = done.query(
        "SELECT b.reported_value, a.value FROM panel.cell AS b INNER JOIN panel.cell AS a"
        " ON a.study = b.study AND a.unit = b.unit AND a.period = b.period - 1"
        " WHERE a.variable = 'a' AND b.variable = 'before'"
    )
    assert lagged
    assert all(before == clipped for before, clipped in lagged)
    ((words,),) = done.query(
        "SELECT DISTINCT description FROM catalog.column WHERE schema_name = 'panel'"
        " AND table_name = 'cell' AND column_name = 'reported_value'"
    )
    assert "of a computed variable, its value before its own winsorising" in words
    before = done.query("SELECT DISTINCT status FROM panel.cell WHERE variable = 'before'")
    assert ("winsorized_low",) in before


def test_indices_and_regressions_read_the_clipped_values(done: Walk) -> None:
    weights = dict(done.query("SELECT indicator, weight FROM index.weight"))
    assert weights["q1"] != pytest.approx(weights["q3"], rel=1e-3)
    [(one,), (other,)] = done.query(
        "SELECT estimate FROM result.estimate WHERE term IN ('a', 'same')"
    )
    assert one == pytest.approx(other, rel=1e-12)


def test_the_bounds_are_published(done: Walk) -> None:
    found = {row[0]: row[1:] for row in done.query(
        "SELECT variable, low, high, n_values FROM panel.winsor_bound WHERE period IS NULL")}  # fmt: skip
    assert found["a"] == pytest.approx((*bounds(gdp(), 0.2), 12), rel=1e-12)
    assert set(found) == {"a", "twice"}


def test_people_are_left_alone(done: Walk) -> None:
    assert panel(done, "q2")[2, 1] == people(2, 2017)


def clipped_dummy(root: Path, expression: str) -> Walk:
    """A study that clips one variable, and regresses on it."""
    head = STUDY.split("variables:")[0]
    text = f"""{head}groups:
  side: {{one: [北京], others: [天津, 河北, 山西]}}
variables:
  out: {{expression: gdp}}
  d: {{expression: "{expression}", winsorize: {{share: 0.3}}}}
tables:
  t:
    title: T
    columns: [{{label: "(1)", outcome: out, regressors: [d], effects: [period]}}]
"""
    return walked(root, text)


def test_a_clipped_variable_of_two_values_keeps_them_and_is_told(tmp_path: Path) -> None:
    done = clipped_dummy(tmp_path, "is_group(side, one)")
    done.publish()
    assert done.query("SELECT d, count(*) FROM mini.panel GROUP BY d ORDER BY d") == [
        (0, 12),
        (1, 4),
    ]
    assert done.query("SELECT low, high FROM panel.winsor_bound") == [(0, 1)]
    told = [one for one in warnings_of(done.made) if one.found == "d"]
    assert "two are no tails" in told[0].expected


def test_a_variable_of_which_clipping_leaves_one_number_stops_with_its_cause(
    tmp_path: Path,
) -> None:
    with pytest.raises(CheckFailed) as caught:
        clipped_dummy(tmp_path, "is_group(side, one) * population")
    assert "0.0 everywhere after" in str(caught.value)


def test_a_table_tells_which_variables_under_it_are_clipped(done: Walk) -> None:
    for table in ("t", "levels"):
        rows = done.query(f"SELECT row_label FROM mini.{table} WHERE row_label LIKE 'Winsorized%'")
        assert rows == [("Winsorized as declared: a at 0.2 (linear).",)], table
