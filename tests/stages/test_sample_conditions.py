"""Conditions of samples, from the study file to a published column: rows, what is told, what lies below."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.walk import all_stops, errors
from nqpf_assets.replication.r.script import translated
from nqpf_assets.replication.stata.do_file import do_file
from nqpf_assets.replication.stata.names import names_of
from tests.stages.mini import Walk, walk
from tests.stages.trap_project import HEAD, trap_project

pytestmark = pytest.mark.slow  # a project of its own

STUDY = f"study: trap\ntitle: Conditions\ninfluence: none\n{HEAD}"
STUDY += """\
variables:
  output: {expression: "log(gdp / population)"}
  power_each: {expression: log(energy_consumption / population)}
  tfp: {series: agricultural_tfp}
indices:
  living:
    title: Living
    method: entropy
    dimensions:
      home:
        - {indicator: roads_each, expression: "roads / population"}
        - {indicator: power, expression: "energy_consumption / population", direction: negative}
tables:
  t:
    title: Conditions
    model: {outcome: output, regressors: [power_each, living]}
    columns:
      - {label: all}
      - {label: above, sample: {where: "output > median(output, by=period)"}}
      - {label: lagged, sample: {where: "lag(tfp, 2) > 1.5"}}
      - {label: index, sample: {where: living > 0.3}}
      - {label: reported, sample: {reported_only: true}}
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    made = walk(trap_project(tmp_path_factory.mktemp("conditions"), STUDY))
    made.publish()
    return made


@pytest.fixture(scope="module")
def cells(done: Walk) -> pl.DataFrame:
    """Variable, unit, period, value and status of the study, and scores of the index."""
    rows = done.query(
        "SELECT variable, unit, period, value, status FROM trap.variable_cell"
        " UNION ALL SELECT index_name, unit, period, score, NULL FROM trap.index_score"
    )
    return pl.DataFrame(
        rows, schema=["variable", "unit", "period", "value", "status"], orient="row"
    )


def taken(done: Walk, label: str) -> set[tuple[str, int]]:
    return set(
        done.query(
            "SELECT unit, period FROM result.model_sample AS s JOIN result.model AS m USING (sample_id)"
            f" WHERE m.column_label = '{label}'"
        )
    )


def wide(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.pivot("variable", index=["unit", "period"], values="value")


def complete(cells: pl.DataFrame) -> pl.DataFrame:
    return wide(cells).drop_nulls(["output", "power_each", "living"])


def test_rows_are_those_in_which_the_condition_holds(done: Walk, cells: pl.DataFrame) -> None:
    median = pl.col("output").median().over("period")
    above = wide(cells).with_columns(above=pl.col("output") > median).drop_nulls(["living"])
    wanted = set(above.filter("above").select("unit", "period").rows())
    assert taken(done, "above") == wanted
    assert 0 < len(wanted) < len(complete(cells))
    living = complete(cells).filter(pl.col("living") > 0.3)
    assert taken(done, "index") == set(living.select("unit", "period").rows())


def test_a_lag_is_read_before_the_rows_are_chosen(done: Walk) -> None:
    """The first two years of the sample read 2010 and 2011, which are no years of the study."""
    of_year = dict(
        done.query(
            "SELECT period, count(*) FROM panel.cell WHERE study = 'trap' AND variable LIKE 'where_%'"
            " AND value IS NOT NULL GROUP BY period"
        )
    )
    tfp = done.query(
        "SELECT unit, period + 2 FROM trap.filled_cell WHERE variable = 'agricultural_tfp' AND value > 1.5"
    )
    assert of_year
    assert taken(done, "lagged") <= set(tfp)
    assert len(taken(done, "lagged")) > 0


def test_filled_rows_leave_with_those_of_an_indicator(done: Walk, cells: pl.DataFrame) -> None:
    asked = pl.col("variable").is_in(["output", "power_each", "roads_each", "power"])
    is_filled = pl.col("status").is_in(["interpolated", "extrapolated"])
    filled = set(cells.filter(asked & is_filled).select("unit", "period").rows())
    rows = set(complete(cells).select("unit", "period").rows())
    assert taken(done, "reported") == rows - filled
    n = len(rows & filled)
    ((note, imputed),) = done.query(
        "SELECT note, n_imputed_cells FROM result.model WHERE column_label = 'reported'"
    )
    assert n > 0
    assert note.startswith(f"{n} rows left out in which a value was filled in: ")
    assert imputed == 0


def test_cells_under_a_condition_decide_a_side(done: Walk) -> None:
    roles = done.query(
        "SELECT DISTINCT p.role FROM result.provenance AS p WHERE p.column_label = 'above'"
        " AND p.variable LIKE 'where_%'"
    )
    assert roles == [("threshold_side",)]
    named = done.query(
        "SELECT v.role, s.title FROM result.model_variable AS v JOIN trap.variable AS s"
        " ON s.variable = v.variable"
        " WHERE v.column_label = 'above' AND v.variable LIKE 'where_%'"
    )
    assert named == [("sample condition", "output > median(output, by=period)")]


@pytest.fixture
def warehouse(done: Walk) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(done.project.database), read_only=True) as connection:
        yield connection


def test_a_walk_tells_why_a_row_is_out(done: Walk, warehouse: duckdb.DuckDBPyConnection) -> None:
    units = {unit for unit, _ in taken(done, "all")}
    out = next(iter(sorted(units - {unit for unit, _ in taken(done, "above")})))
    answered = answer(warehouse, ["trap.t", "above", "power_each", out, "2015"])
    assert not list(errors(answered.walk))
    words = [one.text or "" for one in all_stops(answered.walk) if one.kind == "left_out"]
    assert any("says where: output > median(output, by=period)" in one for one in words)


def test_the_do_file_keeps_the_same_rows(warehouse: duckdb.DuckDBPyConnection) -> None:
    study = PublishedStudy(warehouse, "trap")
    columns = translated(study)
    names = names_of(study.frame("FROM {study}.panel"))
    text = do_file("trap", columns, names, "panel.dta")
    (where,) = [
        one for one in names.names if names.names[one] in text and one.startswith("where_")
    ][:1]
    assert "* where output > median(output, by=period)" in text
    assert f"keep if {names.names[where]} == 1" in text
    for one in ("output", "power_each", "living"):
        assert f"keep if {names.names[f'is_filled_{one}']} == 0" in text
