"""Groups that expressions make, from the study file to a published column, held to written conditions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pytest

from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from nqpf_assets.explanations.asked import answer
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.explanations.walk import all_stops, errors
from nqpf_assets.replication.r.script import translated
from nqpf_assets.replication.stata.do_file import do_file
from nqpf_assets.replication.stata.names import names_of
from nqpf_assets.user_input.project import Project
from tests.stages.mini import Walk, walk
from tests.stages.trap_project import HEAD, trap_project

pytestmark = pytest.mark.slow  # a project of its own

GROUPS = """\
groups:
  development:
    expression: output > median(output, by=period)
    names: [poorer, richer]
  thirds: {expression: "cut(tfp, 3)", names: [low, middle, high]}
  gappy: {expression: "lag(tfp, 7) > 1.2", names: [low, high]}
  reach: {expression: side, values: [0, 2], names: [inland, seaside]}
  shore: {expression: "is_group(coast, sea)", names: [land, sea]}
  coast:
"""
WRITTEN = {
    "richer": "output > median(output, by=period)",
    "poorer": "not output > median(output, by=period)",
    "low": "cut(tfp, 3) == 1",
    "middle": "cut(tfp, 3) == 2",
    "high": "cut(tfp, 3) == 3",
    "both": "tfp > 1 and not output > median(output, by=period)",
    "seaside": "is_group(coast, sea) and year <= 2020",
}
"""Label of a column by a group → the condition that a study without such groups would say."""

STUDY = f"study: trap\ntitle: Groups\ninfluence: none\n{HEAD}".replace(
    "groups:\n  coast:\n", GROUPS
)
STUDY += """\
variables:
  output: {expression: "log(gdp / population)"}
  power_each: {expression: log(energy_consumption / population)}
  tfp: {series: agricultural_tfp}
  side: {expression: "2 * is_group(coast, sea) + (year > 2020)"}
  by_shore: {expression: "power_each * is_group(shore, sea)"}
  by_coast: {expression: "power_each * is_group(coast, sea)"}
tables:
  t:
    title: Groups
    model: {outcome: output, regressors: [power_each]}
    columns:
      - {label: "{group}", within_each: development}
      - {label: "{group}", within_each: thirds}
      - {label: both, sample: {where: tfp > 1, within: {development: poorer}}}
      - {label: seaside, sample: {within: {reach: seaside}}}
