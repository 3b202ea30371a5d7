"""Tables by groups that expressions make: held to groupings of units, rows of the panel, changed cells."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from scipy import stats

from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.walk import errors
from nqpf_assets.messages.problems import CheckFailed
from tests.stages.described import assert_computed_again
from tests.stages.mini import STUDY, Walk, page, people, walk, walked, write_mini

pytestmark = pytest.mark.slow  # whole projects are built

GROUPS = """\
groups:
  coast: {sea: [天津, 河北], land: [北京, 山西]}
  shore: {expression: "is_group(coast, sea)", names: [land, sea]}
  half: {expression: "growth > median(growth, by=period)", names: [slower, faster]}
  early: {expression: "lag(gdp, 2) > 200", names: [low, high]}
"""
KINDS = {
    "stats": "kind: descriptive, title: S, describe: [output, people_before], "
    "statistics: [n_obs, mean, sd, minimum, median, sd_within]",
    "means": "kind: group_means, title: M, compare: [output, people_before], groups: [ONE, OTHER]",
    "equal": "kind: group_means, title: E, compare: [output], groups: [ONE, OTHER], variances: equal",
    "lines": "kind: trend, title: L, x: people_before, y: output",
    "apart": "kind: regional_differences, title: A, variable: output",
}
PAIRS = {
    "shore": ("sea", "land"),
    "coast": ("sea", "land"),
    "half": ("faster", "slower"),
    "early": ("high", "low"),
}
LONG = ("inequality", "trend", "density", "convergence")
TABLES = "".join(
    f"  {kind}_{grouping}: {{{said.replace('ONE', one).replace('OTHER', other)}, grouping: {grouping}}}\n"
    for kind, said in KINDS.items()
    for grouping, (one, other) in PAIRS.items()
    if (kind, grouping) != ("apart", "early")
)

COLUMNS = {
    "effects": "effects: [unit, period, half]",
    "clusters": "vcov: {by: [half, unit]}",
    "difference": "estimator: group_difference, effects: [period], "
    "difference: {grouping: half, groups: [faster, slower], draws: 0}",
    "interacted": "regressors: [before, of_faster]",
}
TABLES += """\
  columns:
    title: R
    model: {outcome: output, regressors: [before]}
    columns:
