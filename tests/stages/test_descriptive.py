"""Descriptive statistics as a table of a study: against pandas on the published panel."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.command import nqpf
from tests.stages.described import assert_computed_again
from tests.stages.mini import STUDY, Walk, walked
from tests.stages.refused import assert_refused

pytestmark = pytest.mark.slow  # whole projects are built

TABLES = """\
tables:
  statistics: {kind: descriptive, title: S, describe: [output, people_before], first: 2016, last: 2018,
               statistics: [n_obs, mean, sd, minimum, median, maximum, sd_between, sd_within, n_units,
                            periods_per_unit]}
  complete: {kind: descriptive, title: C, describe: [before, output], listwise: true}
  by_area: {kind: descriptive, title: A, describe: [output], grouping: areas, statistics: [mean, n_obs]}
"""


GROUPS = "groups:\n  areas: {big: [北京, 天津], rest: [河北]}\n"
BEFORE = '  before: {expression: "lag(gdp, 2)"}\n'
"""A variable without a value in the first year."""
TITLES = {"output": "Output", "people_before": "People the year before"}


def study_of(tables: str) -> str:
    return STUDY.replace("indices:\n", f"{BEFORE}indices:\n").replace("tables:\n", GROUPS + tables)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("descriptive"), study_of(TABLES), is_published=True)


@pytest.mark.parametrize("variable", ["output", "people_before"])
def test_a_row_is_that_of_pandas(mini: Walk, variable: str) -> None:
    rows = mini.query(f"SELECT unit, {variable} FROM mini.panel WHERE period BETWEEN 2016 AND 2018")
    frame = pd.DataFrame(rows, columns=["unit", "x"]).dropna()
    means = frame.groupby("unit")["x"].transform("mean")
    (found,) = mini.query(
        "SELECT n_obs, n_units, periods_per_unit, mean, sd, sd_between, sd_within, median, minimum, maximum"
        f" FROM mini.statistics WHERE row_kind = 'variable' AND row_label = '{TITLES[variable]}'"
    )
    n, units, x = len(frame), frame["unit"].nunique(), frame["x"]
    between = frame.groupby("unit")["x"].mean().std()
    expected = (
        n,
        units,
        n / units,
        x.mean(),
        x.std(),
        between,
        (x - means).std(),
        x.median(),
        x.min(),
        x.max(),
    )
    assert found == pytest.approx(expected, rel=1e-9)


def test_a_row_lists_the_cells_of_its_own_variable(mini: Walk) -> None:
    found = mini.query(
        "SELECT DISTINCT group_name, variable FROM result.table_provenance WHERE table_name = 'statistics'"
        " AND number = 'sd_within' ORDER BY ALL"
    )
    assert found == [
        ("Output", "output"),
        ("People the year before", "people_before"),
    ]


def test_listwise_takes_the_rows_that_have_all(mini: Walk) -> None:
    ((n, whole),) = mini.query(
        "SELECT count(*), (SELECT count(*) FROM mini.panel) FROM mini.panel"
        " WHERE output IS NOT NULL AND before IS NOT NULL"
    )
    assert (n, whole) == (12, 16)
    assert mini.query("SELECT DISTINCT n_obs FROM mini.complete WHERE n_obs IS NOT NULL") == [(n,)]
    notes = mini.query("SELECT row_label FROM mini.complete WHERE row_kind = 'note'")
    assert (f"Rows that have a value of every variable: {n} of {whole} rows.",) in notes


def test_groups_have_rows_of_their_own_and_units_of_none_are_told(mini: Walk) -> None:
    found = mini.query(
        "SELECT row_label, mean, n_obs FROM mini.by_area WHERE row_kind = 'variable' ORDER BY row_position"
    )
    expected = mini.query(
        "SELECT 'Output: ' || areas, avg(output), count(output) FROM mini.panel WHERE areas IS NOT NULL"
        " GROUP BY areas ORDER BY areas"
    )
    assert [one[::2] for one in found] == [one[::2] for one in expected]
    assert [one[1] for one in found] == pytest.approx([one[1] for one in expected], rel=1e-12)
    notes = mini.query("SELECT row_label FROM mini.by_area WHERE row_kind = 'note'")
    assert ("Left out, for want of a group of areas: 4 rows.",) in notes


@pytest.mark.parametrize("table", ["statistics", "complete", "by_area"])
def test_every_number_is_computed_again_from_what_is_published(mini: Walk, table: str) -> None:
    assert_computed_again(mini, table)


def test_it_is_printed_as_papers_print_it(mini: Walk) -> None:
    shown = nqpf("show", "mini.complete", project=mini.project.root).out
    assert re.search(r"N +Mean +SD +Min +Max", shown)
    ((mean,),) = mini.query("SELECT avg(output) FROM mini.panel WHERE before IS NOT NULL")
    assert re.search(rf"Output +12 +{mean:.3f} ", shown)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[outputs, people_before]", "did you mean `output`?"),
        ("[output, output]", "each variable once"),
        ("[output], listwise: true", "several variables"),
        ("[output], statistics: [mean, mean]", "each statistic once"),
        ("[output], statistics: [mode]", "mean"),
        ("[output], grouping: area", "did you mean `areas`?"),
    ],
)
def test_what_cannot_be_described_is_told_with_its_line(
    tmp_path: Path, written: str, told: str
) -> None:
    tables = f"tables:\n  statistics: {{kind: descriptive, title: S, describe: {written}}}\n"
    study = study_of(tables)
    assert_refused(tmp_path, study, written, told)
