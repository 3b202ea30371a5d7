"""Cells that are listed and leave a number as it is: what docs/provenance.md says of them, each held.

A number is computed from them, and effects take their change out of all rows alike. Where they do not, it
moves. What is multiplied by zero, what standardises a variable under a number that is the same on any scale,
and what stands in a row that an index leaves out, is not listed.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.provenance.trap import Cell, Values, drawn, write_trap
from tests.stages.mini import STUDY as MINI
from tests.stages.mini import Walk, walk, walked

pytestmark = pytest.mark.slow  # whole builds

MOVED = 1e-11
ZERO: Cell = ("workers", "130000", 2016)
BASE: Cell = ("population", "140000", 2015)
TIMES_ZERO = {"product": "product", "ratio": "ratio", "through": "through"}
"""Columns whose regressor multiplies the cell beside the zero by it, or divides it by that cell."""
STUDY = """\
study: trap
title: What may stay
units: {level: province, only: [北京, 天津, 河北, 山西, 山东, 海南]}
periods: {first: 2015, last: 2018}
sources: {vintage: latest}
interpolation: {method: linear, ends: nearest}
groups:
  areas: {north: [北京, 天津, 山西], south: [河北, 山东, 海南]}
variables:
  output: {expression: log(gdp)}
  product: {expression: "population * workers"}
  ratio: {expression: "workers / population"}
  twice: {expression: "workers * 2"}
  four_times: {expression: "workers * 4"}
  through: {expression: "twice * population"}
  of_both: {expression: "twice * workers"}
  from_2017: {expression: "year >= 2017"}
  later: {expression: "population * from_2017"}
  since: {expression: "log(population / at(population, 2015))"}
  relative: {expression: "log(population / of_region(population, 上海))"}
  fixed: {expression: "at(population, 2015)"}
  inhabitants: {series: population}
  coupled: {expression: "lag(rated_yearly, 1) * 2"}
  joined_score: {expression: "scored + standardize(gdp)"}
  scored: {expression: standardize(population)}
indices:
  rated:
    title: Rated
    method: entropy
    dimensions:
      all:
        - {indicator: people_per_worker, expression: population / workers}
        - {indicator: people, series: population}
  rated_yearly:
    title: Rated year by year
    method: entropy
    weights: by_period
    dimensions:
      all:
        - {indicator: yearly_per_worker, expression: population / workers}
        - {indicator: yearly_people, series: population}
tables:
  t:
    title: Columns
    model: {outcome: output}
    columns:
      - {label: product, regressors: [product]}
      - {label: ratio, regressors: [ratio]}
      - {label: through, regressors: [through]}
      - {label: square, regressors: [of_both]}
      - {label: later, regressors: [later]}
      - {label: rated, regressors: [rated]}
      - {label: yearly, regressors: [coupled]}
      - {label: since, regressors: [since], sample: {first: 2016}}
      - {label: pooled, regressors: [since], effects: [], vcov: {type: robust}, sample: {first: 2016}}
      - {label: relative, regressors: [relative], effects: [period]}
      - {label: absorbed, regressors: [twice], controls: [fixed]}
      - {label: again, regressors: [twice, four_times]}
      - {label: compared, regressors: [twice], controls: [fixed], hausman: true}
      - label: censored
        estimator: tobit
        outcome: inhabitants
        regressors: [twice]
        effects: []
        tobit: {lower: 1000}
      - label: changes
        estimator: first_difference
        effects: [period]
        regressors: [since]
        sample: {first: 2016}
      - label: lagged
        estimator: spatial_lag
        regressors: [since]
        sample: {first: 2016}
        space: {join: [[海南, 山东]]}
      - label: maps
        estimator: spatial_slx
        regressors: [relative]
        space: {join: [[海南, 山东]]}
  lines: {kind: trend, title: Lines, x: scored, y: output, grouping: areas}
  joined: {kind: trend, title: Joined, x: joined_score, y: output, grouping: areas}
"""


def values() -> Values:
    """Published values, one of them a zero."""
    return drawn() | {ZERO: 0.0}


def numbers(root: Path, made: Values) -> dict[str, float]:
    """Coefficients by column and term, Hausman's tests, and slope and R² of the line of each group."""
    done = walk(write_trap(root, made, study=STUDY), only=("trap.estimate", "trap.lines"))
    store = done.opened.store
    found = {}
    for row in store.scan(("trap", "estimate")).collect().to_dicts():
        found[f"{row['column_label']} {row['term']}"] = row["estimate"]
    for row in store.scan(("trap", "test")).collect().to_dicts():
        if row["test"].endswith("hausman"):
            found[f"{row['column_label']} {row['test']}"] = row["statistic"]
    lines = store.scan(("trap", "lines")).collect().filter(pl.col("row_kind") == "group")
    for row in lines.to_dicts():
        found |= {f"{name} {row['row_label']}": row[name] for name in ("slope", "r2")}
    return found


