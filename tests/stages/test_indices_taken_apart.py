"""Obstacle degrees and rank stability as tables of a study, against what is published of the index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command import nqpf
from tests.stages.mini import STUDY, Walk, walked, write_mini
from tests.stages.refused import assert_refused

pytestmark = pytest.mark.slow  # whole projects are built

WHOLE = """\
  whole:
    title: Whole
    method: METHOD
    dimensions:
      money: [{indicator: w_person, expression: gdp / population}, {indicator: w_gdp, series: gdp}]
      people: [{indicator: w_people, series: population, direction: negative}]
"""
LESS = """\
  less:
    title: Without a person's
    method: METHOD
    dimensions:
      money: [{indicator: l_gdp, series: gdp}]
      people: [{indicator: l_people, series: population, direction: negative}]
"""
TABLES = """\
tables:
  obstacles: {kind: obstacle_degree, title: O, index: whole, first: 2016}
  by_dimension: {kind: obstacle_degree, title: D, index: whole, rows: dimensions}
  stable: {kind: rank_stability, title: S, index: whole}
"""
EXACT = 1e-10


def study_of(tables: str = TABLES, method: str = "entropy") -> str:
    study = STUDY.replace("tables:\n", f"{WHOLE}{LESS}{tables}".replace("METHOD", method))
    return study.replace("{method: linear, ends: none}", "{method: linear, ends: nearest}")


@pytest.fixture(scope="module", params=["entropy", "entropy\n    weights: by_period"])
def mini(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    study = study_of(method=request.param)
    return walked(tmp_path_factory.mktemp("apart"), study, is_published=True)


BY_HAND = """
WITH cell AS (
    SELECT unit, period, variable, value FROM mini.variable_cell
    WHERE variable LIKE 'w\\_%' ESCAPE '\\' AND value IS NOT NULL
), ranged AS (
    SELECT c.*, max(value) OVER v AS high, min(value) OVER v AS low FROM cell AS c
    WINDOW v AS (PARTITION BY variable)
), lacking AS (
    SELECT r.unit, r.period, r.variable, w.dimension, w.weight * CASE w.direction
        WHEN 'positive' THEN (high - value) / (high - low) ELSE (value - low) / (high - low) END AS part
    FROM ranged AS r JOIN mini.index_weight AS w
        ON w.index_name = 'whole' AND w.indicator = r.variable
        AND coalesce(w.weight_period, r.period) = r.period
)
SELECT variable, unit, period, part / sum(part) OVER (PARTITION BY unit, period) AS degree, dimension
FROM lacking
"""
"""From published cells and weights, in another language."""


def test_degrees_are_those_by_hand_from_cells_and_weights(mini: Walk) -> None:
    expected = {row[:3]: row[3] for row in mini.query(BY_HAND) if row[2] >= 2016}
    found = mini.query(
        "SELECT indicator, unit, period, obstacle_degree FROM mini.obstacle"
        " WHERE table_name = 'obstacles' AND indicator IS NOT NULL"
    )
    assert {row[:3]: row[3] for row in found} == pytest.approx(expected, abs=EXACT)
    assert len(found) == 3 * 4 * 3
    assert min(expected.values()) < 0.2 < 0.5 < max(expected.values())


def test_printed_means_are_of_the_rows_of_the_table_and_fall(mini: Walk) -> None:
    expected = mini.query(
        "SELECT variable, avg(degree), avg(degree) FILTER (period = 2016),"
        " avg(degree) FILTER (period = 2018), count(*) FILTER (degree = best) FROM"
        f" (SELECT *, max(degree) OVER (PARTITION BY unit, period) AS best FROM ({BY_HAND})"
        " WHERE period >= 2016) GROUP BY 1 ORDER BY 2 DESC"
    )
    found = mini.query(
        "SELECT row_label, obstacle_degree, obstacle_degree_first, obstacle_degree_last, n_largest"
        " FROM mini.obstacles WHERE row_kind = 'group' ORDER BY row_position"
    )
    assert [row[0] for row in found] == [row[0] for row in expected]
    for ours, theirs in zip(found, expected, strict=True):
        assert ours[1:] == pytest.approx(theirs[1:], abs=EXACT)


def test_a_dimension_is_the_sum_of_its_indicators(mini: Walk) -> None:
    expected = mini.query(
        f"SELECT dimension, unit, period, sum(degree) FROM ({BY_HAND}) GROUP BY 1, 2, 3"
    )
    found = mini.query(
        "SELECT dimension, unit, period, obstacle_degree FROM mini.obstacle"
        " WHERE table_name = 'by_dimension' AND indicator IS NULL"
    )
    assert {row[:3]: row[3] for row in found} == pytest.approx(
        {row[:3]: row[3] for row in expected}, abs=EXACT
    )
    labels = mini.query("SELECT row_label FROM mini.by_dimension WHERE row_kind = 'group'")
    assert {label for (label,) in labels} == {"money", "people"}


def test_places_without_an_indicator_are_those_of_an_index_that_never_had_it(mini: Walk) -> None:
    ranked = (
        "SELECT unit, period, rank() OVER (PARTITION BY period ORDER BY score DESC) AS place"
        " FROM mini.index_score WHERE index_name = '{}'"
    )
    found = mini.query(
        "SELECT unit, period, rank_all, rank_without FROM mini.rank_change WHERE indicator = 'w_person'"
    )
    whole, less = (dict(places(mini.query(ranked.format(name)))) for name in ("whole", "less"))
    assert {row[:2]: row[2] for row in found} == whole
    assert {row[:2]: row[3] for row in found} == less
    assert whole != less
    moved = [abs(whole[key] - less[key]) for key in whole]
    ((mean, largest, changed),) = mini.query(
        "SELECT mean_rank_change, largest_rank_change, n_changed FROM mini.stable"
        " WHERE row_label = 'w_person'"
    )
    assert mean == pytest.approx(sum(moved) / len(moved))
    assert (largest, changed) == (max(moved), sum(one > 0 for one in moved))


def places(rows: list[tuple]) -> list[tuple[tuple, int]]:
    return [((unit, period), place) for unit, period, place in rows]


def test_they_are_printed_explained_and_rest_on_cells(mini: Walk) -> None:
    ran = nqpf("show", "mini.obstacles", project=mini.project.root)
    assert re.search(r"obstacle degree +first year +last year +largest in", ran.out), ran.out
    ran = nqpf(
        "explain", "mini.obstacles", "money", "w_gdp", "北京", "2017", project=mini.project.root
    )
    assert ran.status == 0, ran.err
    assert "obstacle_degree" in ran.out
    ((n,),) = mini.query(
        "SELECT count(DISTINCT series_id) FROM result.table_provenance WHERE study = 'mini'"
        " AND table_name = 'obstacles' AND number_table = 'obstacle'"
    )
    assert n == 2


FACTORS = """\
  factors:
    title: Factors
    method: principal_components
    dimensions:
      all: [{indicator: f1, series: gdp}, {indicator: f2, series: population}]
  root:
    title: Geometric
    method: critic
    aggregate: geometric
    shift: 0.01
    dimensions:
      all: [{indicator: r1, series: gdp}, {indicator: r2, series: population}]
  single:
    title: One
    method: entropy
    dimensions:
      all: [{indicator: s1, series: gdp}]
