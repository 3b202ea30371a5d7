"""Correlations as a table of a study: against pandas and statsmodels on the published panel."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from tests.command import nqpf
from tests.stages.described import assert_computed_again
from tests.stages.mini import STUDY, Walk, walked, write_mini
from tests.stages.refused import assert_refused

pytestmark = pytest.mark.slow  # whole projects are built

NAMES = ["output", "before", "people_before", "wealth"]
BEFORE = '  before: {expression: "lag(gdp, 2)"}\n'
"""A variable without a value in the first year."""
TABLES = """\
tables:
  pairs: {kind: correlation, title: P, correlate: [output, before, people_before, wealth],
          vif: [before, people_before, wealth]}
  ranks: {kind: correlation, title: R, correlate: [output, before, people_before], method: spearman,
          listwise: true, last: 2017}
"""


def study_of(tables: str) -> str:
    return STUDY.replace("indices:\n", f"{BEFORE}indices:\n").replace("tables:\n", tables)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("correlation"), study_of(TABLES), is_published=True)


def frame(mini: Walk, last: int = 2018) -> pd.DataFrame:
    rows = mini.query(
        f"SELECT {', '.join(NAMES)} FROM mini.panel WHERE period <= {last} ORDER BY unit, period"
    )
    return pd.DataFrame(rows, columns=NAMES).astype(float)


def test_of_each_two_variables_the_rows_that_have_both(mini: Walk) -> None:
    data = frame(mini)
    assert data["before"].isna().sum() == 4
    found = mini.query(f"SELECT {', '.join(NAMES)} FROM mini.pairs WHERE row_kind = 'variable'")
    expected = data.corr()
    for i, row in enumerate(found):
        assert row[: i + 1] == pytest.approx(expected.iloc[i, : i + 1].tolist(), rel=1e-10)
        assert row[i + 1 :] == (None,) * (3 - i)
    (n,) = mini.query("SELECT output FROM mini.pairs WHERE row_label = 'before, n'")
    assert n == (12.0,)


def test_ranks_of_the_rows_that_have_all(mini: Walk) -> None:
    data = frame(mini, 2017)[NAMES[:3]].dropna()
    assert len(data) == 8
    ((found,),) = mini.query(
        "SELECT before FROM mini.ranks WHERE row_label = 'People the year before'"
    )
    assert found == pytest.approx(data.corr("spearman").loc["before", "people_before"], rel=1e-12)
    assert mini.query("SELECT DISTINCT output FROM mini.ranks WHERE row_kind = 'n_obs'") == [(8.0,)]


def test_inflation_is_that_of_statsmodels(mini: Walk) -> None:
    from statsmodels.stats.outliers_influence import variance_inflation_factor
    from statsmodels.tools import add_constant

    x = add_constant(frame(mini)[NAMES[1:]].dropna().to_numpy())
    found = mini.query("SELECT vif FROM mini.pairs WHERE row_kind = 'variable'")
    expected = [variance_inflation_factor(x, place) for place in (1, 2, 3)]
    assert [one for (one,) in found] == [None, *(pytest.approx(one, rel=1e-9) for one in expected)]


@pytest.mark.parametrize("table", ["pairs", "ranks"])
def test_every_number_is_computed_again_from_what_is_published(mini: Walk, table: str) -> None:
    assert_computed_again(mini, table, "row_kind <> 'note'", rel=0)


def test_a_coefficient_lists_the_years_that_both_have(mini: Walk) -> None:
    found = mini.query(
        "SELECT DISTINCT variable, min(first_period), max(last_period) FROM mini.table_read"
        " WHERE table_name = 'pairs' AND number = 'output' AND group_name = 'before, p' GROUP BY 1 ORDER BY 1"
    )
    assert found == [("before", 2016, 2018), ("output", 2016, 2018)]


def test_it_is_printed_as_papers_print_it(mini: Walk) -> None:
    ran = nqpf("show", "mini.pairs", project=mini.project.root)
    assert re.search(r"\(1\) +\(2\) +\(3\) +\(4\) +VIF", ran.out)
    data = frame(mini).corr()
    r = f"{data.loc['output', 'wealth']:.3f}".replace("-", r"\-")
    assert re.search(r"\(1\) Output +1\.000", ran.out)
    assert re.search(rf"\(4\) Wealth +{r}\*{{0,3}} ", ran.out)
    ((p,),) = mini.query("SELECT output FROM mini.pairs WHERE row_label = 'before, p'")
    assert p < 0.01
    assert re.search(rf"\(2\) before +{data.loc['output', 'before']:.3f}\*\*\* ", ran.out)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[outputs, people_before]", "did you mean `output`?"),
        ("[output, output]", "each variable once"),
        ("[output]", "2"),
        ("[output, people_before], listwise: true", "three or more variables"),
        ("[output, people_before], vif: [output]", "two or more regressors"),
        ("[output, people_before], vif: [output, wealth]", "add it to `correlate`"),
        ("[output, vif]", "`vif`"),
        ("[output, wealth], method: kendall", "spearman"),
    ],
)
def test_what_cannot_be_correlated_is_told_with_its_line(
    tmp_path: Path, written: str, told: str
) -> None:
    study = study_of(
        f"tables:\n  pairs: {{kind: correlation, title: S, correlate: {written}}}\n"
    ).replace("indices:\n", "  vif: {series: gdp}\nindices:\n")
    assert_refused(tmp_path, study, written, told)


def test_a_variable_that_does_not_vary_is_named(tmp_path: Path) -> None:
    tables = "tables:\n  pairs: {kind: correlation, title: S, correlate: [output, one]}\n"
    study = study_of(tables).replace(
        "indices:\n", "  one: {expression: population / population}\nindices:\n"
    )
    ran = nqpf("refresh", project=write_mini(tmp_path, study).root)
    assert ran.status == 1
    assert "`one`: one value in all rows" in ran.out + ran.err
