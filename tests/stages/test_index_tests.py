"""Indices say what they are to be judged by: in their table, as warnings, and under regressions."""

from __future__ import annotations

import pytest

from nqpf_assets.steps.execute import warnings_of
from tests.stages.mini import STUDY, Walk, walked

pytestmark = pytest.mark.slow  # whole projects are built

OPPOSED = (
    STUDY[: STUDY.index("indices:")]
    + """\
indices:
  one:
    title: Opposed
    method: principal_components
    dimensions:
      all:
        - {indicator: a1, expression: gdp}
        - {indicator: a2, expression: "0 - lag(gdp, 1)"}
  two:
    title: The same in another order
    method: principal_components
    dimensions:
      all:
        - {indicator: b1, expression: "0 - lag(gdp, 1)"}
        - {indicator: b2, expression: gdp}
  anchored:
    title: Anchored
    method: principal_components
    anchor: c1
    dimensions:
      all:
        - {indicator: c1, expression: gdp}
        - {indicator: c2, expression: "0 - lag(gdp, 1)", direction: negative}
  schooling:
    title: Schooling
    method: education_gini
    levels:
      - {level: none, share: 0.1 + 0 * gdp / gdp, years: 0}
      - {level: some, share: 0.896 + 0 * gdp / gdp, years: 9}
tables:
  table_1:
    title: T
    model: {outcome: output, effects: []}
    columns:
      - {label: (1), regressors: [one]}
      - {label: (2), regressors: [two]}
      - {label: (3), regressors: [anchored]}
"""
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return walked(tmp_path_factory.mktemp("mini"), OPPOSED, is_published=True)


def test_the_sign_does_not_turn_with_the_list(done: Walk) -> None:
    first, second, anchored = (
        done.query(f"SELECT score FROM index.score WHERE index_name = '{name}' ORDER BY ALL")
        for name in ("one", "two", "anchored")
    )
    assert [score for (score,) in first] == pytest.approx([score for (score,) in second], abs=1e-12)
    assert done.query("SELECT bool_and(loading > 0) FROM index.component WHERE index_name = 'anchored'"
                      " AND is_retained") == [(True,)]  # fmt: skip
    assert len(anchored) == len(first)


def test_what_is_amiss_is_told(done: Walk) -> None:
    told = [str(one) for one in warnings_of(done.made)]
    assert any(
        "index one, indicator a2" in one and "counted the other way round" in one for one in told
    ), told
    assert any("name an `anchor`" in one for one in told)
    rows = done.query(
        "SELECT index_name, test, term FROM index.test WHERE test IN ('against_direction', 'sign')"
    )
    assert ("one", "sign", "") in rows
    assert ("one", "against_direction", "a2") in rows
    assert not [row for row in rows if row[0] == "anchored"]
    assert done.query(
        "SELECT detail FROM index.test WHERE index_name = 'anchored' AND test = 'kmo' AND term = ''"
    ) == [("miserable",)]
    ((gap, words),) = done.query(
        "SELECT statistic, detail FROM index.test WHERE index_name = 'schooling'"
    )
    assert gap == pytest.approx(0.004)
    assert "divided by their sum in 16 rows" in words


def test_tables_say_it_of_the_indices_they_use(done: Walk) -> None:
    notes = [
        note for (note,) in done.query("SELECT row_label FROM mini.table_1 WHERE row_kind = 'note'")
    ]
    (first,) = (note for note in notes if note.startswith("Index Opposed: "))
    assert "KMO 0.500, miserable" in first
    assert "Bartlett's χ² " in first
    assert "the indicators are correlated" in first
    assert "a2 weighs -0." in first
    assert not any("Schooling" in note for note in notes)
