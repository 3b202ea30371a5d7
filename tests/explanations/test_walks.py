"""Walks from a number to its cells: every kind of variable, held against the warehouse and the files.

The property is tried on rows that are drawn anew from a fixed seed: nothing printed as published differs from
what the warehouse and the files say, and nothing that is computed again from it.
"""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pytest

from nqpf_assets.explanations.asked import Answer, answer
from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.walk import KINDS, Stop, all_stops, errors
from nqpf_assets.user_input.project import Project
from tests.explanations.trap_project import CORRECTED, RIGHT
from tests.stages.mini import output

pytestmark = pytest.mark.slow  # a project with every role is built
SEED = 20261127


@pytest.fixture(scope="module")
def warehouse(trap: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(trap.database), read_only=True) as connection:
        yield connection


Walked = Callable[[tuple[str, ...]], Answer]


@pytest.fixture(scope="module")
def walked(warehouse: duckdb.DuckDBPyConnection) -> Walked:
    """The answer to a question, walked once for all tests that ask it."""
    return cache(lambda words: answer(warehouse, words))


def of_kind(answered: Answer, kind: str, name: str | None = None) -> list[Stop]:
    return [
        one for one in all_stops(answered.walk) if one.kind == kind and name in (None, one.name)
    ]


def questions(warehouse: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
    """Every variable in a row, every weight, every term of every column with and without a row."""
    study, draw = PublishedStudy(warehouse, "mini"), random.Random(SEED)

    def row() -> tuple[str, str]:
        return draw.choice([*study.units]), str(draw.randint(2015, 2018))

    asked: list[tuple[str, ...]] = [(f"mini.{name}", *row()) for name in study.variables]
    asked += [(f"mini.{name}",) for name in study.variables]
    asked += [(f"mini.{one['index_name']}", one["indicator"])
              for one in study.rows("FROM {study}.index_weight")]  # fmt: skip
    for one in study.rows("FROM {study}.estimate"):
        of = (f"mini.{one['table_name']}", one["column_label"], one["term"])
        asked += [(*of, *row()), (*of, *row()), of]
    return asked


def test_everything_adds_up(warehouse: duckdb.DuckDBPyConnection, walked: Walked) -> None:
    for words in questions(warehouse):
        answered = walked(words)
        assert not list(errors(answered.walk)), words
        assert {one.kind for one in all_stops(answered.walk)} <= {*KINDS}


PUBLISHED = {
    "variable": "SELECT value FROM mini.variable_cell WHERE variable = ? AND unit = ? AND period = ?",
    "formula": "SELECT reported_value FROM mini.variable_cell WHERE variable = ? AND unit = ? AND period = ?",
    "series": "SELECT value FROM mini.filled_cell WHERE variable = ? AND unit = ? AND period = ?",
    "filled_from": "SELECT value FROM mini.filled_cell WHERE variable = ? AND unit = ? AND period = ?",
    "index": "SELECT score FROM index.score WHERE index_name = ? AND unit = ? AND period = ?",
    "dimension": "SELECT score FROM index.dimension_score WHERE dimension = ? AND unit = ? AND period = ?",
    "cell": "SELECT reported_value FROM mini.reported_cell WHERE variable = ? AND unit = ? AND period = ?",
}
"""Kind of stop → where its number stands."""


def test_numbers_called_published_are_those_of_the_warehouse(
    trap: Project, warehouse: duckdb.DuckDBPyConnection, walked: Walked
) -> None:
    seen = dict.fromkeys(PUBLISHED, 0)
    for words in questions(warehouse):
        for stop in all_stops(walked(words).walk):
            if stop.source != "published" or stop.kind not in PUBLISHED or stop.unit is None:
                continue
            rows = warehouse.execute(PUBLISHED[stop.kind], [stop.name, stop.unit, stop.period])
            # Scores of years before the study are none, and have no row.
            published = [list(row) for row in rows.fetchall()] or [[None]]
            assert [stop.value] in published, (words, stop)
            seen[stop.kind] += 1
            if stop.place.printed is not None:
                assert stop.place.printed == printed_at(trap.root, stop.place.file, stop.place.cell)
    assert min(seen.values()) > 5, seen


def printed_at(root: Path, file: str | None, cell: str | None) -> str:
    """What a file has in ``line 3, column 2``."""
    assert file is not None
    assert cell is not None
    line, column = (int(part.split()[1]) for part in cell.split(", "))
    with (root / file).open(encoding="utf-8") as lines:
        return str([*csv.reader(lines)][line - 1][column - 1])


def years_read(answered: Answer, name: str) -> set[int | None]:
    return {one.period for one in of_kind(answered, "series", name) if one.period is not None}


def test_a_lag_reads_its_year_and_no_other(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert years_read(answer(warehouse, ["mini.before", "天津", "2017"]), "gdp") == {2016}
    assert years_read(answer(warehouse, ["mini.twice_before", "天津", "2017"]), "gdp") == {2015}
    assert years_read(answer(warehouse, ["mini.grown", "天津", "2017"]), "gdp") == {2016, 2017}
    assert years_read(answer(warehouse, ["mini.since", "天津", "2018"]), "gdp") == {2015, 2018}


def test_rows_outside_the_study_are_computed_for_those_that_read_them(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The year before the first one is no row of `per_person`; what `before` reads there is told."""
    answered = answer(warehouse, ["mini.before", "河北", "2015"])
    outside = of_kind(answered, "variable", "per_person")
    assert [(one.period, one.source) for one in outside] == [(2014, "recomputed")]
    assert outside[0].value == pytest.approx(answered.walk.value, rel=1e-12)


def test_a_stock_reads_every_year_up_to_its_own(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert years_read(answer(warehouse, ["mini.stock", "天津", "2017"]), "gdp") == {
        2014,
        2015,
        2016,
        2017,
    }
    average = years_read(answer(warehouse, ["mini.stock_of_average", "天津", "2016"]), "gdp")
    assert average == {2014, 2015, 2016, 2017, 2018}, "an average growth is that of all years"


def test_a_stock_that_is_given_is_read_in_its_first_year_alone(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    walk = answer(warehouse, ["mini.stock_given", "天津", "2017"]).walk
    (formula,) = [one for one in walk.below if one.kind == "formula"]
    flow, given = [one for one in formula.below if one.kind == "series"]
    assert [one.period for one in flow.below] == [2015, 2016, 2017]
    assert given.period == 2014
    stock = 0.9**3 * 3 * (given.value or 0.0)
    stock += sum(0.9 ** (2017 - (one.period or 0)) * (one.value or 0.0) for one in flow.below)
    assert walk.value == pytest.approx(stock, rel=1e-12)


def test_a_region_that_is_named_is_read_beside_the_own(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini.capital", "山西", "2018"])
    assert {one.unit for one in of_kind(answered, "series", "gdp")} == {"110000", "140000"}


def test_a_standardised_value_tells_its_pool(warehouse: duckdb.DuckDBPyConnection) -> None:
    answered = answer(warehouse, ["mini.score", "山西", "2018"])
    (pool,) = [one for one in of_kind(answered, "pool") if one.source == "recomputed"]
    assert pool.count == 16
    rows = warehouse.execute("SELECT avg(value) / 10000, stddev_samp(value) / 10000 FROM mini.variable_cell"
                             " WHERE variable = 'per_person'").fetchone()  # fmt: skip
    assert rows is not None
    assert pool.text is not None
    assert f"mean {rows[0]:.9g}"[:14] in pool.text
    assert f"deviation {rows[1]:.9g}"[:18] in pool.text


def test_bounds_of_clipping_name_the_rows_that_set_them(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini.clipped", "北京", "2016"])
    (clip,) = of_kind(answered, "clip")
    low = warehouse.execute(
        "SELECT low FROM panel.winsor_bound WHERE variable = 'clipped'"
    ).fetchone()
    assert low is not None
    assert clip.value == low[0] == answered.walk.value
    assert clip.text is not None
    assert "raised from" in clip.text
    setting = [one for one in clip.below if one.text == "sets the lower bound"]
    values = sorted(one.value or 0.0 for one in setting)
    assert values[0] <= low[0] <= values[-1]
    assert len(setting) == 2, "a quantile between two values"


def test_what_a_formula_reads_of_a_clipped_variable_is_clipped(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini.of_clipped", "北京", "2016"])
    (inner,) = of_kind(answered, "variable", "clipped")
    assert answered.walk.value == 2 * (inner.value or 0.0)
    assert of_kind(answered, "clip", "clipped")


def test_a_filled_cell_tells_its_neighbours_with_weights(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini", "gdp", "110000", "2016"])
    assert answered.walk.status == "interpolated"
    neighbours = of_kind(answered, "filled_from")
    assert [(one.period, one.weight) for one in neighbours] == [(2015, 0.5), (2017, 0.5)]
    assert [one.value for one in neighbours] == [output(0, 2015), output(0, 2017)]
    assert {one.place.file for one in of_kind(answered, "cell")} == {"raw/bureau/2019/output.csv"}


def test_a_corrected_cell_tells_both_values_and_the_reason(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini", "gdp", "河北", "2017"])
    (cell,), (correction,) = of_kind(answered, "cell"), of_kind(answered, "correction")
    assert cell.value == output(*CORRECTED)
    assert correction.value == answered.walk.value == RIGHT
    assert correction.text is not None
    assert "misprint_of_2017" in correction.text


def test_vintages_passed_over_are_told_with_their_values(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini", "gdp", "天津", "2015"])
    (cell,), (older,) = of_kind(answered, "cell"), of_kind(answered, "passed_over")
    assert (cell.place.vintage, older.place.vintage) == ("2019", "2017")
    assert older.place.printed_unit == "万元"
    assert older.place.factor == pytest.approx(1e-4)
    assert older.value == pytest.approx(round(output(1, 2015) * 0.97, 2))  # type: ignore[operator]
    assert cell.place.card == "raw/bureau/2019/output.csv.card.yaml"


@pytest.mark.parametrize("index", ["wealth", "yearly"])
def test_a_score_is_the_sum_of_weighted_indicators(
    warehouse: duckdb.DuckDBPyConnection, index: str
) -> None:
    answered = answer(warehouse, [f"mini.{index}", "天津", "2018"])
    indicators = of_kind(answered, "indicator")
    assert sum(one.value or 0.0 for one in indicators) == pytest.approx(
        answered.walk.value, rel=1e-12
    )
    for one in indicators:
        (normalised,) = [below for below in one.below if below.kind == "normalised"]
        assert (one.weight or 0.0) * (normalised.value or 0.0) == one.value
        assert {below.role for below in normalised.below} == {"scale"}


def test_cells_of_all_rows_that_set_a_scale_are_counted(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini.wealth", "天津", "2018"])
    pools = {one.role: one for one in answered.walk.below if one.kind == "pool"}
    under = {one.name: one.count for one in pools["scale"].below}
    assert under == {"gdp": 20, "population": 16}, "four provinces, and of output the year before"
    whole = answer(warehouse, ["mini.wealth", "天津", "2018"], is_whole=True)
    (pool,) = [one for one in whole.walk.below if one.kind == "pool" and one.role == "scale"]
    for one in pool.below:
        assert len(one.below) == one.count


def test_an_index_of_components_is_rescaled_in_the_open(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    answered = answer(warehouse, ["mini.components", "天津", "2018"])
    (rescaled,) = of_kind(answered, "fact", "rescaled")
    assert rescaled.value == answered.walk.value
    assert len(of_kind(answered, "indicator")) == 2


def test_an_education_gini_tells_levels_and_years(warehouse: duckdb.DuckDBPyConnection) -> None:
    answered = answer(warehouse, ["mini.schooling", "天津", "2018"])
    levels = [one for one in answered.walk.below if one.kind == "variable"]
    assert [one.weight for one in levels] == [12.0, 6.0]


def columns(warehouse: duckdb.DuckDBPyConnection) -> dict[str, PublishedColumn]:
    study = PublishedStudy(warehouse, "mini")
    rows = study.rows("FROM {study}.model")
    return {row["column_label"]: PublishedColumn(study, row) for row in rows}


@pytest.mark.parametrize("label", ["(1)", "a, b — 甲", "(3)", "winsor", "yearly winsor", "far"])
def test_rows_of_the_design_give_the_published_coefficients(
    warehouse: duckdb.DuckDBPyConnection, label: str
) -> None:
    """Least squares by NumPy on the rows that the walk shows, dummies for unit effects."""
    column = columns(warehouse)[label]
    rows = column.sample.rows()
    names = [name for name, role in column.roles.items() if role != "outcome"]

    def values(name: str) -> list[float]:
        stops = [column.design_stop(name, *row) for row in rows]
        return [stop.value for stop in stops if stop is not None and stop.value is not None]

    x = np.array([values(name) for name in names]).T
    units = np.array([unit for unit, _ in rows])
    has_units = bool(column.model["effects"])
    constant = (
        (units[:, None] == np.unique(units)).astype(float) if has_units else np.ones((len(x), 1))
    )
    outcome = np.array(values(column.model["outcome"]))
    scale = x.std(axis=0)
    found = np.linalg.lstsq(np.hstack([x / scale, constant]), outcome)[0][: len(names)] / scale
    published = {row["term"]: row["estimate"] for row in column.rows("estimate")}
    assert found.tolist() == pytest.approx([published[name] for name in names], rel=1e-6)


def test_rows_left_out_are_counted_by_reason(warehouse: duckdb.DuckDBPyConnection) -> None:
    answered = answer(warehouse, ["mini.kinds", "a, b — 甲", "wealth", "山西", "2015"])
    outside, own = of_kind(answered, "left_out")
    assert (outside.name, outside.count) == ("outside of the column's sample", 7)
    assert own.text is not None
    assert "first: 2016" in own.text
    assert "exclude: 140000" in own.text
    far = of_kind(
        answer(warehouse, ["mini.kinds", "far", "twice_before", "天津", "2015"]), "left_out"
    )
    assert far[0].name == "no value of twice_before"
    assert far[-1].text is not None
    assert "missing input" in far[-1].text
    column = columns(warehouse)["far"]
    assert sum(one.count or 0 for one in far[:-1]) + column.model["n_obs"] == 16


def test_the_number_is_told_as_printed(warehouse: duckdb.DuckDBPyConnection) -> None:
    walk = answer(warehouse, ["mini.kinds", "winsor", "per_person"]).walk
    row = warehouse.execute(
        "SELECT winsor FROM mini.kinds WHERE row_label = 'per_person'"
    ).fetchone()
    assert row is not None
    assert walk.text is not None
    assert f"printed {row[0]} (" in walk.text
    assert of_kind(answer(warehouse, ["mini.kinds", "winsor", "per_person"]), "row")


@pytest.mark.parametrize(
    "table", ["mini.variable_cell", "mini.filled_cell", "mini.index_score", "mini.panel"]
)
def test_what_does_not_add_up_is_an_error(trap: Project, tmp_path: Path, table: str) -> None:
    """A number of the published file is changed: the walk over it says so, whichever number it is."""
    changed = shutil.copy(trap.database, tmp_path / "changed.duckdb")
    with duckdb.connect(str(changed)) as connection:
        column = {"mini.index_score": "score", "mini.panel": "wealth"}.get(table, "value")
        where = "unit = '120000' AND period = 2017"
        connection.execute(f"UPDATE {table} SET {column} = {column} + 1 WHERE {where}")
        found = answer(connection, ["mini.kinds", "a, b — 甲", "wealth", "天津", "2017"])
        assert list(errors(found.walk))


def test_what_moves_a_number_most_is_told_and_chooses_the_row(
    trap: Project, tmp_path: Path
) -> None:
    """As the publication tells it; here tables of these columns are put into a copy."""
    changed = shutil.copy(trap.database, tmp_path / "changed.duckdb")
    with duckdb.connect(str(changed)) as connection:
        connection.execute("CREATE OR REPLACE TABLE mini.influence AS SELECT 'kinds' AS table_name,"
                           " '(1)' AS column_label, 'population' AS term, 'cell' AS subject, 1 AS size_rank,"
                           " 'gdp' AS series_id, '120000' AS unit, 2016 AS period, 254.0 AS value,"
                           " 0.25 AS change, 0.5 AS change_in_std_errors, NULL::VARCHAR AS note")  # fmt: skip
        connection.execute("CREATE OR REPLACE TABLE mini.leave_out AS SELECT 'kinds' AS table_name,"
                           " '(1)' AS column_label, 'population' AS term, 'observation' AS subject,"
                           " 1 AS size_rank, '140000' AS unit, 2018 AS period, 1.5 AS estimate,"
                           " -0.1 AS change, -0.2 AS change_in_std_errors, NULL AS note")  # fmt: skip
        found = answer(connection, ["mini.kinds", "(1)", "population"])
    cell, row = of_kind(found, "influence")
    assert (cell.name, cell.unit, cell.period, cell.value) == ("gdp", "120000", 2016, 0.25)
    assert cell.text is not None
    assert "0.5 standard errors" in cell.text
    assert row.text is not None
    assert "without it the number is 1.5" in row.text
    (example,) = of_kind(found, "row")
    assert (example.unit, example.period) == ("140000", 2018)


def test_a_row_tells_what_its_cells_do_to_the_number(trap: Project, tmp_path: Path) -> None:
    """The published cell on the way by its own, the row by all of its own, and the others by a bound."""
    changed = shutil.copy(trap.database, tmp_path / "changed.duckdb")
    columns = (
        "table_name, column_label, effect, term, subject, size_rank, series_id, unit, period, value, "
        "change, change_in_std_errors, note"
    )
    key, place = "'kinds', '(1)', NULL, 'population'", "'120000', 2016, 254.0"
    with duckdb.connect(str(changed)) as connection:
        connection.execute(f"DELETE FROM mini.influence; INSERT INTO mini.influence ({columns}) VALUES"
                           f" ({key}, 'cell', 1, 'population', {place}, 0.25, 0.5, NULL),"
                           f" ({key}, 'cell', 2, 'gdp', {place}, -0.05, -0.1, NULL),"
                           f" ({key}, 'unit', 1, NULL, '110000', NULL, NULL, 0.4, 0.8, NULL)")  # fmt: skip
        connection.execute("DELETE FROM mini.leave_out")
        found = answer(connection, ["mini.kinds", "(1)", "population", "天津", "2016"])
    (cell,) = [one for one in of_kind(found, "cell", "population") if one.period == 2016]
    assert [one.value for one in cell.below if one.kind == "influence"] == [0.25]
    own = [one for one in found.walk.below if one.kind == "influence"]
    assert [(one.name, one.value) for one in own] == [
        ("population", 0.25),
        ("gdp", -0.05),
        ("cell", None),
    ]
    assert own[-1].text is not None
    assert "at most 0.1 standard errors" in own[-1].text


def test_every_cell_is_listed_when_asked_for(warehouse: duckdb.DuckDBPyConnection) -> None:
    words = ["mini.kinds", "(1)", "population"]
    listed = of_kind(answer(warehouse, words, is_whole=True), "cell")
    (n,) = warehouse.execute(
        "SELECT count(*) FROM result.provenance WHERE column_label = '(1)'"
    ).fetchone() or (0,)
    counted = of_kind(answer(warehouse, words), "cells")
    assert sum(one.count or 0 for one in counted) == n
    assert (
        sum(
            (one.role is not None and one.weight is None) or one.role == "filled_from"
            for one in listed
        )
        >= n
    )
