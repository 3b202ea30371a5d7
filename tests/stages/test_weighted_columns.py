"""A weighted column, from raw files to its note and the cells under its weights."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest

from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.walk import all_stops
from nqpf_assets.stages.influence import rows as influence_rows
from tests.stages.mini import STUDY, Walk, walked

pytestmark = pytest.mark.slow  # whole projects are built

WEIGHTED = (
    STUDY.replace(
        "  output_per_person:",
        "  people_now: {series: population, title: People}\n"
        "  people_late: {expression: 'if(year > 2016, population, 0)', title: People later}\n"
        "  output_per_person:",
    )
    + """\
  table_2:
    title: Weighted
    model: {outcome: output, regressors: [people_before], effects: [unit]}
    columns:
      - {label: weighted, weights: {variable: people_now}}
      - {label: by a regressor, weights: {variable: people_before, type: population}}
      - {label: later, weights: {variable: people_late}, sample: {first: 2016}, vcov: {type: robust}}
"""
)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(influence_rows, "MOST", 100)  # every cell is told
        return walked(tmp_path_factory.mktemp("weighted"), WEIGHTED, is_published=True)


def test_cells_under_the_weights_are_those_of_the_column(walk: Walk) -> None:
    roles = walk.query(
        "SELECT DISTINCT column_label, variable, role FROM result.provenance"
        " WHERE table_name = 'table_2' AND variable LIKE 'people%' AND role <> 'filled_from' ORDER BY ALL"
    )
    assert ("weighted", "people_now", "weights") in roles
    assert ("weighted", "people_now", "value") not in roles
    # A regressor that weighs as well is read as both.
    assert {role for label, _, role in roles if label == "by a regressor"} >= {"weights", "lag"}


def test_the_table_says_by_what_it_is_weighted(walk: Walk) -> None:
    notes = walk.query("SELECT column_label, note FROM mini.model WHERE table_name = 'table_2'")
    found = dict(notes)
    assert found["weighted"].startswith("Weighted by people_now (analytic weights)")
    assert found["by a regressor"].startswith("Weighted by people_before (population weights)")


@pytest.mark.parametrize(
    ("table", "label", "words"),
    [
        ("table_2", "weighted", "every row counts by its people_now, as a mean over so many"),
        ("table_2", "by a regressor", "every row counts by its people_before, for so many"),
        ("table_1", "(1)", "every row counts once"),
    ],
)
def test_the_walk_says_what_a_row_counts_for(
    walk: Walk, table: str, label: str, words: str
) -> None:
    with duckdb.connect(str(walk.project.database), read_only=True) as connection:
        stops = [*all_stops(answer(connection, (f"mini.{table}", label, "people_before")).walk)]
        (told,) = (one for one in stops if (one.kind, one.name) == ("fact", "weights"))
    assert str(told.text).startswith(f"{words}; ")


def test_what_is_read_as_a_weight_alone_moves_the_coefficient(walk: Walk) -> None:
    """People of the last year, whom the regressor reads of years before only."""
    store = walk.opened.store
    rows = pl.read_parquet(store.path(("mini", "panel"))).sort("unit", "period")
    y, x, weights = (rows[one].to_numpy() for one in ("output", "people_before", "people_now"))

    def estimate(unit: str, factor: float) -> float:
        is_it = (rows["unit"] == unit) & (rows["period"] == 2018)
        moved = np.where(is_it.to_numpy(), weights * factor, weights)
        fit = two_way_fe(
            y,
            x[:, None],
            rows["unit"].to_numpy().astype(str),
            rows["period"].to_numpy(),
            names=("people_before",),
            effects=("unit",),
            vcov="robust",
            weights=moved,
        )
        return float(fit.params[0])

    found = pl.read_parquet(store.path(("mini", "influence"))).filter(
        column_label="weighted",
        term="people_before",
        series_id="population",
        period=2018,
    )
    assert found.height == 4
    # Of a step of 1e-5 both ways the third order leaves 1e-10 of it, rounding 1e-11.
    for unit, change in found.select("unit", "change").iter_rows():
        measured = (estimate(unit, 1 + 1e-5) - estimate(unit, 1 - 1e-5)) / 2e-5 / 100
        assert change == pytest.approx(measured, rel=1e-6)


def test_units_are_left_out_with_their_weights(walk: Walk) -> None:
    rows = pl.read_parquet(walk.opened.store.path(("mini", "leave_out")))
    for label in ("weighted", "by a regressor", "later"):
        own = rows.filter(column_label=label, term="people_before", subject="unit")
        assert own["estimate"].is_not_null().all()
        assert len(own) == 4


def test_a_row_of_weight_zero_is_left_out_for_that_alone(walk: Walk) -> None:
    with duckdb.connect(str(walk.project.database), read_only=True) as connection:
        whole = all_stops(answer(connection, ("mini.table_2", "later", "people_before")).walk)
        left_out = {one.name: one.count for one in whole if one.kind == "left_out"}
        why = {
            year: [
                one.text
                for one in all_stops(
                    answer(
                        connection, ("mini.table_2", "later", "people_before", "110000", year)
                    ).walk
                )
                if one.name == "this row is not in the sample"
            ]
            for year in ("2015", "2016", "2017")
        }
    assert left_out["of weight zero"] == 4
    assert why == {
        "2015": ["its weight, people_late, is zero; `sample` of the column says first: 2016"],
        "2016": ["its weight, people_late, is zero"],
        "2017": [],
    }