"""
TABLES += "".join(f"      - {{label: {label}, {said}}}\n" for label, said in COLUMNS.items())


def study_of(tables: str) -> str:
    growth = '  growth: {expression: "population / lag(population, 1)"}\n'
    growth += '  before: {expression: "lag(gdp, 1)"}\n'
    growth += '  of_faster: {expression: "gdp * is_group(half, faster)"}\n'
    study = STUDY.replace("indices:\n", f"{growth}indices:\n")
    return study.replace("tables:\n", f"{GROUPS}tables:\n{tables}")


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("tables"), study_of(TABLES), is_published=True)


@pytest.mark.parametrize("kind", KINDS)
def test_groups_that_stay_are_those_of_a_grouping_of_units(mini: Walk, kind: str) -> None:
    computed, written = (mini.query(f"FROM mini.{kind}_{one}") for one in ("shore", "coast"))
    assert [[str(one).replace("shore", "coast") for one in row] for row in computed] == [
        [str(one) for one in row] for row in written
    ]
    listed = [
        mini.query(
            "SELECT * EXCLUDE (table_name, number_table), replace(number_table, 'shore', 'coast')"
            f" FROM result.table_provenance WHERE table_name = '{kind}_{one}' ORDER BY ALL"
        )
        for one in ("shore", "coast")
    ]
    assert listed[0] == listed[1] != []


@pytest.mark.parametrize("table", LONG)
def test_so_are_their_long_forms(mini: Walk, table: str) -> None:
    computed, written = (
        mini.query(
            f"SELECT * EXCLUDE (table_name) FROM mini.{table}"
            f" WHERE ends_with(table_name, '_{one}') ORDER BY ALL"
        )
        for one in ("shore", "coast")
    )
    assert computed == written != []


def test_rows_change_groups_year_by_year(mini: Walk) -> None:
    faster, slower = (
        [x for (x,) in mini.query(f"SELECT output FROM mini.panel WHERE half = '{one}'")]
        for one in ("faster", "slower")
    )
    ((n, mean, p),) = mini.query(
        "SELECT n_first, mean_first, p_value FROM mini.means_half WHERE row_label = 'Output'"
    )
    test = stats.ttest_ind(faster, slower, equal_var=False)
    assert (n, mean, p) == pytest.approx((8, sum(faster) / 8, test.pvalue), rel=1e-10)
    both = mini.query("SELECT unit FROM mini.panel GROUP BY unit HAVING count(DISTINCT half) = 2")
    assert both != []


def test_the_panel_has_names_and_says_of_what(mini: Walk) -> None:
    told = mini.query(
        "SELECT data_type, comment FROM duckdb_columns()"
        " WHERE schema_name = 'mini' AND table_name = 'panel' AND column_name = 'half'"
    )
    assert told == [("VARCHAR", "group of the row, half: 0 slower, 1 faster")]


@pytest.mark.parametrize("kind", ["stats", "means", "lines"])
def test_rows_without_a_group_are_left_out_and_told(mini: Walk, kind: str) -> None:
    assert mini.query("SELECT count(*) FROM mini.panel WHERE early IS NULL") == [(4,)]
    notes = mini.query(f"SELECT row_label FROM mini.{kind}_early WHERE row_kind = 'note'")
    words = {
        "stats": "Left out, for want of a group of early: 4 rows.",
        "means": "Left out, for want of a group of early: 4 rows.",
        "lines": "Left out, for want of people_before, output or a group: 4 of 16 rows.",
    }
    assert (words[kind],) in notes
    assert mini.query(
        f"SELECT sum(last_period - first_period + 1) FROM mini.table_span WHERE table_name = '{kind}_early'"
    ) == [(12,)]


def test_inequality_needs_a_group_of_every_row(tmp_path: Path) -> None:
    table = "  apart: {kind: regional_differences, title: A, variable: output, grouping: early}\n"
    with pytest.raises(CheckFailed) as refused:
        walk(write_mini(tmp_path, study_of(table)))
    (problem,) = refused.value.problems
    assert problem.found.startswith("no group of early in 北京市 2015, ")
    assert problem.asked_at == ("tables", "apart")


@pytest.mark.parametrize("grouping", ["half", "early"])
@pytest.mark.parametrize("kind", ["stats", "means", "equal"])
def test_numbers_are_computed_again_from_what_is_published(
    mini: Walk, kind: str, grouping: str
) -> None:
    assert_computed_again(mini, f"{kind}_{grouping}")


@pytest.mark.parametrize(
    "asked",
    [("lines_half", "faster", "slope"), ("apart_half", "2016", "gini_between")],
)
def test_a_walk_goes_down_to_what_decides_the_group(mini: Walk, asked: tuple[str, ...]) -> None:
    with duckdb.connect(str(mini.project.database), read_only=True) as connection:
        found = answer(connection, [f"mini.{asked[0]}", *asked[1:]])
    assert not list(errors(found.walk))
    assert "half" in {one.name for one in found.walk.below}


def numbers(done: Walk, kind: str) -> dict[tuple, float]:
    """Of a table: its place among the keys of provenance → the number."""
    if kind == "apart":
        rows = done.query(
            "SELECT measure, period, group_name, other_group, value FROM mini.inequality"
            " WHERE table_name = 'apart_half'"
        )
        return {("inequality", *row[:4]): row[4] for row in rows}
    table = f"{kind}_half"
    printed = "* EXCLUDE (row_position, row_kind, row_label)"
    rows = done.query(
        f"UNPIVOT (SELECT row_label, COLUMNS({printed})::DOUBLE FROM mini.{table}) ON * EXCLUDE (row_label)"
    )
    return {(table, name, None, label, None): value for label, name, value in rows}


@pytest.mark.parametrize("kind", ["stats", "means", "equal", "lines", "apart"])
def test_what_moves_with_a_group_lists_the_cell(mini: Walk, kind: str, moved: Walk) -> None:
    before, after = numbers(mini, kind), numbers(moved, kind)
    changed = {key for key, value in before.items() if after.get(key) != value}
    # Counts of rows are not followed.
    changed = {key for key in changed if not key[1].startswith("n_")}
    listed = mini.query(
        "SELECT DISTINCT number_table, number, period, group_name, other_group FROM result.table_provenance"
        f" WHERE table_name = '{kind}_half' AND series_id = 'population' AND cell_unit = '130000'"
        " AND cell_period = 2017 AND variable = 'half' AND role = 'threshold_side'"
    )
    assert changed != set()
    assert changed <= {*listed}


@pytest.mark.parametrize("label", COLUMNS)
def test_a_column_that_moves_with_a_group_lists_the_cell(
    mini: Walk, moved: Walk, label: str
) -> None:
    numbers = f"SELECT * FROM result.estimate WHERE column_label = '{label}' ORDER BY ALL"
    assert mini.query(numbers) != moved.query(numbers)
    roles = mini.query(
        "SELECT DISTINCT role FROM result.provenance WHERE series_id = 'population'"
        f" AND column_label = '{label}' AND unit = '130000' AND period = 2017"
    )
    assert roles == [("threshold_side",)]


@pytest.mark.parametrize("label", COLUMNS)
def test_no_number_moves_with_a_little_of_such_a_cell(mini: Walk, label: str) -> None:
    found = mini.query(
        "SELECT DISTINCT series_id FROM result.influence WHERE series_id IS NOT NULL"
        f" AND column_label = '{label}'"
    )
    assert found == [("gdp",)]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The same, where people of a province and year are so many fewer that it changes its group."""

    def fewer(region: int, year: int) -> float | None:
        return 1.0 if (region, year) == (2, 2017) else people(region, year)

    root = tmp_path_factory.mktemp("moved")
    files = {"raw/survey/2019/people.csv": page("people", fewer)}
    return walked(root, study_of(TABLES), files, is_published=True)