def moved(root: Path, before: dict[str, float], made: Values, *cells: Cell) -> set[str]:
    after = numbers(root, made | {cell: made[cell] * (1 + 1e-4) for cell in cells})
    return {name for name, old in before.items() if abs(after[name] - old) > MOVED * abs(old)}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    found = walk(write_trap(tmp_path_factory.mktemp("stay"), values(), study=STUDY))
    found.publish()
    return found


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    return numbers(tmp_path_factory.mktemp("before"), values())


def roles(done: Walk, label: str, cell: Cell) -> set[str]:
    series, unit, year = cell
    return {
        role
        for (role,) in done.query(
            "SELECT role FROM result.provenance WHERE"
            f" column_label = '{label}' AND series_id = '{series}' AND unit = '{unit}' AND period = {year}"
        )
    }


def test_times_a_published_zero(done: Walk, before: dict[str, float], tmp_path: Path) -> None:
    """It is not listed, and moves nothing; where the zero is another number it does both."""
    cell: Cell = ("population", *ZERO[1:])
    assert not [label for label in TIMES_ZERO if roles(done, label, cell)]
    found = moved(tmp_path / "zero", before, values(), cell)
    assert not {f"{label} {TIMES_ZERO[label]}" for label in TIMES_ZERO} & found
    assert all(roles(done, label, ZERO) == {"value"} for label in TIMES_ZERO)
    itself = moved(tmp_path / "itself", before, values() | {ZERO: 1.0})
    assert {f"{label} {TIMES_ZERO[label]}" for label in TIMES_ZERO} <= itself
    without = values() | {ZERO: 1.0}
    known = numbers(tmp_path / "known", without)
    then = moved(tmp_path / "then", known, without, cell)
    assert {f"{label} {TIMES_ZERO[label]}" for label in TIMES_ZERO} <= then


def test_two_zeros_of_the_same_cell(done: Walk, before: dict[str, float], tmp_path: Path) -> None:
    """A zero that stands under both factors, itself or through another variable, moves their product."""
    assert roles(done, "square", ZERO) == {"value"}
    assert "square of_both" in moved(tmp_path / "square", before, values() | {ZERO: 1.0})


def test_times_a_variable_that_is_a_condition(
    done: Walk, before: dict[str, float], tmp_path: Path
) -> None:
    """As in difference in differences: the years before count for nothing, whoever says so by a name."""
    years = {
        year for year in range(2015, 2019) if roles(done, "later", ("population", "110000", year))
    }
    assert years == {2017, 2018}
    assert "later later" not in moved(
        tmp_path, before, values(), *(("population", "110000", year) for year in (2015, 2016))
    )


