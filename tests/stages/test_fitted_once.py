"""Columns that ask for the same model share one estimation; what is printed stays their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.estimation import column as column_fit
from nqpf_assets.messages.problems import CheckFailed
from tests.stages.mini import STUDY, Walk, walk, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications

MEDIATION = "estimator: mediation, mediation: {mediator: wealth, draws: 40}, controls: []"
TABLES = f"""
  table_2:
    title: Once more
    model: {{outcome: output, regressors: [people_before]}}
    columns:
      - {{label: as before, note: Said again., expect: {{n: 16}},
         published: {{people_before: {{estimate: 1.5}}}}}}
      - {{label: robust, vcov: {{type: robust}}}}
      - {{label: through wealth, {MEDIATION}}}
  table_3:
    title: And again
    model: {{outcome: output, regressors: [people_before]}}
    columns:
      - {{label: the same, {MEDIATION}}}
"""
NUMBERS = "term, estimate, std_error, statistic, p_value, conf_low, conf_high"


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Walk, list[str]]:
    calls: list[str] = []
    fit = column_fit.fit_column

    def count(study, table, column, *rest):
        calls.append(f"{table} {column.label}")
        return fit(study, table, column, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(column_fit, "fit_column", count)
        done = walk(write_mini(tmp_path_factory.mktemp("once"), STUDY.rstrip() + TABLES))
        done.publish()
    return done, calls


def rows(done: Walk, table: str, column: str, relation: str = "estimate") -> list[tuple]:
    effect = "effect, " if relation == "effect" else ""
    return done.query(
        f"SELECT {effect}{NUMBERS} FROM result.{relation} WHERE table_name = '{table}' "
        f"AND column_label = '{column}' ORDER BY ALL"
    )


def test_every_model_is_estimated_once(counted):
    _, calls = counted
    assert calls == [
        "table_1 (1)", "table_1 (2)", "table_1 (3)", "table_2 robust", "table_2 through wealth",
    ]  # fmt: skip


def test_shared_models_have_the_same_numbers_draws_included(counted):
    done, _ = counted
    first = rows(done, "table_1", "(1)")
    assert first
    assert rows(done, "table_2", "as before") == first
    assert rows(done, "table_2", "robust") != first
    drawn = rows(done, "table_2", "through wealth", "effect")
    assert {row[0] for row in drawn} >= {"indirect", "direct", "total"}
    # As text, because a missing p-value (NaN) does not equal itself.
    assert repr(rows(done, "table_3", "the same", "effect")) == repr(drawn)


def test_note_printed_numbers_and_expectation_stay_with_their_column(counted):
    done, _ = counted
    ours = "WHERE column_label IN ('(1)', 'as before') ORDER BY table_name"
    assert done.query(f"SELECT note, n_expected FROM result.model {ours}")[:1] == [(None, 16)]
    (own,) = done.query(
        "SELECT note, n_expected FROM result.model WHERE column_label = 'as before'"
    )
    assert own == ("Said again.", 16)
    printed = done.query(
        "SELECT column_label, published_estimate FROM result.estimate "
        "WHERE published_estimate IS NOT NULL"
    )
    assert printed == [("as before", 1.5)]


def test_each_column_of_a_shared_model_keeps_its_own_promise(tmp_path: Path):
    wrong = STUDY.rstrip() + TABLES.replace("expect: {n: 16}", "expect: {n: 15}")
    with pytest.raises(CheckFailed) as caught:
        walk(write_mini(tmp_path, wrong))
    (problem,) = caught.value.problems
    assert problem.where == "table_2 as before"
    assert problem.found.startswith("n = 16")
