"""An outcome explained by its own past with unit effects is told its bias, however the past is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stages.mini import STUDY, walk, write_mini

VARIABLES = """\
  before: {expression: EXPRESSION}
  log_output: {expression: log(gdp)}
"""


def note(
    root: Path, expression: str, outcome: str = "output", effects: str = "[unit]"
) -> str | None:
    """The note under a table whose one column explains an outcome by `before`."""
    head, _, _ = STUDY.partition("tables:")
    study = head.replace("indices:\n", VARIABLES.replace("EXPRESSION", expression) + "indices:\n")
    study += (
        "tables:\n  t:\n    title: T\n"
        f"    model: {{outcome: {outcome}, regressors: [before], effects: {effects}}}\n"
        "    columns: [{label: (1)}]\n"
    )
    done = walk(write_mini(root, study))
    done.publish()
    rows = done.query("SELECT row_label FROM mini.t WHERE row_kind = 'note'")
    return next((words for (words,) in rows if "Nickell" in words), None)


@pytest.mark.parametrize(
    ("expression", "outcome"),
    [
        ("lag(gdp)", "output"),
        ("2 * lag(output) + 1", "output"),
        ('"lag(log(gdp), 1)"', "log_output"),
        ("log(lag(gdp))", "log_output"),
    ],
)
def test_the_past_of_the_outcome_is_told_with_the_order_of_its_bias(
    tmp_path: Path, expression: str, outcome: str
) -> None:
    words = note(tmp_path, expression, outcome)
    assert words is not None
    assert words.startswith(
        "(1): before is the outcome of the year before: with unit effects over 4 years"
    )
    assert "(Nickell 1981)" in words


def test_other_lags_and_pooled_columns_are_not_told(tmp_path: Path) -> None:
    assert note(tmp_path / "a", "lag(population)") is None
    assert note(tmp_path / "b", "lag(gdp)", effects="[period]") is None
