"""What a study file, card or correction that is written in another shape is told: in words of YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.projects.inspection import everything_wrong
from tests.stages.mini import CARD_OF_OUTPUT, STUDY, write_mini

STUDY_FILE, CARD = "studies/mini.yaml", "raw/bureau/2019/output.csv.card.yaml"
SECOND = "{label: (2), regressors: [wealth]}"


def column(more: str) -> str:
    return STUDY.replace(SECOND, f"{{label: (2), {more}}}")


@pytest.mark.parametrize(
    ("file", "content", "where", "found", "remedy"),
    [
        (STUDY_FILE, column("vcov: robust"), "line 27, column 22", "a text, `robust`",
         "write {type: clustered, by: [unit]}, as xtreg, vce(robust) does too, or {type: robust}"),
        (STUDY_FILE, column("winsorize: 0.01"), "line 27, column 22", "a number, `0.01`",
         "write {share: 0.01}"),
        ("corrections.yaml", "- {series: gdp, value: 100}\n", "line 1, column 1", "a list",
         "write `key: value`"),
        ("catalog/series.yaml", "- gdp\n", "line 1, column 1", "a list",
         "write them as `nqpf help catalog series` shows"),
        (CARD, CARD_OF_OUTPUT.replace("亿元", "yi yuan"), "line 5, column 1",
         "the unit `yiyuan` is not known", "correct it"),
        (STUDY_FILE, STUDY.replace("gdp / population, unit", "gdp ^ 2, unit"), "line 12, column 23",
         "`^` has no meaning in an expression, character 5 of `gdp ^ 2`",
         "write ** for a power: x**2"),
    ],
)  # fmt: skip
def test_another_shape_is_told_in_words(
    tmp_path: Path, file: str, content: str, where: str, found: str, remedy: str
) -> None:
    (problem,) = everything_wrong(write_mini(tmp_path, STUDY, {file: content})).problems
    assert (problem.file, problem.where) == (file, where)
    assert (problem.found, problem.remedy) == (found, remedy)
