"""Means of two groups as a table of a study: against SciPy on the published panel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scipy import stats

from tests.command import nqpf
from tests.stages.described import assert_computed_again
from tests.stages.mini import STUDY, Walk, walked
from tests.stages.refused import assert_refused

pytestmark = pytest.mark.slow  # whole projects are built

GROUPS = "groups:\n  areas: {big: [北京, 天津], rest: [河北], none: []}\n"
BEFORE = '  before: {expression: "lag(gdp, 2)"}\n'
TABLES = """\
tables:
  means: {kind: group_means, title: M, compare: [output, before], grouping: areas, groups: [rest, big]}
  equal: {kind: group_means, title: E, compare: [output], grouping: areas, groups: [big, rest],
          variances: equal, first: 2016}
"""


def study_of(tables: str) -> str:
    study = STUDY.replace("indices:\n", f"{BEFORE}indices:\n")
    return study.replace("tables:\n", GROUPS + tables)


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("means"), study_of(TABLES), is_published=True)


@pytest.mark.parametrize(
    ("table", "label", "name", "groups", "first"),
    [
        ("means", "Output", "output", ("rest", "big"), 2015),
        ("means", "before", "before", ("rest", "big"), 2015),
        ("equal", "Output", "output", ("big", "rest"), 2016),
    ],
)
def test_a_row_is_that_of_scipy(
    mini: Walk, table: str, label: str, name: str, groups: tuple[str, str], first: int
) -> None:
    x, y = (
        [
            value
            for (value,) in mini.query(
                f"SELECT {name} FROM mini.panel WHERE areas = '{group}' AND {name} IS NOT NULL"
                f" AND period >= {first}"
            )
        ]
        for group in groups
    )
    expected = stats.ttest_ind(x, y, equal_var=table == "equal")
    (found,) = mini.query(
        "SELECT n_first, mean_first, n_second, mean_second, difference, statistic, df, p_value"
        f" FROM mini.{table} WHERE row_label = '{label}'"
    )
    means = (sum(x) / len(x), sum(y) / len(y))
    assert found == pytest.approx(
        (len(x), means[0], len(y), means[1], means[0] - means[1], *expected[:1], expected.df, expected[1]),
        rel=1e-10,
    )  # fmt: skip


@pytest.mark.parametrize("table", ["means", "equal"])
def test_every_number_is_computed_again_from_what_is_published(mini: Walk, table: str) -> None:
    assert_computed_again(mini, table)


def test_it_is_printed_with_stars_and_says_who_is_who(mini: Walk) -> None:
    shown = nqpf("show", "mini.means", project=mini.project.root).out
    assert re.search(r"N \(1\) +Mean \(1\) +N \(2\) +Mean \(2\) +Difference +t", shown)
    ((difference, t, p),) = mini.query(
        "SELECT difference, statistic, p_value FROM mini.means WHERE row_label = 'Output'"
    )
    assert p < 0.01
    assert re.search(rf"Output +4 .* {difference:.3f}\*\*\* +{t:.2f}", shown)
    assert "(1) rest, (2) big, of areas" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[output, output], groups: [big, rest]", "each variable once"),
        ("[output], groups: [big, big]", "two different groups"),
        ("[output], groups: [big]", "2"),
        ("[output], groups: [bigg, rest]", "did you mean `big`?"),
        ("[output], groups: [big, none]", "a group of `areas` with units of the study: big, rest"),
    ],
)
def test_what_cannot_be_compared_is_told_with_its_line(
    tmp_path: Path, written: str, told: str
) -> None:
    study = study_of(
        f"tables:\n  means: {{kind: group_means, title: S, grouping: areas, compare: {written}}}\n"
    )
    assert_refused(tmp_path, study, written, told)