"""
STUDY += "".join(
    f'      - {{label: {label} written, sample: {{where: "{where}"}}}}\n'
    for label, where in WRITTEN.items()
)
READ = {
    "effects": "effects: [unit, GROUPS * period]",
    "trends": "effects: [unit, period, GROUPS, GROUPS * trend]",
    "clusters": "vcov: {by: [period, GROUPS]}",
    "means": "estimator: between_units, effects: [], vcov: {by: [GROUPS]}",
    "difference": "estimator: group_difference, "
    "difference: {grouping: GROUPS, groups: [sea, land], draws: 20}",
    "formula": "regressors: [power_each, by_GROUPS]",
    "condition": 'sample: {where: "is_group(GROUPS, sea)"}',
}
"""Label → a column that reads labels: of `shore`, which an expression makes, and of `coast`, as listed."""
STUDY += "".join(
    f"      - {{label: {label} by {one}, {said.replace('GROUPS', one)}}}\n"
    for label, said in READ.items()
    for one in ("shore", "coast")
)
MOVING = {
    "moving effects": "effects: [unit, period, thirds]",
    "moving clusters": "vcov: {by: [thirds]}",
    "moving difference": "estimator: group_difference, "
    "difference: {grouping: development, groups: [richer, poorer], draws: 0}",
    "with gaps": "effects: [unit, period, gappy]",
}
STUDY += "".join(f"      - {{label: {label}, {said}}}\n" for label, said in MOVING.items())
STUDY += '      - {label: by mean, sample: {where: "output > mean(output, by=period)"}}\n'


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    made = walk(trap_project(tmp_path_factory.mktemp("groups"), STUDY))
    made.publish()
    return made


def numbers(done: Walk, label: str) -> list[tuple]:
    return done.query(
        "SELECT m.sample_id, m.n_obs, e.term, e.estimate, e.std_error FROM result.model AS m"
        f" JOIN result.estimate AS e USING (table_name, column_label) WHERE m.column_label = '{label}'"
        " ORDER BY e.term"
    )


@pytest.mark.parametrize("label", WRITTEN)
def test_numbers_are_those_of_the_written_condition(done: Walk, label: str) -> None:
    assert len(numbers(done, label)) > 0
    assert numbers(done, label) == numbers(done, f"{label} written")


def test_groups_share_the_rows_out_year_by_year(done: Walk) -> None:
    n = {label: numbers(done, label)[0][1] for label in WRITTEN}
    both_years = done.query(
        "SELECT count(*) FROM (SELECT unit FROM trap.panel WHERE development IS NOT NULL"
        " GROUP BY unit HAVING count(DISTINCT development) = 2)"
    )
    assert both_years[0][0] > 0
    assert n["poorer"] + n["richer"] > n["low"] + n["middle"] > 0


def of(done: Walk, table: str, label: str, columns: str) -> list[tuple]:
    return done.query(
        f"SELECT {columns} FROM result.{table} WHERE column_label = '{label}' ORDER BY ALL"
    )


@pytest.mark.parametrize("label", READ)
@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("model", "* EXCLUDE (column_label, column_position, sample, effects, vcov)"),
        ("estimate", "* EXCLUDE (column_label) REPLACE (replace(term, 'shore', 'coast') AS term)"),
        ("effect", "* EXCLUDE (column_label)"),
        # What is drawn is seeded by the label.
        (
            "test",
            "replace(test, 'shore', 'coast') AS name, statistic, df, detail, std_error,"
            " p_value * (test NOT LIKE 'permutation%')::INT",
        ),
    ],
)
def test_labels_that_stay_are_a_grouping_of_units(
    done: Walk, table: str, columns: str, label: str
) -> None:
    computed, written = (
        of(done, table, f"{label} by {one}", columns) for one in ("shore", "coast")
    )
    assert computed == written
    assert computed or table in ("effect", "test")


def test_labels_that_move_are_those_of_rows(done: Walk) -> None:
    """Each use held to the estimator, with the labels of the panel as they are."""
    panel = done.query(
        "SELECT output, power_each, unit, period, thirds, development FROM trap.panel"
        " WHERE thirds IS NOT NULL ORDER BY unit, period"
    )
    y, x, units, years, thirds, development = (np.array(one) for one in zip(*panel, strict=True))
    names, x = ["power_each"], x[:, None]
    codes = np.unique(thirds, return_inverse=True)[1]
    effects = two_way_fe(y, x, units, years, names=names, absorbed=[Absorbed("thirds", codes)])
    clusters = two_way_fe(y, x, units, years, names=names, cluster=thirds)
    difference = group_difference(
        y, x, units, years, development, names=names, compare=("richer", "poorer")
    )
    told = {
        "moving effects": (effects.params[0], effects.std_errors[0]),
        "moving clusters": (clusters.params[0], clusters.std_errors[0]),
        "moving difference": (difference.differences[0], difference.interaction.std_errors[0]),
    }
    assert len({*development}) == 2
    for label, expected in told.items():
        term = "estimate, std_error, term = 'power_each' AS is_own"
        assert (*expected, True) in of(done, "estimate", label, term)


def test_rows_without_a_label_are_left_out_and_told(done: Walk) -> None:
    without = done.query("SELECT count(*) FROM trap.panel WHERE gappy IS NULL")[0][0]
    ((n, note),) = of(done, "model", "with gaps", "n_missing_rows, note")
    assert without == n > 0
    assert f"{n} rows left out in which `gappy == 0 or gappy == 1` cannot be told" in note


@pytest.mark.parametrize("label", [*MOVING])
def test_cells_that_decide_a_label_are_told(done: Walk, label: str) -> None:
    roles = done.query(
        "SELECT DISTINCT series_id, role FROM result.provenance"
        f" WHERE column_label = '{label}' AND variable LIKE 'where_%'"
    )
    series = {"gdp", "population"} if "difference" in label else {"agricultural_tfp"}
    assert {*roles} == {(one, "threshold_side") for one in series}


@pytest.mark.parametrize("label", ["richer", "middle"])
def test_cells_that_decide_a_group_are_told_as_those_of_a_condition(done: Walk, label: str) -> None:
    def cells(of: str) -> set[tuple]:
        return set(
            done.query(
                "SELECT series_id, unit, period, role FROM result.provenance"
                f" WHERE column_label = '{of}' AND role = 'threshold_side'"
            )
        )

    assert cells(label) == cells(f"{label} written")
    assert cells(label) != set()


def test_values_without_a_name_are_told(done: Walk) -> None:
    of_years = done.query(
        "SELECT count(*) FROM trap.panel WHERE side IS NOT NULL AND reach IS NULL"
    )
    told = [
        check.found
        for made in done.made
        for check in made.checks
        if check.name == "values_without_a_group"
    ]
    assert of_years == [(24,)]
    assert told == ["reach: 24 rows in no group"]


def test_another_expression_makes_its_columns_anew(done: Walk, tmp_path: Path) -> None:
    root = shutil.copytree(done.project.root, tmp_path / "changed")
    file = root / "studies" / "trap.yaml"
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("median(output, by=period)", "mean(output, by=period)", 1), "utf-8"
    )
    anew = walk(Project.at(root))
    anew.publish()
    assert numbers(done, "richer") == numbers(done, "richer written")
    assert numbers(anew, "richer written") == numbers(done, "richer written")
    assert numbers(anew, "richer") == numbers(anew, "by mean") == numbers(done, "by mean")
    assert numbers(anew, "richer") != numbers(done, "richer")


@pytest.fixture
def warehouse(done: Walk) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(done.project.database), read_only=True) as connection:
        yield connection


def test_a_walk_says_in_which_group_a_row_is_not(
    done: Walk, warehouse: duckdb.DuckDBPyConnection
) -> None:
    (unit, year), *_ = done.query(
        "SELECT unit, period FROM trap.panel WHERE development = 'poorer'"
    )
    answered = answer(warehouse, ["trap.t", "richer", "power_each", unit, str(year)])
    assert not list(errors(answered.walk))
    words = [one.text or "" for one in all_stops(answered.walk) if one.kind == "left_out"]
    assert any("says where: development == 1" in one for one in words)


def test_scripts_of_other_programs_keep_the_same_rows(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    study = PublishedStudy(warehouse, "trap")
    names = names_of(study.frame("FROM {study}.panel"))
    text = do_file("trap", translated(study), names, "panel.dta")
    assert "* where development == 1" in text
    assert "* where (tfp > 1) and development == 0" in text