"""


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("{kind: obstacle_degree, title: T, index: hole}", "did you mean `whole`"),
        ("{kind: obstacle_degree, title: T, index: output}", "`output`, a variable"),
        ("{kind: obstacle_degree, title: T, index: factors}", "of principal components"),
        ("{kind: obstacle_degree, title: T, index: root}", "`aggregate: geometric`"),
        ("{kind: obstacle_degree, title: T, index: single}", "of one indicator"),
        ("{kind: rank_stability, title: T, index: single}", "of one indicator"),
        ("{kind: obstacle_degree, title: T, index: wealth, rows: dimensions}", "one dimension"),
        ("{kind: rank_stability, title: T, index: whole, last: 2030}", "2015 to 2018"),
    ],
)
def test_what_cannot_be_taken_apart_is_told_with_its_line(
    tmp_path: Path, written: str, told: str
) -> None:
    assert_refused(tmp_path, study_of(f"{FACTORS}tables:\n  asked: {written}\n"), written, told)


def test_an_index_that_nothing_is_left_of_is_told(tmp_path: Path) -> None:
    study = study_of("tables:\n  stable: {kind: rank_stability, title: S, index: said}\n")
    said = "  said:\n    title: Said\n    method: given_weights\n    weights: {g1: 1, g2: 0}\n"
    said += "    dimensions:\n"
    said += "      all: [{indicator: g1, series: gdp}, {indicator: g2, series: population}]\n"
    root = write_mini(tmp_path, study.replace("indices:\n", f"indices:\n{said}")).root
    ran = nqpf("refresh", project=root)
    assert ran.status == 1
    assert "without g1 no indicator has a weight" in " ".join((ran.out + ran.err).split())
