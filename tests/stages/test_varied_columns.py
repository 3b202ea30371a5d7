"""Columns that vary their table's model, from raw files to printed rows and the cells underneath."""

from __future__ import annotations

import pytest

from tests.stages.mini import STUDY, Walk, walked

pytestmark = pytest.mark.slow  # whole projects are built

VARIED = (
    STUDY.replace(
        "  output_per_person:",
        "  people_now: {series: population, title: People}\n  output_per_person:",
    )
    + """\
  table_2:
    title: Variants
    model: {outcome: output, regressors: [people_now]}
    hide: [people_now]
    columns:
      - {label: before, lag: 1}
      - {label: other, replace: {people_now: people_before}}
      - {label: years, by_year: {of: people_now, base: 2017}, effects: [unit], vcov: {type: robust}}
"""
)


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("varied"), VARIED, is_published=True)


def test_a_variant_is_the_column_with_the_variables_written_out(walk: Walk) -> None:
    rows = walk.query(
        "SELECT term, estimate, std_error FROM mini.estimate WHERE term <> 'constant'"
        " AND (table_name, column_label) IN (('table_1', '(1)'), ('table_2', 'before'), ('table_2', 'other'))"
        " ORDER BY table_name, column_label"
    )
    assert [term for term, *_ in rows] == ["people_before", "people_now_lag_1", "people_before"]
    assert len({tuple(numbers) for _, *numbers in rows}) == 1


def test_what_stands_in_for_a_hidden_variable_is_hidden(walk: Walk) -> None:
    shown = [label for (label,) in walk.query("SELECT row_label FROM mini.table_2")]
    assert not {"People (t − 1)", "People the year before", "People"} & {*shown}
    assert [one for one in shown if one.startswith("People ×")] == [
        "People × 2015",
        "People × 2016",
        "People × 2018",
    ]


def test_cells_are_those_of_the_year_that_is_read(walk: Walk) -> None:
    lagged = walk.query(
        "SELECT DISTINCT period FROM result.provenance WHERE column_label = 'before'"
        " AND variable = 'people_now_lag_1' ORDER BY 1"
    )
    assert [year for (year,) in lagged] == [2014, 2015, 2016, 2017]
    own = walk.query(
        "SELECT DISTINCT period FROM result.provenance WHERE column_label = 'years'"
        " AND variable = 'people_now_in_2016' ORDER BY 1"
    )
    assert own == [(2016,)]
