"""Groups that expressions make, from the study file to a published column, held to written conditions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

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
  reach: {expression: side, values: [0, 2], names: [inland, seaside]}
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
    of_years = done.query("SELECT count(*) FROM trap.panel WHERE reach NOT IN (0, 2)")
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
    (unit, year), *_ = done.query("SELECT unit, period FROM trap.panel WHERE development = 0")
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