@pytest.fixture(scope="module")
def of_base(before: dict[str, float], tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What moves with a cell of the base year, which all rows of its unit read."""
    return moved(tmp_path_factory.mktemp("base"), before, values(), BASE)


def test_in_what_effects_take_out_of_slopes(done: Walk, of_base: set[str]) -> None:
    """All rows of a unit subtract its logarithm: the constant has it, without effects the slope."""
    assert roles(done, "since", BASE) == {"lag"}
    assert "since since" not in of_base
    assert {"since constant", "pooled since"} <= of_base


def test_in_what_effects_take_out_of_all_but_random_effects(done: Walk, of_base: set[str]) -> None:
    """First differences know no level; Hausman's test has random effects beside."""
    assert roles(done, "changes", BASE) == {"threshold_side"}
    assert roles(done, "lagged", BASE) == {"lag"}
    assert not {"changes since", "lagged since", "lagged rho"} & of_base
    assert "lagged spatial_hausman" in of_base


def test_beyond_the_limit_of_an_outcome(done: Walk, of_base: set[str]) -> None:
    """A censored value is the limit to an estimator, however far beyond it lies."""
    assert roles(done, "censored", BASE) == {"value"}
    assert not {name for name in of_base if name.startswith("censored ")}


def test_in_a_variable_that_is_left_out(
    done: Walk, before: dict[str, float], of_base: set[str]
) -> None:
    """Effects absorb it: it decides no more than this, and moves what is estimated without them."""
    assert not {name for name in before if name.endswith(" fixed")}
    assert roles(done, "absorbed", BASE) == {"threshold_side"}
    assert not {name for name in of_base if name.startswith("absorbed ")}
    assert roles(done, "compared", BASE) == {"lag"}
    assert {name for name in of_base if name.startswith("compared ")} == {"compared hausman"}


def test_in_a_variable_that_another_one_repeats(done: Walk) -> None:
    """Its cells are those of the other, under whose name they move the column."""
    told = done.query(
        "SELECT DISTINCT variable, role FROM result.provenance WHERE column_label = 'again'"
        " AND series_id = 'workers' AND role <> 'filled_from' ORDER BY ALL"
    )
    assert told == [("four_times", "threshold_side"), ("twice", "value")]


def test_in_what_effects_take_out_where_there_is_no_constant(
    done: Walk, before: dict[str, float], tmp_path: Path
) -> None:
    """All rows of a year subtract the logarithm of one cell."""
    cell: Cell = ("population", "310000", 2017)
    assert roles(done, "maps", cell) == {"threshold_side"}
    assert roles(done, "relative", cell) == {"value"}
    found = moved(tmp_path, before, values(), cell)
    assert not {"maps relative", "maps relative:lag", "relative relative"} & found
    assert "relative constant" in found


def test_in_what_is_the_same_on_any_scale(
    done: Walk, before: dict[str, float], tmp_path: Path
) -> None:
    """Mean and deviation of a standard score move a slope and no R²."""
    cell: Cell = ("population", "370000", 2016)
    told = done.query(
        "SELECT DISTINCT number, role FROM result.table_provenance WHERE table_name = 'lines'"
        " AND number IN ('slope', 'r2') AND group_name = 'north' AND cell_unit = '370000'"
        " AND cell_period = 2016 AND series_id = 'population' ORDER BY ALL"
    )
    assert told == [("slope", "standardises")]
    found = moved(tmp_path, before, values(), cell)
    assert "slope north" in found
    assert "r2 north" not in found
    shared = done.query(
        "SELECT DISTINCT number FROM result.table_provenance WHERE table_name = 'joined'"
        " AND role = 'standardises' AND number = 'r2'"
    )
    assert shared == [("r2",)]


def test_in_a_row_without_a_score(done: Walk, before: dict[str, float], tmp_path: Path) -> None:
    """A row that lacks an indicator sets no scale, and its cells are listed nowhere."""
    cell: Cell = ("population", *ZERO[1:])
    assert roles(done, "rated", cell) == set()
    assert "rated rated" not in moved(tmp_path / "left", before, values(), cell)
    other: Cell = ("population", "140000", 2016)
    for label in ("rated", "yearly"):
        assert "scale" in roles(done, label, other)
    assert roles(done, "yearly", cell) == set()
    assert "yearly coupled" not in moved(tmp_path / "yearly", before, values(), cell)
    assert "yearly coupled" in moved(tmp_path / "other", before, values(), other)
    assert "rated rated" in moved(tmp_path / "kept", before, values(), other)
    listed = done.query(
        "SELECT DISTINCT cell_unit, cell_period FROM index.provenance WHERE index_name = 'rated'"
        " AND number_table = 'weight' AND number = 'weight' AND series_id = 'population'"
    )
    assert ("140000", 2016) in listed
    assert ZERO[1:] not in listed
    assert len(listed) == 6 * 4 - 1


@pytest.mark.parametrize("formula", ["gdp + gdp * is_period(2016)", "gdp / mean(gdp, by=period)"])
def test_nothing_depends_on_values_where_all_rows_read(tmp_path: Path, formula: str) -> None:
    """A condition beside what every row reads anyway, and rows of a year, name no part to look at."""
    text = MINI.replace(
        "expression: gdp / population, unit: 元/人, minimum: 1", f'expression: "{formula}"'
    )
    assert text != MINI
    done = walked(tmp_path, text, only=("mini.part_span",))
    rows = done.query(
        "SELECT DISTINCT where_part FROM mini.rests_on WHERE variable = 'output_per_person'"
    )
    assert rows == [(None,)]
    assert done.query("SELECT count(*) FROM mini.part_span WHERE part NOT LIKE 'rows of %'") == [
        (0,)
    ]
